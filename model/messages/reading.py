"""What is said of files, sheets, headers, cells and names."""

from __future__ import annotations

from model.messages.message import error, note, warning

FILE = {
    "file-missing": error("there is no file or folder {path}"),
    "file-lock-file": error("{path} is Excel's lock file; give the workbook itself"),
    "file-protected": error("{path} is password-protected or an old .xls; save it as a plain .xlsx"),
    "file-not-workbook": error("{path} is not an Excel workbook (a CSV file renamed?)"),
    "file-damaged": error("{path} is damaged or only half written; open and save it again in Excel"),
    "file-xlsb": error("{path} is an .xlsb; save it as .xlsx"),
    "file-ods": error("{path} is an OpenDocument file; save it as .xlsx"),
    "file-strict": error("{path} is in the Strict Open XML format; save it as a plain Excel Workbook (.xlsx)"),
    "file-too-large": error("{path} unpacks to {size} MB; delete the empty formatted rows below the data"),
    "file-entities": error("{path} declares XML entities in {part}, which no spreadsheet program does; it is not read"),
    "file-no-table": error("{path} holds no sheet of a case, such as Offers"),
    "file-locked": error("{path} is open in Excel and can not be read; save and close it"),
    "file-open-elsewhere": note("{path} is open in another program; changes that are not saved are not seen"),
    "file-unreadable": error("{path} can not be read: {reason}"),
    "folder-empty": error("{path} holds none of the tables of a case, such as offers.csv"),
    "csv-encoding": note("{path} is not in UTF-8 and was read as Windows text (cp1252)"),
    "csv-semicolon": note("{path} is separated by semicolons and was read so"),
    "csv-decimal-comma": error("{path} writes numbers with a decimal comma; save it with a decimal point"),
    "csv-ragged": error("the row has {found} cells, but there are {expected} headers"),
    "unknown-sheet": note("sheet {sheet!r} is not part of a case and is not read"),
    "unknown-file": note("{sheet} is not part of a case and is not read"),
    "sheet-hidden": note("the sheet is hidden; table {name} is read from it all the same"),
    "sheet-empty": note("the sheet is empty; the case is read as if table {name} were not there"),
    "sheet-too-large": error(
        "the sheet has more than {count} cells; a case is far smaller: delete what is not part of it"
    ),
    "sheet-twice": error("sheets {first!r} and {second!r} both hold table {name}"),
    "no-header": error("no header row was found: none of the first 30 rows holds {columns}"),
    "newer-schema": error("the case has layout version {found}, but this program knows {known}; update the program"),
}

STRUCTURE = {
    "table-missing": error("table {name} is missing; a case needs {needed}"),
    "table-empty": error("table {name} has no rows that are included"),
    "column-missing": error("column {column!r} is missing{hint}"),
    "column-twice": error("column {column!r} stands twice, in {first} and {second}"),
    "column-unknown": note("column {column!r} is not known and is not used{hint}"),
    "unit-unknown": error("column {column!r} has unit {found!r}; expected {choices}"),
    "unit-converted": note("column {column!r} is given in {found} and was converted to {stored}"),
    "rows-below-table": note("rows {rows} stand below the Excel table and are included"),
    "rows-hidden": note("rows {rows} are hidden and are included"),
    "cells-merged": error("cells {range} are merged; unmerge them and fill every cell"),
    "too-many-columns": note("columns beyond {letter} are not read"),
    "column-without-header": note("column {letter} has no header and is not read"),
    "external-links": note(
        "{count} formulas of the column, from here on, refer to another workbook; stored values are used"
    ),
    "not-kept-formulas": note("{count} formulas are not kept; the values that they gave are"),
    "not-kept-formats": note("formats, comments, pictures and charts of {path} are not kept"),
    "external-link": note("the formula refers to another workbook; its stored value is used"),
    "period-unknown": error("column {column!r} is not a period or a year of table Periods{hint}"),
    "period-years-missing": error("period {period} has columns for some of its years; {missing} are missing"),
    "period-without-column": error("period {period} has no column, and neither has its year"),
    "period-named-as-column": error(
        "column {period!r} is no period here, but what every such table has under that name; give period {period} another name"
    ),
    "period-doubled": error("year {year} stands beside its own periods {periods}; keep one or the other"),
    "no-period-columns": error("table {name} has no column for any period or year"),
}

