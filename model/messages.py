"""Every message to a user about a case: one id, one level, one sentence. `docs/messages.md` is made from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    """Level and sentence of one message; the sentence's fields are filled by `model.problems.problem`."""

    level: Literal["error", "warning", "note"]
    text: str


def _e(text: str) -> Message:
    return Message("error", text)


def _w(text: str) -> Message:
    return Message("warning", text)


def _n(text: str) -> Message:
    return Message("note", text)


FILE = {
    "file-missing": _e("there is no file or folder {path}"),
    "file-lock-file": _e("{path} is Excel's lock file; give the workbook itself"),
    "file-protected": _e("{path} is password-protected or an old .xls; save it as a plain .xlsx"),
    "file-not-workbook": _e("{path} is not an Excel workbook (a CSV file renamed?)"),
    "file-damaged": _e("{path} is damaged or only half written; open and save it again in Excel"),
    "file-xlsb": _e("{path} is an .xlsb; save it as .xlsx"),
    "file-ods": _e("{path} is an OpenDocument file; save it as .xlsx"),
    "file-strict": _e("{path} is in the Strict Open XML format; save it as a plain Excel Workbook (.xlsx)"),
    "file-too-large": _e("{path} unpacks to {size} MB; delete the empty formatted rows below the data"),
    "file-locked": _e("{path} is open in Excel and can not be read; save and close it"),
    "file-open-elsewhere": _n("{path} is open in another program; changes that are not saved are not seen"),
    "file-unreadable": _e("{path} can not be read: {reason}"),
    "folder-empty": _e("{path} holds none of the tables of a case, such as offers.csv"),
    "csv-encoding": _n("{path} is not in UTF-8 and was read as Windows text (cp1252)"),
    "csv-semicolon": _n("{path} is separated by semicolons and was read so"),
    "csv-decimal-comma": _e("{path} writes numbers with a decimal comma; save it with a decimal point"),
    "csv-ragged": _e("the row has {found} cells, but there are {expected} headers"),
    "unknown-sheet": _n("sheet {sheet!r} is not part of a case and is not read"),
    "unknown-file": _n("{sheet} is not part of a case and is not read"),
    "sheet-twice": _e("sheets {first!r} and {second!r} both hold table {name}"),
    "no-header": _e("no header row was found: none of the first 30 rows holds {columns}"),
    "newer-schema": _e("the case has layout version {found}, but this program knows {known}; update the program"),
}
STRUCTURE = {
    "table-missing": _e("table {name} is missing; a case needs {needed}"),
    "table-empty": _e("table {name} has no rows that are included"),
    "column-missing": _e("column {column!r} is missing{hint}"),
    "column-twice": _e("column {column!r} stands twice, in {first} and {second}"),
    "column-unknown": _n("column {column!r} is not known and is not used{hint}"),
    "unit-unknown": _e("column {column!r} has unit {found!r}; expected {choices}"),
    "unit-converted": _n("column {column!r} is given in {found} and was converted to {stored}"),
    "rows-below-table": _n("rows {rows} stand below the Excel table and are included"),
    "rows-hidden": _n("rows {rows} are hidden and are included"),
    "cells-merged": _e("cells {range} are merged; unmerge them and fill every cell"),
    "too-many-columns": _n("columns beyond {letter} are not read"),
    "external-link": _n("the formula refers to another workbook; its stored value is used"),
    "period-unknown": _e("column {column!r} is not a period or a year of table Periods{hint}"),
    "period-without-column": _e("period {period} has no column, and neither has its year"),
    "period-doubled": _e("year {year} stands beside its own periods {periods}; keep one or the other"),
    "no-period-columns": _e("table {name} has no column for any period or year"),
}
CELL = {
    "cell-empty": _e("{column} is empty; it {meaning}"),
    "not-a-number": _e("{column}: expected a number, found {found!r}"),
    "ambiguous-number": _e("{column}: {found!r} can be read in two ways; write it with a decimal point and no separators"),
    "text-read-as-number": _n("{column}: text {found!r} read as {read}"),
    "too-small": _e("{column}: {found} is below {low}"),
    "out-of-range": _e("{column}: {found} is outside {low} to {high}"),
    "share-above-one": _e("{column}: {found} is above 1; 5 per cent is 0.05 or 5%"),
    "not-whole": _e("{column}: expected a whole number, found {found}"),
    "not-a-date": _e("{column}: expected a date such as 2026-07-01, found {found!r}"),
    "text-read-as-date": _n("{column}: text {found!r} read as a date"),
    "not-a-choice": _e("{column}: {found!r} is not one of {choices}{hint}"),
    "not-yes-or-no": _e("{column}: expected Yes or No, found {found!r}"),
    "formula-error": _e("{column}: the formula gives {found}"),
    "formula-never-calculated": _e("{column}: the formula was never calculated; open and save the file in Excel"),
    "mixed-codes": _e("{column}: {found!r} and {other!r} look alike but differ; write codes as text throughout"),
    "setting-bad": _e("setting {setting}: {reason}"),
}
REFERENCE = {
    "key-twice": _e("{key} stands twice, first in row {first}"),
    "not-found": _e("{column}: {found!r} is not in {tables}{hint}"),
    "spelling": _n("{column}: {found!r} is taken as {known!r}"),
    "row-left-out": _n("the row is left out with {found!r}, which is excluded in {name}"),
    "series-unknown": _e("{column}: {found!r} is neither a number nor a row of table Series{hint}"),
    "series-unit": _e("{column}: series {series!r} is in {found}, but the column is in {stored}"),
    "series-start": _e("series {series!r} has no value for the first period {period}"),
    "series-range": _e("{column}: series {series!r} has {found} in {period}, outside {low} to {high}"),
}
SENSE = {
    "period-overlap": _e("period {period} starts before {previous} ends"),
    "period-gap": _e("period {period} starts {start}, but {previous} ends {end}"),
    "period-crosses-year": _e("period {period} lies in two calendar years; it must lie in one, or consist of whole years"),
    "period-not-first": _e("period {period} starts on {start}; periods start on the first day of a month"),
    "no-discount-rate": _n("no discount rate is given: later money counts in full"),
    "provenance-unknown": _w("{what} does not say where it was {stages}; every rule treats that as the worst case"),
    "provenance-before-stage": _w("{column} is filled, but {material} has not been through that stage"),
    "supplier-without-country": _w("supplier {supplier!r} has no country; its material counts as the worst case"),
    "demand-unreachable": _w("nothing can reach {segment} with {material}: it goes short in full"),
    "demand-unreachable-hard": _e("nothing can reach {segment} with {material}, and going short is not allowed"),
    "demand-above-supply": _w("in {period} {segment} needs {need} t of {material}, but all sources together give {supply} t"),
    "shortage-segment-unknown": _e("segment {segment!r} is not in Demand{hint}"),
    "shortage-tiers-falling": _e("tier {tier} costs less than tier {previous}: the dearer one would never be used first"),
    "shortage-cost-missing": _e("tier {tier} has no cost; fill Cost or Cost per Product"),
    "shortage-cost-twice": _e("tier {tier} has both Cost and Cost per Product; keep one"),
    "shortage-content-missing": _e("Cost per Product needs a Content in Demand for segment {segment}"),
    "shortage-share-missing": _e("tier {tier} is not the last and needs a Share Of Demand"),
    "priority-without-cost": _n("{segment} has no Shortage Costs and must be served in full"),
    "recipe-without-line": _w("recipe {recipe}: no site has a line {line!r}"),
    "recipe-without-item": _e("recipe {recipe} has no {role}"),
    "item-material-missing": _e("an {role} needs a material"),
    "item-line-use-material": _e("a Line Use has no material"),
    "line-kinds-differ": _e("line {line!r} at {site} is {found} in table Projects, but {known} in table Lines"),
    "project-min-above-max": _e("Min Size {low} is above Max Size {high}"),
    "project-too-late": _w("project {project} can not start up before the horizon ends, so it is never built"),
    "project-short-use": _w("project {project} would run for {years} years at most before the horizon ends: the plan may refuse it for "
                            "that reason alone"),
    "project-own-prerequisite": _e("project {project} is its own prerequisite"),
    "dates-reversed": _e("{first} {start} is after {second} {end}"),
    "order-minimum-above-available": _w("offer {offer}: the minimum order of {minimum} t is above what is available in any period"),
    "lane-equal": _e("two rows apply to {pair} equally well: rows {first} and {second}"),
    "lane-matches-nothing": _n("the lane joins no two places that could use it"),
    "lane-shared-differ": _e("rows shared as {name!r} differ in {column}"),
    "stock-not-storable": _e("{material} is declared not storable"),
    "stock-above-capacity": _e("the opening stock of {stock} t is above the capacity of {capacity} t"),
    "closing-stock-missing": _e("closing rule {rule} needs a Closing Stock"),
    "no-terminal-rule": _w("the opening stock of {stock} t may be used up by the end: no closing rule is set"),
    "soft-without-penalty": _e("a soft rule needs a Penalty"),
    "penalty-above-shortage": _w("the penalty of {penalty} USD/kg reaches the lowest shortage cost of {cost} USD/kg: the plan may rather "
                                 "stop a line than miss the rule"),
    "limit-filter": _e("measure {measure} can not be limited by {column}"),
    "rule-who-kind": _e("metric {metric} counts {expected}, but {found!r} is none"),
    "rule-stage-needs-countries": _w("no offer declares where its material was {stage}"),
    "rule-segment-unknown": _e("segment {segment!r} is not in Demand{hint}"),
    "rule-share-above-one": _e("a share of {found} is above 1; 5 per cent is 0.05 or 5%"),
    "rule-sources-share": _e("a number of sources must be whole, found {found}"),
    "rule-sources-segment": _e("metric Sources counts what is bought and can not be limited to a segment or end use"),
    "rule-partly-in-force": _n("{name} is in force for part of {period} only and is {applied} there"),
    "ban-with-volume": _w("a Ban forbids everything; its volumes are not used"),
    "control-without-volume": _w("the control has no volume in any period and limits nothing"),
    "control-jurisdiction-unused": _n("nothing is offered or made in {country}: the control limits nothing"),
    "commitment-incomplete": _e("a {kind} needs {column}"),
    "commitment-above-control": _w("in {period} commitments of {committed} t are above the {volume} t that control {control} lets leave"),
    "build-size-outside": _e("the size {size} of the running build is outside {low} to {high}"),
    "price-negative": _w("{what} has a negative price in {period}"),
    "units-per-period-length": _n("quantities are per period: the length of a period matters for discounting only"),
}
MESSAGES: dict[str, Message] = {**FILE, **STRUCTURE, **CELL, **REFERENCE, **SENSE}
