"""A small case without a fault that uses every table, and the words in which a test changes one thing of it."""
# ruff: noqa: E501  # rows of tables stay on one line

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from model.case.case import Case
from model.case.load import load_with_problems
from model.schema.tables import TABLES

Grid = list[list[str]]
Tables = dict[str, Grid]
Change = Callable[[Tables], None]

_TEXT = {
    "Settings": """
        Setting,Value
        Base Date,2026-01-01
        Plan Date,2026-01-01
        Data As Of,2025-12-01
        Discount Rate,0.08
        Optimality Gap,0.005
        Quantities Are,Per Year
        Terminal Rule,Keep Opening Stock
        Schema Version,1
        Control State,Extended
        """,
    "Periods": """
        Period,Start,Months
        2026-H1,2026-01-01,6
        2026-H2,2026-07-01,6
        2027,2027-01-01,12
        2028-29,2028-01-01,24
        """,
    "Countries": """
        Country
        China
        Australia
        Malaysia
        Japan
        USA
        """,
    "Country Groups": """
        Group,Country
        Covered,China
        Allies,Japan
        Allies,USA
        """,
    "Materials": """
        Material,Stage,Storable,Reference Value
        NdPr Oxide,Separated,,90
        NdPr Metal,Metal,,120
        Ce Oxide,Separated,No,
        Monazite,Mined,,
        SEG Oxide,Separated,,
        """,
    "Contents": """
        Element,Material,Content
        NdPr,NdPr Oxide,1
        NdPr,NdPr Metal,1.17
        """,
    "Suppliers": """
        Supplier,Country,Largest Exposure
        Lynas,Australia,
        Baotou,China,
        Iluka,Australia,
        """,
    "Sites": """
        Site,Country,Kind
        Kuantan,Malaysia,Separation Plant
        Works,Japan,Metal Plant
        Dock,USA,Market
        """,
    "Offers": """
        Offer,Supplier,Site,Material,Price,Available to Us,Minimum Order,Lead Time,End Uses Allowed,Valid From,Valid Until,Mined In,Separated In,Metal In,Contract
        O1,Lynas,Kuantan,NdPr Oxide,90,300,5,2,,,,,,,Frame
        O2,Baotou,,NdPr Oxide,CN Price,600,,1,Civil,,,,,,
        O3,Iluka,,NdPr Oxide,95,100,,,,,2028-12-31,Australia,Australia,,
        """,
    "Contracts": """
        Contract,Set Up Cost,Duration,Least,Most,Committed,Take or Pay,Untaken Price,Committed Most,Reservation Fee,Prepaid,Credited,Credit Left,Renewal,Exit Cost,Notice
        Frame,10,24,50,300,100,0.8,40,,,,,,,,
        """,
    "Price Tiers": """
        Offer,Step,From Quantity,Price,Units,Basis
        O1,1,200,88,,Year
        """,
    "Price Supports": """
        Support,Offer,Strike,Returned Above,Share Returned,Paid By
        Floor,O3,100,120,0.3,Australia
        """,
    "Exchange Rates": """
        Currency,2026,2027,2028,2029
        EUR,1.1,1.1,,
        """,
    "Inflation": """
        Year,Level
        2024,100
        2026,105
        """,
    "Series": """
        Series,Unit,2026-H1,2026-H2,2027,2028-29
        CN Price,USD/kg,60,61,62,
        """,
    "Demand": """
        Segment,Material,End Use,Site,Priority,Product,Content,2026,2027,2028,2029
        Motors,NdPr Metal,Civil,Dock,,motor,2,200,220,240,260
        Jets,NdPr Metal,Military,Dock,1,,,10,10,10,10
        """,
    "Shortage Costs": """
        Segment,Tier,Share Of Demand,Cost,Cost per Product
        Motors,1,0.1,200,
        Motors,2,,400,
        Jets,1,,5000,
        """,
    "Commitments": """
        Commitment,Kind,Supplier,Material,Site,Price,Project,Build Start,Build Size,Mined In,Separated In,2026,2027,End Date,Exit Cost,Notice,Take or Pay
        K1,Contract,Lynas,NdPr Oxide,Kuantan,85,,,,,,50,50,,,,
        K2,Running Build,,,,,Expand,2025-06-01,100,,,,,,,,
        K3,Contract,Iluka,Monazite,,5,,,,Australia,,80,80,,,,
        """,
    "Lanes": """
        From Place,To Place,Material,Cost,Lead Time,Capacity,Shared As,Fixed Cost,Minimum If Used
        Any,Any,,1,1,,,,
        Kuantan,Works,NdPr Oxide,0.4,0.5,500,,,
        China,Japan,NdPr Oxide,0.3,0.5,400,sea,1,
        China,USA,NdPr Oxide,0.5,1,400,sea,1,
        """,
    "Lines": """
        Site,Line,Kind,Capacity,Availability
        Works,Reduction,Process,400,0.9
        Works,Yard,Storage,500,
        Kuantan,Separation,Process,200,
        """,
    "Recipes": """
        Recipe,Line,Site,Stage,Conversion Cost
        Reduce,Reduction,,Metal,8
        """,
    "Recipe Items": """
        Recipe,Role,Material,Per Unit
        Reduce,Input,NdPr Oxide,1.2
        Reduce,Output,NdPr Metal,1
        Reduce,Line Use,,1
        """,
    "Baskets": """
        Feed,Basis,Proxy Of,La,Ce,Pr,Nd,Sm,Gd,Other REO
        Monazite,Measured,,0.24,0.46,0.05,0.17,0.03,0.02,0.03
        """,
    "Recoveries": """
        Site,Product,Sm,Gd
        Kuantan,SEG Oxide,0.9,0.85
        """,
    "Plant Feeds": """
        Site,Feed,Line,Line Use,Conversion Cost
        Kuantan,Monazite,Separation,1,4
        """,
    "Projects": """
        Project,Site,Line,Kind,Min Size,Max Size,Capex Fixed,Capex per Capacity,Permit Time,Construction Time,Ramp Year 1,Earliest Start,Latest Start,Exclusive Group,Prerequisite
        Expand,Works,Reduction,Process,50,300,5,0.05,,6,0.5,2026-01-01,2027-12-31,metal,
        Rebuild,Works,Reduction,Process,50,200,4,0.06,,6,,,,metal,
        """,
    "Overrides": """
        Override,Table,Row,Field,From Period,To Period,Limit Type,Value
        S1,Offers,Any,Purchase,,,Min,5
        """,
    "Subsidies": """
        Subsidy,Project,Share,Ceiling
        Act,,0.2,10
        """,
    "Budgets": """
        Budget,Project,2026,2027,2028,2029
        B1,,40,40,40,40
        """,
    "Stockpiles": """
        Site,Material,Opening Stock,End Uses Allowed,Capacity,Closing Rule,Closing Stock,Mined In,Separated In,Metal In
        Works,NdPr Metal,20,,200,Min,10,Australia,Malaysia,Japan
        """,
    "Cover Targets": """
        Target,End Use,Segment,Material,Site,Forms,Hardness,Penalty,2026,2027,2028,2029
        T1,Civil,,NdPr,Works,Any Form,Soft,3,,30,30,30
        """,
    "Sales": """
        Site,Material,Price,Most,Least
        Works,NdPr Oxide,20,5,0
        """,
    "Limits": """
        Limit,Measure,Limit Type,Supplier,Material,Project,Hardness,Penalty,2026,2027,2028,2029
        L1,Volume,Max,Baotou,,,,,400,400,400,400
        L2,Number Used,Max,,NdPr Oxide,,Soft,3,3,3,3,3
        """,
    "Emission Factors": """
        Substance,Recipe,Line,Material,Site,Factor
        CO2,Reduce,,,,2.5
        """,
    "Control States": """
        State,Meaning
        Extended,the suspension is extended
        Rules return,the suspended rules return
        """,
    "Export Controls": """
        Control,Jurisdiction,Material,Destination,End Use,Kind,Base,Approval Rate,Delay,Fee,Effective,Suspended,2026,2027,2028,2029
        C1,China,NdPr Oxide,,,Quota,,,,,,,300,300,300,300
        C2,China,NdPr Oxide,USA,Military,Ban,,,,,2027-01-01,,,,,
        C3,Malaysia,NdPr,USA,,Licence,,0.8,1,2,,,,,,
        """,
    "Tariffs": """
        Tariff,Importer,Origin,Stage,Material,2026,2027,2028,2029,In Quota,In Quota Rate
        D1,USA,Covered,Separated,NdPr,0.25,0.25,0.25,0.25,,
        """,
    "De-risking Rules": """
        Rule,Metric,Who,Stage,Segment,End Use,Material,Limit Type,Effective,Suspended,Hardness,Penalty,2026,2027,2028,2029
        R1,Country Share,Covered,Separated,Motors,,,Max,,,,,,0.65,0.65,0.5
        R2,Sources,,,,,NdPr Oxide,Min,,,Soft,5,,2,2,2
        """,
    "Rule Exemptions": """
        Exemption,Rule,Supplier,Site,Country,Material,Segment,Until
        E1,R1,Baotou,,,,,2027-12-31
        """,
    "Sweeps": """
        Sweep,Table,Row,Field,From,To,Change,Method,Points,Distribution,Most Likely,Deviation,Value 1,Value 2,Low,High
        Prices,Offers,O1,Price,2027,,×,,,,,,,,0.9,1.2
        Prices,Demand,Any,Quantity,,,×,,,,,,0.8,1.1,,
        Draws,Export Controls,C1,Volume,,,+,Sobol,16,Triangular,0,,,,-50,20
        """,
    "Facts": """
        Fact,What,Value,Title,Confidence
        F1,price of NdPr oxide,90,Price list,B
        """,
}


