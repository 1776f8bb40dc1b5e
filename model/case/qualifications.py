"""Whose deliveries wait for a qualification: sites that made a lot, and suppliers that sold it.

Only the last to work on a lot counts, or who sold it if nobody has worked on it since: a customer qualifies whoever
delivers to it, not what lies upstream. The text of a flag names them; a lot loses it when another site performs a stage on it.
"""

from __future__ import annotations

from typing import Any

from model.case.case import Case, Row
from model.case.contents import Contents
from model.schema.tables.common import ANY

MAKER, SELLER = "maker:", "seller:"


def waiting(case: Case) -> list[Row]:
    """Return the rows of Qualifications that keep something back: those that are not Qualified."""
    return [r for r in case.rows("Qualifications") if r.state != "Qualified"]


def flag_of(row: Any) -> str:
    """Return the flag of lots that a row of Qualifications is about."""
    return f"{MAKER}{row.site}" if row.site else f"{SELLER}{row.supplier}"


def concerns(row: Any, demand: Any, contents: Contents) -> bool:
    """Return whether a row of Qualifications is about deliveries to a demand row."""
    return (
        row.end_use in (ANY, demand.end_use)
        and row.segment in (None, demand.segment)
        and contents.of(row.material, demand.material) > 0
    )
