"""Limits, export controls and de-risking rules: whether they limit what exists, when it exists."""

from __future__ import annotations

import numpy as np

from model.case.case import Row
from model.case.checks import emissions
from model.case.checks.finder import Finder, grouped, plain
from model.case.timeline import month_number
from model.schema.tables.common import ANY, STAGES

_FILTERS = ("supplier", "offer", "site", "material", "project")
_MEASURED_BY = {
    "Volume": ("supplier", "offer", "site", "material"),
    "Spend": ("supplier", "offer", "site", "material"),
    "Capacity": ("site", "project"),
    "Stock": ("site", "material"),
    "Disposal": ("site", "material"),
    "Emission": ("site",),
}
_COUNTED_BY = {
    "Offers": ("supplier", "offer", "site", "material"),
    "Suppliers": ("supplier", "offer", "site", "material"),
    "Sites": ("site",),
    "Lanes": ("site",),
    "Recipes": ("site",),
    "Projects": ("site", "project"),
}
_SAME_RULE = (
    "metric",
    "who",
    "applies",
    "stage",
    "counted_by",
    "segment",
    "end_use",
    "material",
    "source_is",
    "de_minimis",
    "window",
)
_DONE = {"Mined": "mined", "Separated": "separated", "Metal": "reduced to metal", "Magnet": "made into magnets"}


def find(finder: Finder) -> None:
    """Check limits, export controls and rules on origin."""
    for row in finder.rows("Limits"):
        _limit(finder, row)
    for row in finder.rows("De-risking Rules"):
        _rule(finder, row)
    for row in finder.rows("Export Controls"):
        _control(finder, row)
    _contradictions(finder, "Limits", ("measure", "counts", "size_is", "applies", *_FILTERS, "substance", "window"))
    _contradictions(finder, "De-risking Rules", _SAME_RULE)


def unread_number(finder: Finder, table: str, row: Row) -> bool:
    """Return whether any period cell of the row holds something that could not be read."""
    data = finder.case.data[table]
    return any(row_id == row.row_id and name in data.wide for row_id, name in data.unread)


def hardness(finder: Finder, table: str, row: Row, costs: list[float] | None = None) -> None:
    """Check the penalty of a row that is Hard or Soft, against some costs (USD/kg) of going short; all if none are given."""
    if row.hardness == "Hard" and row.penalty is not None:
        finder.say("penalty-unused", table, row, "penalty")
    if row.hardness != "Soft":
        return
    if finder.blank(table, row, "penalty"):
        finder.say("soft-without-penalty", table, row, "penalty")
    if costs is None:
        costs = [c for tier in finder.rows("Shortage Costs") if (c := finder.kilogram_cost(tier)) is not None]
    if row.penalty is not None and costs and row.penalty >= min(costs):
        finder.say("penalty-above-shortage", table, row, "penalty", penalty=plain(row.penalty), cost=plain(min(costs)))


def _whole(finder: Finder, table: str, row: Row, what: str) -> None:
    values = finder.case.across(table, row)
    t = finder.first(values, np.abs(values - np.round(values)) > 1e-9)
    if t >= 0:
        finder.say("rule-number-not-whole", table, row, None, finder.label(t), what=what, found=plain(values[t]))


def no_limit(finder: Finder, table: str, row: Row, name: str) -> None:
    """Say where a row has no number in any period."""
    if np.isnan(finder.case.across(table, row)).all() and not unread_number(finder, table, row):
        finder.say("rule-without-limit", table, row, None, name=name)


def _limit(finder: Finder, row: Row) -> None:
    hardness(finder, "Limits", row)
    no_limit(finder, "Limits", row, f"limit {row.limit}")
    counted = row.measure == "Number Used"
    allowed = _COUNTED_BY.get(row.counts, _FILTERS) if counted else _MEASURED_BY.get(row.measure, _FILTERS)
    what = f"Number Used of {row.counts}" if counted and row.counts != "Offers" else row.measure
    for column in _FILTERS:
        if getattr(row, column) is not None and column not in allowed:
            finder.say("limit-filter", "Limits", row, column, measure=what, column=column.title())
    if row.measure and row.measure != "Stock" and row.end_use != ANY:
        finder.say("limit-filter", "Limits", row, "end_use", measure=row.measure, column="End Use")
    if row.size_is == "Our Share" and row.measure and row.measure != "Capacity":
        finder.say("limit-size-unused", "Limits", row, "size_is", measure=row.measure)
    emissions.limit(finder, row)
    if counted:
        _whole(finder, "Limits", row, row.counts.lower() if row.counts else "offers")
        if row.applies == "Each" and row.counts != "Offers":
            finder.say("limit-each-number", "Limits", row, "applies", counts=row.counts)
        if row.counts == "Sites" and all(r.facility == "Existing" for r in finder.rows("Sites")):
            finder.say("limit-no-site", "Limits", row, "counts")
    elif row.counts and row.counts != "Offers" and row.measure:
        finder.say("limit-counts-unused", "Limits", row, "counts", measure=row.measure)


