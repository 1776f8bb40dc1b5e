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
    "file-entities": _e("{path} declares XML entities in {part}, which no spreadsheet program does; it is not read"),
    "file-no-table": _e("{path} holds no sheet of a case, such as Offers"),
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
    "sheet-hidden": _n("the sheet is hidden; table {name} is read from it all the same"),
    "sheet-empty": _n("the sheet is empty; the case is read as if table {name} were not there"),
    "sheet-too-large": _e(
        "the sheet has more than {count} cells; a case is far smaller: delete what is not part of it"
    ),
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
    "column-without-header": _n("column {letter} has no header and is not read"),
    "external-links": _n(
        "{count} formulas of the column, from here on, refer to another workbook; stored values are used"
    ),
    "not-kept-formulas": _n("{count} formulas are not kept; the values that they gave are"),
    "not-kept-formats": _n("formats, comments, pictures and charts of {path} are not kept"),
    "external-link": _n("the formula refers to another workbook; its stored value is used"),
    "period-unknown": _e("column {column!r} is not a period or a year of table Periods{hint}"),
    "period-years-missing": _e("period {period} has columns for some of its years; {missing} are missing"),
    "period-without-column": _e("period {period} has no column, and neither has its year"),
    "period-doubled": _e("year {year} stands beside its own periods {periods}; keep one or the other"),
    "no-period-columns": _e("table {name} has no column for any period or year"),
}
CELL = {
    "cell-empty": _e("{column} is empty; it {meaning}"),
    "not-a-number": _e("{column}: expected a number, found {found!r}"),
    "ambiguous-number": _e(
        "{column}: {found!r} can be read in two ways; write it with a decimal point and no separators"
    ),
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
    "control-state": _e("setting Control State names {found}; expected one of table Control States ({known})"),
}
OUTSIDE = {
    "outside-lots": _e(
        "{what} asks for whole lots, which this program does not plan: tonnes are continuous. Minimum Order of Offers is the "
        "least of an order; round the plan's orders and settle them in table Overrides to see what that costs"
    ),
    "outside-bundles": _e(
        "{what} makes a price depend on what else is bought, which this program does not plan: Price Tiers are of one offer. "
        "Write the lower prices as offers of their own under one row of Contracts whose Least is the tonnage that earns them"
    ),
    "outside-quality": _e(
        "{what} asks for a blend within a range of quality, which this program does not plan: a material is of one quality. "
        "Write each grade as a material and each blend that is allowed as a recipe; Substitutions lets one grade stand in for "
        "another"
    ),
    "outside-unit-commitment": _e(
        "{what} ties starts and stops of a plant together over time (unit commitment), which this program does not plan. Within "
        "a period there are Set Up Cost, Set Up Use and Minimum Run of Recipes and Minimum Load of Lines"
    ),
}
REFERENCE = {
    "key-twice": _e("{key} stands twice, first in row {first}"),
    "not-found": _e("{column}: {found!r} is not in {tables}{hint}"),
    "spelling": _n("{column}: {found!r} is taken as {known!r}"),
    "row-left-out": _n("the row is left out with {found!r}, which is excluded in {name}"),
    "series-unknown": _e("{column}: {found!r} is neither a number nor a row of table Series{hint}"),
    "series-unit": _e("{column}: series {series!r} is in {found}, but the column is in {stored}"),
    "series-start": _e("series {series!r} has no value for the first period {period}"),
    "series-range": _e("series {series!r} has {found} in {period}, but {column} at {used} must be {expected}"),
    "series-unused": _n("series {series!r} is not used by any included row"),
    "name-spelled-twice": _e(
        "{column}: {found!r} and {other!r} at {first} differ in capitals only; write one name in one way"
    ),
    "names-alike": _w("{column}: {found!r} and {other!r} at {first} look like one name, but are taken as two"),
    "table-unknown": _e("{found!r} is not a table of a case{hint}"),
    "table-absent": _e("the case has no table {name}"),
    "row-unknown": _e("no row matches {where}"),
    "field-unknown": _e("table {name} has no column {found!r}{hint}"),
}
FRAME = {
    "period-overlap": _e("period {period} starts before {previous} ends"),
    "period-gap": _e("period {period} starts {start}, but {previous} ends {end}"),
    "period-crosses-year": _e(
        "period {period} lies in two calendar years; it must lie in one, or consist of whole years"
    ),
    "period-not-first": _e("period {period} starts on {start}; periods start on the first day of a month"),
    "horizon-columns-missing": _e(
        "without table Periods the case runs from {first} to {last}, but there is no "
        "column for {missing}; "
        "add them, or a table Periods"
    ),
    "year-outside-horizon": _w("column {column} lies outside the years {first} to {last} of the case and is not used"),
    "plan-date-after-horizon": _e(
        "Plan Date {date} is not before the end of the last period {period}: nothing could be decided"
    ),
    "base-date-outside": _w(
        "Base Date {date} lies {years} years {side} the plan: all money is discounted over that time"
    ),
    "data-after-plan": _n("Data As Of {date} is after Plan Date {plan}"),
    "no-discount-rate": _n("no discount rate is given: later money counts in full"),
    "discount-rate-high": _w("a discount rate of {found} per cent per year is unusual"),
    "gap-large": _w("a gap of {found} per cent of the cash cost lets the plan be that much dearer than the best"),
    "units-per-period-length": _n("quantities are per period: the length of a period matters for discounting only"),
    "low-above-high": _w("Low {low} is above High {high}"),
}
SUPPLY = {
    "provenance-unknown": _w("{what} does not say where it was {stages}; every rule treats that as the worst case"),
    "provenance-before-stage": _w("{column} is filled, but {material} has not been through that stage"),
    "supplier-without-country": _w("supplier {supplier!r} has no country; its material counts as the worst case"),
    "price-negative": _w("{what} has a negative price in {period}"),
    "price-unlike-others": _w(
        "{what}: the price of {price} USD/kg is {times} the usual {usual} USD/kg of other "
        "offers of {material}; "
        "is it in another unit, such as USD/t?"
    ),
    "half-year-amount": _w(
        "{period} has {found}, which is about {share} of the {year} of {next}: numbers are rates "
        "per year whatever the "
        "period's length; is this an amount of the period?"
    ),
    "dates-reversed": _e("{first} {start} is after {second} {end}"),
    "offer-outside-horizon": _w("offer {offer} can not be ordered in any period of the plan"),
    "lead-time-long": _w("a lead time of {months} months is longer than three years; is it in days?"),
    "lead-time-beyond-horizon": _w("with a lead time of {months} months nothing arrives before the plan ends"),
    "order-minimum-above-available": _w(
        "offer {offer}: the minimum order of {minimum} t is above what is available in any period"
    ),
    "order-minimum-above-demand": _w(
        "offer {offer}: the minimum order of {minimum} t is above the {need} t that are "
        "needed of {material} in "
        "any period, and nothing else takes it"
    ),
    "material-unused": _w("{what}: nobody needs {material}, and no recipe, stockpile or sale takes it"),
    "end-use-unused": _w("{what} is for {end_use} use only, but no demand has that end use"),
    "commitment-incomplete": _e("a {kind} needs {column}"),
    "commitment-without-tonnes": _w("commitment {commitment} has no tonnes in any period"),
    "commitment-above-control": _w(
        "in {period} commitments of {committed} t are above the {volume} t that control {control} lets leave"
    ),
    "build-size-outside": _e("the size {size} of the running build is outside {low} to {high}"),
    "contract-without-offer": _w("no offer is bought under contract {contract}: it is never signed"),
    "contract-least-above-most": _e("in {period} Least {least} of the contract is above its Most {most}"),
    "take-or-pay-without-price": _e("a share for Take or Pay needs an Untaken Price"),
    "support-with-steps": _e("the price of offer {offer} goes in steps: a support needs an offer with one price"),
    "support-returned-below-strike": _e(
        "in {period} a share is given back above {above}, which is below the Strike of {strike}"
    ),
    "support-twice": _w("support {other} of offer {offer} is paid by {who} as well: they add"),
    "notice-without-exit": _w(
        "the contract has a Notice but no Exit Cost: it can not be left; 0 where leaving is free"
    ),
    "consignment-without-site": _e("a Consignment lies at a place of ours: it needs a Site"),
    "consigned-not-consignment": _e("Consigned is of an offer of kind Consignment, and this is a {kind}"),
    "renewal-without-duration": _e("a Renewal needs a Duration: without one the contract runs to the end of the plan"),
    "exit-under-way": _e("a commitment of kind {kind} can not be left: it has no Exit Cost"),
    "commitment-not-left": _w("without an Exit Cost, 0 where it is free, it can not be left: {column} has no effect"),
    "commitment-after-end": _w("tonnes are agreed for {period}, after the End Date {end}"),
    "reservation-without-most": _e("a Reservation Fee needs a Committed Most: how much can be reserved"),
    "committed-above-most": _e("{least} t/y are Committed at least, above the Committed Most of {most}"),
    "credited-without-prepaid": _w("nothing is prepaid under the contract: Credited has no effect"),
    "exchange-rate-missing": _e("currency {currency} has no rate above zero in {period}"),
    "price-year-unknown": _e("money of {year} can not be taken to that of the case: {missing}"),
    "incoterm-without-site": _e("a price {incoterm} needs the Site to which the goods are brought"),
    "index-missing": _w("{column} is filled, but there is no Index: it has no effect"),
    "floor-above-cap": _e("a Floor of {low} is above the Cap of {high}"),
    "tier-not-rising": _e("step {step} starts at {found} t, not above the {previous} t of the step before it"),
    "tier-terms-differ": _e("{column} is {found} here and {other} in the first step; all steps of an offer have one"),
    "tier-all-units-cumulative": _e(
        "a price for All Units can not be Cumulative: it would change what was paid in earlier years"
    ),
    "tier-unreached": _w(
        "no more than {most} t can be had of offer {offer} at once: the step from {found} t is never reached"
    ),
    "tier-all-units-dearer": _w("from step {step} on all units of offer {offer} are dearer: the plan stays below it"),
}
CHEMISTRY = {
    "content-too-high": _w(
        "{content} t of {element} in a tonne of {material} is more than there can be; is it in per cent or kg?"
    ),
    "element-is-material": _e(
        "{element!r} is the name of an element and of a material: a rule could mean either; give one another name"
    ),
    "basket-not-closed": _e("the basket of {feed} adds up to {sum} per cent; put {rest} per cent into Other REO"),
    "basket-above-whole": _e("the oxides of {feed} add up to {sum} per cent, even without Other REO"),
    "basket-proxy-missing": _e("basis Proxy needs a Proxy Of"),
    "recovery-above-one": _e("{site} recovers {sum} per cent of {oxide} in all products together"),
    "recovery-stage": _w("{product} is of stage {stage}; what separation makes is of stage Separated"),
    "recovery-unreached": _n("nothing of {feeds} ends in {product} at {site}"),
    "recovery-without-feed": _w("{site} takes no feed of table Plant Feeds: its recoveries are not used"),
    "feed-without-basket": _e("{feed} has no row in table Baskets"),
    "feed-without-recovery": _e("{site} has no row in table Recoveries: nothing would be made of {feed}"),
    "feed-without-line": _w("{site} has no line {line!r} and none can be built there{hint}"),
    "feed-stage": _w("{feed} is of stage {stage}; what is separated is of stage Mined"),
    "separation-twice": _w(
        "recipe {recipe} makes {product} of {feed} at {site}, which is made there already of the feed at {other}"
    ),
}
NETWORK = {
    "recipe-without-line": _w("recipe {recipe}: no site has a line {line!r}{hint}"),
    "recipe-without-output": _e("recipe {recipe} has no Output"),
    "recipe-without-input": _w("recipe {recipe} has no Input: it makes material out of nothing"),
    "recipe-makes-mass": _w("recipe {recipe} makes {outputs} t out of {inputs} t"),
    "item-material-missing": _e("an {role} needs a material"),
    "item-line-use-material": _e("a Line Use has no material"),
    "line-kinds-differ": _e("line {line!r} at {site} is {found} in table Projects, but {known} in table Lines"),
    "line-unused": _n("no recipe runs on line {line!r}"),
    "project-min-above-max": _e("Min Size {low} is above Max Size {high}"),
    "project-too-late": _w("project {project} can not start up before the horizon ends, so it is never built"),
    "project-start-impossible": _w(
        "project {project} can not start before {earliest}, but its Latest Start is {latest}: it is never built"
    ),
    "project-short-use": _w(
        "project {project} would run for {years} years at most before the horizon ends: the plan "
        "may refuse it for "
        "that reason alone"
    ),
    "project-free": _w("project {project} has neither a capital cost nor a fixed cost: the plan builds it for nothing"),
    "capex-unusual": _w("{column} of {found} {unit} is beyond anything built so far; is it in {other}?"),
    "ramp-falling": _w("the share of capacity falls from {before} in year {previous} to {found} in year {year}"),
    "recovery-falling": _w("the recovery falls from {before} in year {previous} to {found} in year {year}"),
    "project-free-output": _n("project {project} gives us {share} per cent of its capacity for none of its capital"),
    "project-own-prerequisite": _e("project {project} is its own prerequisite"),
    "prerequisite-circle": _e("projects wait for each other in a circle: {circle}"),
    "exclusive-alone": _n("project {project} is the only one of exclusive group {group!r}"),
    "lane-equal": _e("two rows apply to {pair} equally well: rows {first} and {second}"),
    "lane-to-itself": _w("the lane leads from {place} to itself"),
    "lane-matches-nothing": _n("the lane joins no two places that could use it"),
    "lane-shared-differ": _e("rows shared as {name!r} differ in {column}"),
    "lane-minimum-above-capacity": _w(
        "the lane's minimum of {minimum} t is above its capacity in every period: it is never used"
    ),
    "stock-not-storable": _e("{material} is declared not storable"),
    "stock-above-capacity": _e("the opening stock of {stock} t is above the capacity of {capacity} t"),
    "closing-above-capacity": _e("the closing stock of {stock} t is above the capacity of {capacity} t"),
    "opening-too-old": _w(
        "the opening stock of {stock} t is {age} months old, past its shelf life of {life}: all of it leaves in the first period"
    ),
    "opening-age-unused": _n("without a Shelf Life the Opening Age is not used"),
    "shelf-life-no-way-out": _w(
        "{material} has no Disposal Cost: what would become too old must be used, sold or sent on in time"
    ),
    "released-not-yes-no": _e("a period is released by 1 and closed by 0; found {found} in {period}"),
    "released-unused": _n("a stock that is drawable {drawable} has no use for Released"),
    "reserve-never-released": _w("the reserve is drawable In Shocks, but no period is Released: it is never drawn"),
    "reserve-above-closing": _e(
        "the reserve may never be drawn, so that {left} t of it are left at the end, but at most {closing} may be"
    ),
    "closing-stock-missing": _e("closing rule {rule} needs a Closing Stock"),
    "closing-rule-missing": _w("the Closing Stock of {stock} t has no Closing Rule and binds nothing"),
    "no-terminal-rule": _w("the opening stock of {stock} t may be used up by the end: no closing rule is set"),
}
SITES = {
    "override-field": _e("table {name} has no such decision; expected {known}"),
    "override-row": _e("nothing of table {name} that is decided on is meant by {found!r}"),
    "override-periods": _e(
        "what stands in From Period and To Period are no periods or years of the plan in their order"
    ),
    "override-whole": _e("{field} counts: {found} is not whole"),
    "participation-shares": _e("a project that is {participation} has {expected}"),
    "capex-years-sum": _e("the shares of capital by year add up to {sum} per cent; they must add up to 100"),
    "capex-year-late": _e("construction takes {months} months: there is no year {year} in which capital is spent"),
    "relative-without-prerequisite": _e(
        "project {project} has a relative size, but no Prerequisite that it is relative to"
    ),
    "relative-reversed": _e("the smallest relative size {low} is above the largest of {high}"),
    "recycling-never-sold": _e("{segment} needs no {material}, and Past Sales has none: nothing can come back"),
    "recycling-nothing-back": _w("nothing comes back within the plan: no return of table Returns falls into it"),
    "recycling-above-whole": _e("{sum} per cent of what was sold come back by {name}; no more than all can"),
    "recycling-twice": _e(
        "{sum} per cent of the {material} that {segment} was sold come back for {recovered}, by {names} together"
    ),
    "recycling-site-not-there": _e("{site} is {facility}: what comes back needs a site that is always there"),
    "past-sale-not-past": _e(
        "{year} is not over when the plan starts: what is sold from then on follows from the plan"
    ),
    "past-sale-unused": _w("no row of Recycling takes back {material} of {segment}"),
    "substitute-need-unknown": _e("{segment} has no need of {material} that something could replace"),
    "substitute-of-product": _e(
        "{segment} asks for {product} as a whole: {material} of it can not be replaced by itself; name materials in Demand"
    ),
    "substitute-elsewhere": _e(
        "{segment} needs {other} itself, but at another site or for another end use than {material}"
    ),
    "substitute-one-source": _e("{material} is served by one source: it can not stand in for something else as well"),
    "substitute-itself": _e("{material} can not replace itself"),
    "substitute-ratio-zero": _e("a Ratio of 0 would replace material by no {material} at all"),
    "substitute-not-drawn": _w(
        "{found} is a material, but Drawn Material is blank: it comes from outside the network, without limit or origin"
    ),
    "substitute-free": _w("{found} costs nothing at all: the plan replaces whatever it may"),
    "substitute-too-late": _w("{found} can not be used before the plan ends"),
    "substitute-circle": _e(
        "what stands in for {material} of {segment} is replaced by {material} in turn, by way of {other}"
    ),
    "subsidy-without-project": _w("no project fits subsidy {subsidy}: it pays for nothing"),
    "subsidy-above-whole": _e("all subsidies of {project} together pay back {sum} per cent of its capital"),
    "salvage-unused": _w("only Capex Mode Cash has a use for Salvage: annuities end with the plan anyway"),
    "limit-size-unused": _w("measure {measure} has no size: Size Is is for Capacity"),
    "set-up-young": _w(
        "the Set Up Use of {recipe} is taken off what stands at {site}, never off a plant that recovers less in some year"
    ),
    "set-up-above-line": _w(
        "{column} of {amount} t is above the {able} t that its line can do in any period: it never runs"
    ),
    "minimum-load-storage": _w("a Storage line has no load: its Minimum Load is not used"),
    "limit-each-number": _e("a number of {counts} is limited in sum, not each"),
    "limit-no-site": _w("no site may open or close: there is nothing to count"),
    "limit-counts-unused": _w("measure {measure} counts nothing: Counts is for Number Used"),
    "site-cost-unused": _w("a site that is {facility} has no use for {column}"),
    "site-free": _n("{site} costs nothing to open and nothing a year: the plan opens it for nothing"),
    "site-potential-stock": _e("{site} is Potential, but {stock} t are held there from the start"),
    "site-must-open": _n("{commitment} is handed over at {site}, which must be open from then on"),
    "one-source-mixed": _e(
        "{other} is served at {site} too, but by any source; what comes there has one source or not"
    ),
    "one-source-own": _e("{what} gives {material} at {site} itself: one source is asked of what comes on lanes only"),
}
RULES = {
    "soft-without-penalty": _e("a soft rule needs a Penalty"),
    "penalty-unused": _n("a hard rule has no use for a Penalty"),
    "penalty-above-shortage": _w(
        "the penalty of {penalty} USD/kg reaches the lowest shortage cost of {cost} USD/kg: "
        "the plan may rather "
        "stop a line than miss the rule"
    ),
    "limit-filter": _e("measure {measure} can not be limited by {column}"),
    "emission-without-substance": _e("a limit on an Emission names the Substance"),
    "emission-substance-unused": _w("measure {measure} has no Substance; only Emission has"),
    "emission-names-one": _e("a factor is per unit of one recipe, line or material disposed of; found {found}"),
    "emission-line-unknown": _w("no site has a line {line!r}{hint}: nothing is emitted there"),
    "disposal-impossible": _w("{material} has no Disposal Cost and is never disposed of: {found}"),
    "limits-contradict": _e("in {period} at least {low} is asked for here, but at most {high} is allowed at {other}"),
    "rule-without-limit": _w("{name} has no limit in any period and limits nothing"),
    "rule-who-kind": _e("metric {metric} counts {expected}, but {found!r} is none"),
    "rule-stage-needs-countries": _w("no offer declares where its material was {stage}"),
    "rule-matches-no-demand": _w("{name} limits nothing: no demand is of {what}"),
    "rule-share-above-one": _e("a share of {found} is above 1; 5 per cent is 0.05 or 5%"),
    "rule-number-not-whole": _e("a number of {what} must be whole, found {found}"),
    "rule-sources-segment": _e("metric Sources counts what is bought and can not be limited to a segment or end use"),
    "rule-column-unused": _n("{column} is not used here: {why}"),
    "domestic-who": _e("a Domestic Share counts the country of each market; leave Who blank"),
    "domestic-no-country": _w("{segment} has no country: nothing that it gets counts as domestic in {name}"),
    "source-of-no-stage": _e("a source is who performed a stage; Last Exporter is none"),
    "operator-unknown": _w(
        "{name} counts by control, and {found} is no supplier in table Suppliers: "
        "{site} counts as controlled from {country}, where it lies"
    ),
    "exemption-names-one": _e("an exemption names one supplier, site, country, material or segment; found {found}"),
    "exemption-not-counted": _e("{name} counts by {what} and can not exempt a {column}"),
    "exemption-matches-nothing": _w("{name} does not count {found}: there is nothing to exempt"),
    "exemption-outside": _w("the exemption has ended before the first period"),
    "sources-above-suppliers": _w("{name} asks for {found} sources, but only {known} suppliers offer {material}"),
    "rule-partly-in-force": _n("{name} is in force for part of {period} only and is {applied} there"),
    "rule-outside-horizon": _w("{name} is not in force in any period of the plan"),
    "ban-with-volume": _w("a Ban forbids everything; its volumes are not used"),
    "control-without-volume": _w("the control has no volume in any period and limits nothing"),
    "licence-without-rate": _e("a Licence needs an Approval Rate"),
    "licence-with-volume": _w("a Licence grants a share of its Base; its volumes are not used"),
    "de-minimis-unused": _w("a De Minimis is not used here: {why}"),
    "de-minimis-purchases": _e("sources of what is bought are counted whatever it holds; leave De Minimis blank"),
    "licence-column-unused": _w("a {kind} has no use for {column}; only a Licence has"),
    "licence-derived": _e("a Licence can not reach Derived Content; take a Ban, a Quota or a Licensed Volume"),
    "licence-delay-beyond-horizon": _w(
        "with a delay of {months} months nothing is granted before the plan ends: the control forbids everything"
    ),
    "licence-base-zero": _w(
        "no demand that the control matches has {what} in it, so that nothing is granted; fill Base, or name an element"
    ),
    "derived-matches-nothing": _w(
        "no demand that the control matches has {what} in it, so that no derived content is seen; name an element"
    ),
    "element-undemanded": _w("{name} has no effect: no material in demand contains {element}"),
    "control-jurisdiction-unused": _n("nothing is offered or made in {country}: the control limits nothing"),
    "control-material-unused": _n("nobody offers or makes {material}: the control limits nothing"),
}
DUTIES = {
    "tariff-without-value": _e(
        "tariff {tariff} is taken on {material}, which has no Reference Value; one may be left out only for what comes of one "
        "offer at one price"
    ),
    "tariff-without-rate": _w("tariff {tariff} has no rate in any period and charges nothing"),
    "quota-incomplete": _e("a quota needs both In Quota and In Quota Rate"),
    "quota-rate-not-lower": _e("in {period} the In Quota Rate of {found} % is above the {rate} % beyond the quota"),
    "quota-on-steps": _e("offer {offer} is cleared at a price in steps: a quota needs one price to take the duty on"),
    "tariff-rate-high": _w("a rate of {found} is {percent} per cent; 5 per cent is 0.05 or 5%"),
    "tariff-own-origin": _w(
        "{countries} takes the duty and is of origin {origin} too: what it made itself is charged when it comes back"
    ),
    "tariff-charges-nothing": _n("{what} comes to {importer}: the tariff charges nothing"),
}
TARGETS = {
    "cover-matches-no-demand": _w("{name} asks for nothing: no demand is of {what}"),
    "cover-without-stockpile": _w("{name} can not be met: no stockpile{where} may hold what counts as {material}"),
    "cover-unreachable": _w(
        "{name} is missed from {period} on: nothing that may be held becomes {item} where it is needed within {days} days"
    ),
    "cover-unreachable-hard": _e(
        "{name} can not be met in {period}: nothing that may be held becomes {item} where it is needed within {days} days"
    ),
    "cover-days-high": _w("{found} days are more than two years; is it in tonnes or per cent?"),
    "cover-and-stock-goal": _n("limit {limit} at {other} sets the stock of {material} too: both bind"),
    "budget-project-free": _n("project {project} costs us no capital: the budget does not limit it"),
    "budget-without-projects": _w("the case has no project: budget {budget} limits nothing"),
}
DEMAND = {
    "demand-unreachable": _w(
        "nothing that may be put to {use} use can reach {segment} with {material}: it goes short in full"
    ),
    "demand-unreachable-hard": _e(
        "nothing that may be put to {use} use can reach {segment} with {material}, and it may not "
        "go short: give it Shortage Costs, or a way to be served"
    ),
    "demand-above-supply": _w(
        "{span} {need} t of {material} are needed, but all sources together give {supply} t at most"
    ),
    "demand-without-material": _e("{segment} names neither a Material nor a Product; one of them must be given"),
    "product-unknown": _e("table Products does not say what a unit of {product} holds, and the row names no Material"),
    "product-content-zero": _e("a unit of {product} holds no {material}; delete the row, or give its kg"),
    "product-undemanded": _n("no row of Demand counts {product} (Material blank): the row changes nothing"),
    "product-material-clash": _e(
        "{segment} asks for {material} by the product {product} and once more at {other}; give the other row a segment "
        "of its own"
    ),
    "demand-zero": _w("{segment} asks for no {material} in any period"),
    "demand-check-differs": _w(
        "{check}: the rows of Demand come to {found} of {material} in {period}, but {stated} is stated; they differ by "
        "{apart} %, and {tolerance} % is allowed{more}"
    ),
    "demand-check-unmatched": _w("{check}: no row of Demand asks for {what}: nothing is compared"),
    "demand-check-empty": _w("{check} states no tonnes in any period and compares nothing"),
    "shortage-tiers-falling": _e(
        "tier {tier} costs less than tier {previous}: the dearer one would never be used first"
    ),
    "shortage-cost-missing": _e("tier {tier} has no cost; fill Cost or Cost per Product"),
    "shortage-cost-twice": _e("tier {tier} has both Cost and Cost per Product; keep one"),
    "shortage-content-missing": _e("Cost per Product needs a Content in Demand for segment {segment}"),
    "shortage-share-missing": _e("tier {tier} is not the last and needs a Share Of Demand"),
    "shortage-tiers-full": _w("the tiers up to {tier} take all of the demand of {segment}: later tiers are never used"),
    "shortage-cheaper-than-supply": _w(
        "going short of {material} costs {segment} {cost} USD/kg at most, less than "
        "the cheapest offer at "
        "{price} USD/kg: nothing may be bought"
    ),
    "priority-without-cost": _n("{segment} has no Shortage Costs and must be served in full"),
    "least-above-most": _e("in {period} Least {least} is above Most {most}"),
    "sale-step-dearer": _e(
        "in {period} step {step} fetches {price} USD/kg, more than the {earlier} of step {previous}: it would be sold "
        "first; number the steps by falling price"
    ),
    "sale-step-unlimited": _w("step {step} takes any amount: step {after} is never used; give Most"),
    "sale-above-offer": _w(
        "{material} sells at {price} USD/kg, but is offered at {offer} USD/kg: the plan may buy to sell"
    ),
}
BIDS = {
    "bid-no-sheet": _e("the file holds no sheet {sheet}; send the bid sheet that was handed out"),
    "bid-empty": _e("the sheet holds no rows"),
    "bid-none": _n("no bid for {material}"),
    "bid-incomplete": _e("a bid needs {column}"),
    "bid-without-tonnes": _e("a bid needs the tonnes that are offered in at least one period"),
    "bid-other-round": _e("the sheet is of round {found}, but round {expected} is read"),
    "bid-two-suppliers": _e("a bid sheet is of one supplier, but holds {found!r} and, at {at}, {other!r}"),
    "bid-not-asked": _e("{material} is not asked for under {rfq}"),
    "bid-twice": _e("the bid of {supplier} in this round stands in {file} too; read one of the two"),
    "bid-read-before": _e("the case holds the bid of {supplier} under {rfq} in round {round} already, at {at}"),
}
QUALIFICATIONS = {
    "qualification-of-whom": _e("qualification {name} must name a Site or a Supplier, and not both"),
    "qualification-without-date": _e("qualification {name} is In Progress and needs the day from which it is done"),
    "qualification-date-unused": _n("qualification {name} is {state}: its date is not looked at"),
    "qualification-never": _n("qualification {name} can not be had within the plan: {why}"),
    "qualification-unasked": _n("no demand is of what qualification {name} is about: it limits nothing"),
    "qualification-contradicted": _w(
        "{name} is Qualified, but {other} at {where} keeps the same deliveries back; every row binds by itself"
    ),
}
ROLL = {
    "actual-sheet-missing": _e("sheet {sheet} is missing or has no rows; without it the opening stock is not known"),
    "actual-stock-missing": _e("no row for {material} at {site}; type 0 where there is none"),
    "actual-no-stockpile": _e("{material} at {site} has no row in table Stockpiles"),
    "actual-lot-supplier": _e(
        "{material} at {site} has several lots; all but the largest need a Supplier, as they become commitments"
    ),
    "actual-date-outside": _e("the date {found} is not between {first} and the day of the roll, {last}"),
    "actual-date-late": _e("the date {found} is not before the day of the roll, {last}"),
    "actual-arrived": _e("the arrival on {found} is before the day of the roll, {first}: it is stock or a delivery"),
    "actual-after-plan": _e("the arrival on {found} is after the plan ends, {last}"),
    "actual-build-size": _e("the construction of {project} needs a Size"),
    "actual-no-volume": _e("table {listed} has no {name!r} with a volume"),
    "volume-exceeded": _w("{used} of {name} were used in {window} of {whole}: nothing is left, and {over} too much"),
    "limit-for-each": _w("limit {limit} is for each: what was used in its year is not taken off what is left"),
    "actual-not-committed": _w("what came under offer {source} is booked on no commitment: it was never accepted"),
    "actual-above-promise": _w("{source} delivered {excess} t more than the {promised} t that were promised"),
    "override-cut": _w(
        "override {override} began before the day of the roll and is excluded: what is left of it is yours to say"
    ),
    "decision-both": _e("{what} is both accepted and rejected"),
    "decision-unknown": _e("{what} in {period} is no decision of the plan"),
    "decision-not-carried": _n("{decision} of {what} is not carried over: it is planned anew"),
}
STUDY = {
    "change-periods": _e("{found} are not periods of the case in this order"),
    "change-in-time": _e("{column} is one number for all periods; leave From and To blank"),
    "change-not-number": _e("{column} is no number and can only be replaced (=), not changed by {how}"),
    "sweep-row-off": _w(
        "{where} in {name} has Status Exclude: sweep {sweep} can not be run as long as it is not part of the case"
    ),
    "sweep-no-own-range": _e("{name} has no Low and High of its own; give the ends in Sweeps"),
    "sweep-range-incomplete": _e("give both Low and High, or neither to take those of the rows themselves"),
    "sweep-no-distribution": _e(
        "method {method} needs Low and High here: several rows can not draw from ranges of their own"
    ),
    "sweep-methods-differ": _e("sweep {sweep} has method {found} here, but {other} above"),
    "sweep-peak-outside": _e("the Most Likely of {found} lies outside {low} to {high}"),
    "sweep-low-not-positive": _e("a Log-uniform needs a Low above 0, found {found}"),
    "sweep-values-and-range": _n("the values are tried; Low and High are not used"),
    "sweep-none": _e("the case has no sweep; give one in table Sweeps"),
    "sweep-which": _e("the case has several sweeps, name one: {names}"),
    "sweep-unknown": _e("the case has no sweep {found!r}{hint}"),
    "until-unknown": _e("{found!r} is no question about a plan; begin with one of {known}"),
    "until-name": _e("the case has nothing that {verb!r} could mean by {found!r}{hint}"),
    "canned-unknown": _e("there is no canned case {found!r}{hint}"),
    "frontier-unknown": _e(
        "nothing in the case that cost could stand against is called {found!r}{hint}; name a de-risking rule on shares (Max), a "
        "cover target, cover, covered with a stage, or shortage"
    ),
    "frontier-nothing": _e("{found}: nothing in the case can be bought, made or held that it would count"),
    "sweep-many-points": _w("sweep {sweep} has {count} points"),
}
SENSE = {
    **QUALIFICATIONS,
    **FRAME,
    **CHEMISTRY,
    **SUPPLY,
    **NETWORK,
    **SITES,
    **RULES,
    **DUTIES,
    **TARGETS,
    **DEMAND,
    **STUDY,
}
MESSAGES: dict[str, Message] = {**FILE, **STRUCTURE, **CELL, **OUTSIDE, **REFERENCE, **SENSE, **BIDS, **ROLL}
