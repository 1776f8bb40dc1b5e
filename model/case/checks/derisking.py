"""De-risking rules: what a rule counts and by whom, and what is exempt from it."""

from __future__ import annotations

from model.case.case import Row
from model.case.checks.finder import Finder
from model.case.timeline import month_number
from model.schema.tables.common import ANY, CONTROL, LAST_EXPORTER

_RULES, _EXEMPT = "De-risking Rules", "Rule Exemptions"
_COLUMNS = ("supplier", "site", "country", "material", "segment")


def find(finder: Finder) -> None:
    """Check how rules count, and their exemptions."""
    for row in finder.rows(_RULES):
        _counted(finder, row)
        _de_minimis(finder, _RULES, row)
    for row in finder.rows("Export Controls"):
        if row.de_minimis and row.reach == "Exports":
            finder.say(
                "de-minimis-unused", "Export Controls", row, "de_minimis", why="the control reaches exports only"
            )
        else:
            _de_minimis(finder, "Export Controls", row)
    by_name = {r.rule: r for r in finder.rows(_RULES)}
    for row in finder.rows(_EXEMPT):
        _exemption(finder, row, by_name.get(row.rule))
    _operators(finder)


def looks_at(row: Row, demand: Row) -> bool:
    """Return whether a rule looks at a need, by its segment and end use."""
    return row.segment in (None, demand.segment) and row.end_use in (ANY, demand.end_use)


def _counted(finder: Finder, row: Row) -> None:
    if row.metric is None:
        return
    name = f"rule {row.rule}"
    if row.metric == "Sources" and row.stage == LAST_EXPORTER:
        finder.say("source-of-no-stage", _RULES, row, "stage")
    if row.metric == "Domestic Share" and row.who is not None:
        finder.say("domestic-who", _RULES, row, "who")
    if row.applies == "Each" and row.who not in finder.members:
        finder.say("rule-column-unused", _RULES, row, "applies", column="Applies", why="Who names no group")
    if row.counted_by == CONTROL and (why := _no_control(row)):
        finder.say("rule-column-unused", _RULES, row, "counted_by", column="Counted By", why=why)
    if row.metric == "Domestic Share":
        for d in finder.rows("Demand"):
            if looks_at(row, d) and not finder.site_country.get(d.site):
                finder.say("domestic-no-country", _RULES, row, None, segment=d.segment, name=name)
                return


def _no_control(row: Row) -> str:
    """Return why a rule has no use for the country of control, or nothing."""
    if row.metric == "Supplier Share":
        return "a supplier is counted by its name"
    if row.metric == "Sources" and row.source_is != "Country":
        return f"a source is a {row.source_is.lower()}"
    if row.metric == "Sources" and row.stage == "Any Stage":
        return "the country of a purchase is where it is handed over"
    return "a lot crosses the border of a place" if row.stage == LAST_EXPORTER else ""


def _de_minimis(finder: Finder, table: str, row: Row) -> None:
    if not row.de_minimis:
        return
    elements = set(finder.contents.elements)
    if (row.material is not None and row.material not in elements) or (row.material is None and not elements):
        finder.say("de-minimis-unused", table, row, "de_minimis", why="no element is named")
    elif table == _RULES and row.metric == "Sources" and row.stage == "Any Stage":
        finder.say("de-minimis-purchases", table, row, "de_minimis")


def _operators(finder: Finder) -> None:
    """Say for which sites control is not known, where some rule counts by it."""
    rule = next((r for r in finder.rows(_RULES) if r.counted_by == CONTROL and not _no_control(r)), None)
    if rule is None:
        return
    worked = {r.site for t in ("Lines", "Projects") for r in finder.rows(t) if r.kind == "Process"}
    for site in finder.rows("Sites"):
        if site.site in worked and site.country and site.operator not in finder.home:
            finder.say(
                "operator-unknown",
                "Sites",
                site,
                "operator",
                name=f"rule {rule.rule}",
                found=repr(site.operator) if site.operator else "its operator",
                site=site.site,
                country=site.country,
            )


def _exemption(finder: Finder, row: Row, rule: Row | None) -> None:
    filled = [c for c in _COLUMNS if getattr(row, c) is not None]
    if len(filled) != 1 and not any(finder.unread(_EXEMPT, row, c) for c in _COLUMNS):
        found = " and ".join(filled) if filled else "none"
        finder.say("exemption-names-one", _EXEMPT, row, filled[1] if filled else "supplier", found=found)
    if row.until is not None and month_number(row.until) < finder.timeline.start:
        finder.say("exemption-outside", _EXEMPT, row, "until")
    if rule is None or len(filled) != 1:
        return
    column, name = filled[0], f"rule {rule.rule}"
    what = _can_not_exempt(rule, column)
    if what:
        finder.say("exemption-not-counted", _EXEMPT, row, column, name=name, what=what, column=column)
    elif column in ("material", "segment"):
        found = getattr(row, column)
        needs = [d for d in finder.rows("Demand") if looks_at(rule, d) and getattr(d, column) == found]
        if not any(rule.material is None or finder.contents.of(rule.material, d.material) > 0 for d in needs):
            finder.say("exemption-matches-nothing", _EXEMPT, row, column, name=name, found=found)


def _can_not_exempt(rule: Row, column: str) -> str:
    """Return by what a rule counts that can not exempt a column, or nothing."""
    if column in ("material", "segment"):
        return "what is bought" if rule.metric == "Sources" and rule.stage == "Any Stage" else ""
    if rule.metric == "Sources":
        return "sources"
    if column == "country":
        return "supplier" if rule.metric == "Supplier Share" else ""
    return "last exporter" if rule.stage == LAST_EXPORTER and rule.metric != "Supplier Share" else ""