def _in_force(finder: Finder, table: str, row: Row, name: str) -> None:
    """Say where a rule holds in part of a period, or in none."""
    if not finder.dates(table, row, "effective", "suspended"):
        return
    timeline = finder.timeline
    start = month_number(row.effective) if row.effective else -np.inf
    end = month_number(row.suspended) if row.suspended else np.inf
    if start >= timeline.end or end <= timeline.start:
        finder.say("rule-outside-horizon", table, row, "effective" if start >= timeline.end else "suspended", name=name)
        return
    for p in timeline.periods:
        if 1e-9 < timeline.share_in(p.index, start, end) < 1 - 1e-9:
            applied = timeline.applies(p.index, start if row.effective else None, end if row.suspended else None)
            column = "effective" if p.start < start else "suspended"
            finder.say(
                "rule-partly-in-force",
                table,
                row,
                column,
                name=name,
                period=p.label,
                applied="applied" if applied else "not applied",
            )


def _rule(finder: Finder, row: Row) -> None:
    name, table = f"rule {row.rule}", "De-risking Rules"
    hardness(finder, table, row)
    no_limit(finder, table, row, name)
    _in_force(finder, table, row, name)
    _who(finder, row)
    if row.metric == "Sources":
        _sources(finder, row, name)
    elif row.metric is not None:
        values = finder.case.across(table, row)
        t = finder.first(values, values > 1)
        if t >= 0:
            finder.say("rule-share-above-one", table, row, None, finder.label(t), found=plain(values[t]))
        _stage(finder, row)
    wanted = [
        d
        for d in finder.rows("Demand")
        if row.segment in (None, d.segment)
        and row.end_use in (ANY, d.end_use)
        and (row.material is None or finder.contents.of(row.material, d.material) > 0)
    ]
    said = [str(v) for v in (row.segment, row.material, row.end_use if row.end_use != ANY else None) if v]
    if not finder.rows("Demand") or wanted or not said or row.metric == "Sources":
        return
    if row.material in finder.contents.elements and not finder.meant(row.material, finder.demanded):
        finder.say("element-undemanded", table, row, "material", name=name, element=row.material)
    else:
        finder.say(
            "rule-matches-no-demand",
            table,
            row,
            "material" if row.material else "segment" if row.segment else "end_use",
            name=name,
            what=" / ".join(said),
        )


def _who(finder: Finder, row: Row) -> None:
    if row.who is None or row.metric not in ("Country Share", "Supplier Share"):
        return
    seller, land = row.who in finder.sellers, row.who in finder.lands
    if row.metric == "Country Share" and seller and not land:
        finder.say(
            "rule-who-kind",
            "De-risking Rules",
            row,
            "who",
            metric=row.metric,
            expected="a country or country group",
            found=row.who,
        )
    if row.metric == "Supplier Share" and land and not seller:
        finder.say(
            "rule-who-kind", "De-risking Rules", row, "who", metric=row.metric, expected="a supplier", found=row.who
        )


def _sources(finder: Finder, row: Row, name: str) -> None:
    _whole(finder, "De-risking Rules", row, "sources")
    column = "segment" if row.segment is not None else "end_use" if row.end_use != ANY else ""
    if row.stage != "Any Stage":  # counted on what is delivered, and not on what is bought
        return
    if column:
        finder.say("rule-sources-segment", "De-risking Rules", row, column)
    if row.limit_type not in ("Min", "Fixed") or row.source_is != "Supplier" or row.material is None:
        return
    lots = [r for t in ("Offers", "Commitments") for r in finder.rows(t)]
    known = {r.supplier for r in lots if finder.contents.of(row.material, r.material) > 0}
    values = finder.case.across("De-risking Rules", row)
    t = finder.first(values, values > len(known))
    if t >= 0 and not finder.meant(row.material, finder.made):
        finder.say(
            "sources-above-suppliers",
            "De-risking Rules",
            row,
            None,
            finder.label(t),
            name=name,
            found=plain(values[t]),
            known=len(known),
            material=row.material,
        )


def _stage(finder: Finder, row: Row) -> None:
    """Say where nothing in the case can answer a question about one stage."""
    if row.metric != "Country Share" or row.stage not in STAGES:
        return
    column = f"{row.stage.lower()}_in"
    lots = [(t, r) for t in ("Offers", "Commitments") for r in finder.rows(t) if r.material]
    for table, lot in lots:
        declared = [s for s in STAGES if not finder.blank(table, lot, f"{s.lower()}_in")]
        if not finder.blank(table, lot, column) or (not declared and lot.supplier in finder.home):
            return
    made_here = {r.stage for r in finder.rows("Recipes")} | {"Separated" for _ in finder.separations}
    if lots and row.stage not in made_here:
        finder.say("rule-stage-needs-countries", "De-risking Rules", row, "stage", stage=_DONE[row.stage])


