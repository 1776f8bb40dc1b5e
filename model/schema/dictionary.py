"""The data dictionary and the list of messages, made from declarations by ``python -m model.schema.dictionary``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from model import messages
from model.messages import Message
from model.schema import units
from model.schema.column import Column, PeriodColumns, Table
from model.schema.tables import SCHEMA_VERSION, TABLES
from model.schema.tables.common import COMMON
from model.schema.tables.settings import SETTINGS

_KINDS = {
    "text": "text",
    "number": "number",
    "integer": "whole number",
    "date": "date",
    "choice": "one of a list",
    "yes_no": "Yes or No",
    "reference": "name",
    "number_or_series": "number or series",
}
PERIOD_BLANKS = {
    "zero": "zero",
    "no limit": "no limit",
    "as before": "as in the period before",
    "not compared": "not compared",
}
_GROUPS: tuple[tuple[str, str, Mapping[str, Message]], ...] = (
    ("Files and sheets", "About the file as a whole.", messages.FILE),
    ("Structure", "About headers, columns, rows and periods.", messages.STRUCTURE),
    ("Cells", "About one cell.", messages.CELL),
    ("Outside", "About what this program does not plan, and what to write instead.", messages.OUTSIDE),
    ("Names", "About keys and references.", messages.REFERENCE),
    ("Sense", "What only the tables together show.", messages.SENSE),
    ("Bid sheets", "About filled bid sheets; the address names the file.", messages.BIDS),
    ("Rolling", "About actuals, and what is typed beside decisions.", messages.ROLL),
)
_DO_NOT_EDIT = "<!-- Made by `python -m model.schema.dictionary`; change the declarations, not this page. -->"


def data_dictionary() -> str:
    """Return docs/data_dictionary.md: every table and column as declared."""
    lines = [
        "# Data dictionary",
        "",
        _DO_NOT_EDIT,
        "",
        f"Every table of a case (layout version {SCHEMA_VERSION}): what a row is, and what each column takes. A case "
        "is a workbook with a sheet per table, or a folder with a CSV file per table.",
        "",
        "A header may carry its unit in parentheses, and another unit of the same kind converts the column: "
        "`Price (USD/t)`. A blank cell means what the column says, never silently zero. A table without rows counts as "
        "absent. Shares are typed as `10%` or `0.1`.",
        "",
        "| table | a row is | needed | if absent |",
        "| --- | --- | --- | --- |",
    ]
    for t in TABLES.values():
        lines.append(_row(f"[{t.name}](#{_anchor(t.name)})", t.row_is, "yes" if t.needed else "", t.absent))
    for t in TABLES.values():
        lines += ["", *_table(t)]
    lines += [
        "",
        "## Columns of every table",
        "",
        "They stand in a folded group at the right of each sheet.",
        "",
        *_columns(COMMON, ()),
    ]
    lines += ["", "## Units", "", "Units in one line can stand for each other in a header.", ""]
    kinds = dict.fromkeys(kind for kind, _ in units.UNITS.values())
    lines += [f"- {kind}: " + ", ".join(f"`{u}`" for u, (k, _) in units.UNITS.items() if k == kind) for kind in kinds]
    return "\n".join(lines) + "\n"


def _table(t: Table) -> list[str]:
    lines = [
        f"## {t.name}",
        "",
        f"One row is {t.row_is}. File `{t.file_name}`. "
        f"A row is named by {_listed([t.column(k).title for k in t.key])}.",
    ]
    lines.append("A case needs this table." if t.needed else f"If absent: {t.absent}.")
    if t.implied:
        lines.append("If absent, names that other tables use are taken to exist.")
    lines += ["", *_columns(t.columns, t.key)]
    if t.periods:
        lines += ["", f"**Period columns**, one per year or period: {_periods(t.periods)}"]
    if t.name == "Settings":
        lines += ["", "### The settings", "", *_columns(SETTINGS, ())]
    return lines


def _periods(p: PeriodColumns) -> str:
    unit = f" Unit: {p.unit}." if p.unit else ""
    limits = f" Allowed: {range_words(p.low, p.high)}." if range_words(p.low, p.high) else ""
    return f"{p.help}{unit} A blank means {PERIOD_BLANKS[p.blank]}.{limits}"


def _columns(columns: Iterable[Column], key: tuple[str, ...]) -> list[str]:
    lines = ["| column | takes | unit | if blank | meaning |", "| --- | --- | --- | --- | --- |"]
    for c in columns:
        header = f"**{c.title}**" + (" (key)" if c.name in key else "")
        also = f" Also understood: {', '.join(c.aliases)}." if c.aliases else ""
        lines.append(_row(header, _takes(c), c.unit, blank_words(c), c.help + also))
    return lines


def _takes(c: Column) -> str:
    parts = [_KINDS[c.kind]]
    if c.choices:
        parts = [", ".join(c.choices)]
    if c.refers_to:
        names = " or ".join(f"[{t}](#{_anchor(t)})" for t in c.refers_to)
        parts = [f"name in {names}" + "".join(f", or {w}" for w in c.also)]
    limits = range_words(c.low, c.high)
    return ", ".join([*parts, limits] if limits else parts)


def range_words(low: float, high: float) -> str:
    """Return an allowed range in words, or "" where there is no limit."""
    if high != float("inf"):
        return f"{low:g} to {high:g}" if low != float("-inf") else f"at most {high:g}"
    return f"at least {low:g}" if low != float("-inf") else ""


def blank_words(c: Column) -> str:
    """Return what a blank cell stands for, in words."""
    if c.required:
        return "must be filled"
    if c.blank:
        return c.blank
    if c.default is None or c.default == "":
        return "not given"
    if isinstance(c.default, bool):
        return "Yes" if c.default else "No"
    return f"{c.default:g}" if isinstance(c.default, float) else str(c.default)


def messages_page() -> str:
    """Return docs/messages.md: every message with its id, level and sentence."""
    lines = [
        "# Messages",
        "",
        _DO_NOT_EDIT,
        "",
        "Everything that can be said about a case. The id is stable: `--json` prints it. Words in braces are "
        "filled in. An address such as `Offers!F7` stands before the sentence.",
        "",
        "An **error** stops the run, a **warning** is likely to be a mistake, a **note** says how something was read.",
    ]
    for title, what, group in _GROUPS:
        lines += ["", f"## {title}", "", what, "", "| id | level | sentence |", "| --- | --- | --- |"]
        lines += [_row(f"`{code}`", m.level, m.text.replace("!r}", "}")) for code, m in sorted(group.items())]
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def pages() -> dict[str, str]:
    """Return file name in docs/ → text of every page that is made from declarations."""
    return {"data_dictionary.md": data_dictionary(), "messages.md": messages_page()}


def write_pages(docs: Path) -> None:
    """Write the pages into a folder."""
    for name, text in pages().items():
        (docs / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_pages(Path(__file__).parents[2] / "docs")