CELL = {
    "cell-empty": error("{column} is empty; it {meaning}"),
    "not-a-number": error("{column}: expected a number, found {found!r}"),
    "ambiguous-number": error(
        "{column}: {found!r} can be read in two ways; write it with a decimal point and no separators"
    ),
    "text-read-as-number": note("{column}: text {found!r} read as {read}"),
    "too-small": error("{column}: {found} is below {low}"),
    "out-of-range": error("{column}: {found} is outside {low} to {high}"),
    "share-above-one": error("{column}: {found} is above 1; 5 per cent is 0.05 or 5%"),
    "not-whole": error("{column}: expected a whole number, found {found}"),
    "not-a-date": error("{column}: expected a date such as 2026-07-01, found {found!r}"),
    "text-read-as-date": note("{column}: text {found!r} read as a date"),
    "not-a-choice": error("{column}: {found!r} is not one of {choices}{hint}"),
    "not-yes-or-no": error("{column}: expected Yes or No, found {found!r}"),
    "formula-error": error("{column}: the formula gives {found}"),
    "formula-never-calculated": error("{column}: the formula was never calculated; open and save the file in Excel"),
    "mixed-codes": error("{column}: {found!r} and {other!r} look alike but differ; write codes as text throughout"),
    "setting-bad": error("setting {setting}: {reason}"),
    "control-state": error("setting Control State names {found}; expected one of table Control States ({known})"),
}

OUTSIDE = {
    "outside-lots": error(
        "{what} asks for whole lots, which this program does not plan: tonnes are continuous. Minimum Order of Offers is the "
        "least of an order; round the plan's orders and settle them in table Overrides to see what that costs"
    ),
    "outside-bundles": error(
        "{what} makes a price depend on what else is bought, which this program does not plan: Price Tiers are of one offer. "
        "Write the lower prices as offers of their own under one row of Contracts whose Least is the tonnage that earns them"
    ),
    "outside-quality": error(
        "{what} asks for a blend within a range of quality, which this program does not plan: a material is of one quality. "
        "Write each grade as a material and each blend that is allowed as a recipe; Substitutions lets one grade stand in for "
        "another"
    ),
    "outside-unit-commitment": error(
        "{what} ties starts and stops of a plant together over time (unit commitment), which this program does not plan. Within "
        "a period there are Set Up Cost, Set Up Use and Minimum Run of Recipes and Minimum Load of Lines"
    ),
}

REFERENCE = {
    "key-twice": error("{key} stands twice, first in row {first}"),
    "not-found": error("{column}: {found!r} is not in {tables}{hint}"),
    "spelling": note("{column}: {found!r} is taken as {known!r}"),
    "row-left-out": note("the row is left out with {found!r}, which is excluded in {name}"),
    "series-unknown": error("{column}: {found!r} is neither a number nor a row of table Series{hint}"),
    "series-unit": error("{column}: series {series!r} is in {found}, but the column is in {stored}"),
    "series-start": error("series {series!r} has no value for the first period {period}"),
    "series-range": error("series {series!r} has {found} in {period}, but {column} at {used} must be {expected}"),
    "series-unused": note("series {series!r} is not used by any included row"),
    "name-spelled-twice": error(
        "{column}: {found!r} and {other!r} at {first} differ in capitals only; write one name in one way"
    ),
    "names-alike": warning("{column}: {found!r} and {other!r} at {first} look like one name, but are taken as two"),
    "table-unknown": error("{found!r} is not a table of a case{hint}"),
    "table-absent": error("the case has no table {name}"),
    "row-unknown": error("no row matches {where}"),
    "field-unknown": error("table {name} has no column {found!r}{hint}"),
}
