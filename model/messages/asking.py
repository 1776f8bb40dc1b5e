"""What is said of bid sheets, of rolling a case forward, and of sweeps."""

from __future__ import annotations

from model.messages.message import error, note, warning

BIDS = {
    "bid-no-sheet": error("the file holds no sheet {sheet}; send the bid sheet that was handed out"),
    "bid-empty": error("the sheet holds no rows"),
    "bid-none": note("no bid for {material}"),
    "bid-only-notes": warning("the row is no bid, but its Notes say: {notes}"),
    "bid-excluded": warning("the supplier excludes the row, and it is not read"),
    "bid-own-column": error(
        "column {column!r} is not of the bid sheet, is not read, and holds {found!r}{more}; take it out, or move it to Notes"
    ),
    "bid-no-header": error("the cell stands under no header and is not read; take it out, or move it to Notes"),
    "bid-comment": warning("the supplier's comment of the cell is not read: {found}"),
    "bid-words": warning("the supplier wrote, and it is not read: {found}"),
    "bid-sheet-copied": error(
        "sheet {sheet!r} is a copy of the bid sheet and is not read; move its rows to sheet Bid, or take it out"
    ),
    "bid-sheet-unread": warning("the supplier added sheet {sheet!r}, which is not read"),
    "bid-incomplete": error("a bid needs {column}"),
    "bid-without-tonnes": error("a bid needs the tonnes that are offered in at least one period"),
    "bid-other-round": error("the sheet is of round {found}, but round {expected} is read"),
    "bid-two-suppliers": error("a bid sheet is of one supplier, but holds {found!r} and, at {at}, {other!r}"),
    "bid-not-asked": error("{material} is not asked for under {rfq}"),
    "bid-twice": error("the bid of {supplier} in this round stands in {file} too; read one of the two"),
    "bid-read-before": error("the case holds the bid of {supplier} under {rfq} in round {round} already, at {at}"),
}

ROLL = {
    "actual-sheet-missing": error("sheet {sheet} is missing or has no rows; without it the opening stock is not known"),
    "actual-stock-missing": error("no row for {material} at {site}; type 0 where there is none"),
    "actual-no-stockpile": error("{material} at {site} has no row in table Stockpiles"),
    "actual-lot-supplier": error(
        "{material} at {site} has several lots; all but the largest need a Supplier, as they become commitments"
    ),
    "actual-date-outside": error("the date {found} is not between {first} and the day of the roll, {last}"),
    "actual-date-late": error("the date {found} is not before the day of the roll, {last}"),
    "actual-arrived": error("the arrival on {found} is before the day of the roll, {first}: it is stock or a delivery"),
    "actual-after-plan": error("the arrival on {found} is after the plan ends, {last}"),
    "actual-build-size": error("the construction of {project} needs a Size"),
    "actual-no-volume": error("table {listed} has no {name!r} with a volume"),
    "volume-exceeded": warning(
        "{used} of {name} were used in {window} of {whole}: nothing is left, and {over} too much"
    ),
    "actual-not-committed": warning("what came under offer {source} is booked on no commitment: it was never accepted"),
    "actual-above-promise": warning("{source} delivered {excess} t more than the {promised} t that were promised"),
    "override-cut": warning(
        "override {override} began before the day of the roll and is excluded: what is left of it is yours to say"
    ),
    "decisions-open": warning(
        "{count} of the decisions that fell due before {day} are neither accepted nor rejected, such as {first}; what of them is "
        "not under way is planned anew: mark them and roll again, or set Frozen Until"
    ),
    "decision-both": error("{what} is both accepted and rejected"),
    "decision-unknown": error("{what} in {period} is no decision of the plan"),
    "decision-not-carried": note("{decision} of {what} is not carried over: it is planned anew"),
}

STUDY = {
    "change-periods": error("{found} are not periods of the case in this order"),
    "change-in-time": error("{column} is one number for all periods; leave From and To blank"),
    "change-not-number": error("{column} is no number and can only be replaced (=), not changed by {how}"),
    "sweep-row-off": warning(
        "{where} in {name} has Status Exclude: sweep {sweep} can not be run as long as it is not part of the case"
    ),
    "sweep-no-own-range": error("{name} has no Low and High of its own; give the ends in Sweeps"),
    "sweep-range-incomplete": error("give both Low and High, or neither to take those of the rows themselves"),
    "sweep-no-distribution": error(
        "method {method} needs Low and High here: several rows can not draw from ranges of their own"
    ),
    "sweep-methods-differ": error("sweep {sweep} has method {found} here, but {other} above"),
    "sweep-peak-outside": error("the Most Likely of {found} lies outside {low} to {high}"),
    "sweep-low-not-positive": error("a Log-uniform needs a Low above 0, found {found}"),
    "sweep-end": error("with {name} {how} {value} this is no case: {sentence}"),
    "sweep-end-odd": warning("with {name} {how} {value}: {sentence}"),
    "sweep-values-and-range": note("the values are tried; Low and High are not used"),
    "sweep-none": error("the case has no sweep; give one in table Sweeps"),
    "sweep-which": error("the case has several sweeps, name one: {names}"),
    "sweep-unknown": error("the case has no sweep {found!r}{hint}"),
    "until-unknown": error("{found!r} is no question about a plan; begin with one of {known}"),
    "until-name": error("the case has nothing that {verb!r} could mean by {found!r}{hint}"),
    "canned-unknown": error("there is no canned case {found!r}{hint}"),
    "frontier-unknown": error(
        "nothing in the case that cost could stand against is called {found!r}{hint}; name a de-risking rule on shares (Max), a "
        "cover target, cover, covered with a stage, or shortage"
    ),
    "frontier-nothing": error("{found}: nothing in the case can be bought, made or held that it would count"),
    "sweep-many-points": warning("sweep {sweep} has {count} points"),
}