def base() -> Tables:
    """Return the faultless case, fresh."""
    return {name: list(csv.reader(line.strip() for line in text.strip().splitlines())) for name, text in _TEXT.items()}


def write(folder: Path, tables: Tables, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write tables as a folder of CSV files."""
    folder.mkdir(exist_ok=True)
    for name, grid in tables.items():
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(grid)
        (folder / TABLES[name].file_name).write_bytes(stream.getvalue().encode(encoding))
    return folder


def read(folder: Path, *changes: Change) -> Case:
    """Return the faultless case with changes, read from a folder, errors and all."""
    tables = base()
    for change in changes:
        change(tables)
    return load_with_problems(write(folder, tables))


def put(table: str, key: str, column: str, value: str) -> Change:
    """Put a value into the cell of a column, in the row whose first cells joined by "/" begin with `key`."""

    def change(tables: Tables) -> None:
        header, *rows = tables[table]
        if column not in header:
            header.append(column)
            for row in rows:
                row.append("")
        at = header.index(column)
        hits = [r for r in rows if ("/".join(r) + "/").startswith(key + "/")]
        assert len(hits) == 1, f"{key} names {len(hits)} rows of {table}"
        hits[0][at] = value

    return change


def rename(table: str, column: str, new: str) -> Change:
    """Give a column another header."""

    def change(tables: Tables) -> None:
        header = tables[table][0]
        header[header.index(column)] = new

    return change


def add(table: str, **cells: str) -> Change:
    """Add a row; cells by header with "_" for a space, all others blank."""

    def change(tables: Tables) -> None:
        header, *rows = tables[table]
        given = {name.replace("_", " "): value for name, value in cells.items()}
        for name in given:
            if name not in header:
                header.append(name)
                for row in rows:
                    row.append("")
        tables[table].append([given.get(h, "") for h in header])

    return change


def remove(table: str, key: str) -> Change:
    """Remove the rows whose first cells joined by "/" begin with `key`."""

    def change(tables: Tables) -> None:
        header, *rows = tables[table]
        tables[table] = [header, *(r for r in rows if not ("/".join(r) + "/").startswith(key + "/"))]

    return change


def drop(*names: str) -> Change:
    """Remove whole tables."""

    def change(tables: Tables) -> None:
        for name in names:
            del tables[name]

    return change


def lose(table: str, column: str) -> Change:
    """Remove a column."""

    def change(tables: Tables) -> None:
        at = tables[table][0].index(column)
        for row in tables[table]:
            del row[at]

    return change


def table(name: str, text: str) -> Change:
    """Replace a table by a text of lines."""

    def change(tables: Tables) -> None:
        tables[name] = list(csv.reader(line.strip() for line in text.strip().splitlines()))

    return change


def both(*changes: Change) -> Change:
    """Make several changes."""

    def change(tables: Tables) -> None:
        for one in changes:
            one(tables)

    return change