def _control(finder: Finder, row: Row) -> None:
    table = "Export Controls"
    _in_force(finder, table, row, f"control {row.control}")
    wide = finder.case.data[table].wide
    volumes = wide.loc[row.row_id].notna() if len(wide.columns) else None
    given = volumes is not None and bool(volumes.any())
    if row.kind == "Ban" and given:
        assert volumes is not None
        finder.say("ban-with-volume", table, row, str(wide.columns[int(np.argmax(volumes))]))
    if row.kind in ("Quota", "Licensed Volume") and not given and not unread_number(finder, table, row):
        finder.say("control-without-volume", table, row, None)
    _licence(finder, row, str(wide.columns[int(np.argmax(volumes))]) if volumes is not None and given else None)
    _matched_demand(finder, row)
    lots = [r for t in ("Offers", "Commitments") for r in finder.rows(t)]
    if row.jurisdiction is not None and lots:
        touched = {finder.handed_over_in(r) for r in lots} | {finder.home.get(r.supplier) for r in lots}
        touched |= {getattr(r, f"{s.lower()}_in") for r in lots for s in STAGES}
        touched |= {
            finder.site_country.get(r.site) for t in ("Lines", "Projects", "Stockpiles") for r in finder.rows(t)
        }
        if row.jurisdiction not in touched:
            finder.say("control-jurisdiction-unused", table, row, "jurisdiction", country=row.jurisdiction)
    present = finder.made | {r.material for r in lots} | {r.material for r in finder.rows("Stockpiles")}
    if row.material not in (None, ANY) and lots and not finder.meant(row.material, present):
        finder.say("control-material-unused", table, row, "material", material=row.material)


def _licence(finder: Finder, row: Row, volume: str | None) -> None:
    """Check what only a Licence has, and what it has not; `volume` is the first period column that is filled."""
    table = "Export Controls"
    if row.kind is None:
        return
    if row.kind != "Licence":
        for column in ("base", "approval_rate", "delay"):
            if getattr(row, column) not in (None, 0.0):
                title = finder.case.data[table].table.column(column).title
                finder.say("licence-column-unused", table, row, column, kind=row.kind, column=title)
        return
    if finder.blank(table, row, "approval_rate"):
        finder.say("licence-without-rate", table, row, "approval_rate")
    if volume is not None:
        finder.say("licence-with-volume", table, row, volume)
    if row.reach == "Derived Content":
        finder.say("licence-derived", table, row, "reach")
    if row.delay is not None and row.delay >= finder.timeline.end - finder.timeline.start:
        finder.say("licence-delay-beyond-horizon", table, row, "delay", months=plain(row.delay))


def _matched_demand(finder: Finder, row: Row) -> None:
    """Say where a control is counted by demand, and no demand that it matches holds what it names."""
    by_need = row.kind == "Licence" and finder.blank("Export Controls", row, "base")
    derived = row.kind in ("Quota", "Licensed Volume", "Ban") and row.reach == "Derived Content"
    if row.material is None or row.destination is None or not (by_need or derived):
        return
    for d in finder.rows("Demand"):
        country = finder.site_country.get(d.site)
        lands = row.destination == ANY or country in finder.countries_of(row.destination)
        if lands and row.end_use in (ANY, d.end_use) and finder.contents.of(row.material, d.material) > 0:
            return
    if finder.rows("Demand"):
        code, column = ("licence-base-zero", "base") if by_need else ("derived-matches-nothing", "material")
        what = "material" if row.material == ANY else row.material
        finder.say(code, "Export Controls", row, column, what=what)


def _contradictions(finder: Finder, table: str, same: tuple[str, ...]) -> None:
    """Find two hard rows about the same thing of which one asks for more than the other allows."""
    hard = [r for r in finder.rows(table) if r.hardness == "Hard" and r.limit_type]
    for rows in grouped(hard, lambda r: tuple(getattr(r, c) for c in same)).values():
        lows = [r for r in rows if r.limit_type in ("Min", "Fixed")]
        highs = [r for r in rows if r.limit_type in ("Max", "Fixed")]
        for low in lows:
            for high in (h for h in highs if h is not low):
                _contradict(finder, table, low, high)


def _contradict(finder: Finder, table: str, low: Row, high: Row) -> None:
    least, most = finder.case.across(table, low), finder.case.across(table, high)
    applied = np.array([_applies(finder, low, t) and _applies(finder, high, t) for t in range(len(finder.timeline))])
    t = finder.first(least, (least > most * (1 + 1e-9)) & applied)
    if t >= 0:
        finder.say(
            "limits-contradict",
            table,
            low,
            None,
            finder.label(t),
            period=finder.label(t),
            low=plain(least[t]),
            high=plain(most[t]),
            other=finder.case.address(table, high, None, finder.label(t)),
        )


def _applies(finder: Finder, row: Row, t: int) -> bool:
    if not hasattr(row, "effective"):  # a row of Limits, which holds throughout
        return True
    start = month_number(row.effective) if row.effective else None
    end = month_number(row.suspended) if row.suspended else None
    return finder.timeline.applies(t, start, end)
