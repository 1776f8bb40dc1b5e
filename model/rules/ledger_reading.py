"""Reading a plan for the checks: rows that name what the case does not have are reported once and left out.

Labels become lots, periods become numbers. Everything strange is a violation in the ledger's `findings`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from model.plan import PLAN_TABLES
from model.rules.comparison import TOLERANCE
from model.rules.family import Violation
from model.rules.ledger_attribution import SPLIT
from model.rules.ledger_lots import Lot

if TYPE_CHECKING:
    from model.rules.ledger import Ledger

# Table of soft rules → the column of their names.
SOFT = {"De-risking Rules": "rule", "Limits": "limit", "Cover Targets": "target"}
_QUANTITIES = {"modules", "tonnes", "units", "size", "amount", "discounted"}
_NUMBERED = ("period", "label", "label_after")
_Names = Mapping[Any, Any]
_Record = tuple[Any, ...]


def lots(ledger: Ledger) -> dict[int, Lot]:
    """Return what each label of a plan means; labels that can not be read are left out."""
    frame = ledger.plan.tables.get("labels")
    if frame is None or tuple(frame.columns) != PLAN_TABLES["labels"]:
        ledger.findings.append(Violation("names", "the plan has no table labels", 1.0))
        return {}
    out = {}
    for number, right, flags in zip(*(frame[c].tolist() for c in frame.columns), strict=True):
        lot = ledger.about.read(str(right), str(flags))
        if lot is None:
            ledger.findings.append(Violation("names", f"label {number} has a right that nobody needs: {right}", 1.0))
        else:
            out[int(number)] = lot
    return out


def rows(ledger: Ledger) -> dict[str, list[_Record]]:
    """Return the rows of every plan table but the labels, with numbers for periods and labels.

    Rows with unknown names, or with a quantity that is negative or missing, are left out.
    """
    names = _names(ledger)
    return {table: list(_read(ledger, table, names)) for table in PLAN_TABLES if table != "labels"}


def _names(ledger: Ledger) -> dict[str, _Names]:
    """Return what may stand in a column of a plan table, by the column's name."""
    return {
        "period": ledger.periods,
        "label": ledger.lots,
        "label_after": ledger.lots,
        "offer": ledger.offers,
        "commitment": ledger.commitments,
        "recycling": ledger.recycling,
        "contract": ledger.contracts,
        "project": ledger.projects,
        "qualification": ledger.qualifications,
        "recipe": ledger.recipes,
        "material": ledger.materials,
        "site": ledger.country,
        "from_place": ledger.country,
        "to_place": ledger.country,
        "segment": {s: s for s, _ in ledger.demand},
        "target": ledger.targets,
        "table": dict.fromkeys(SOFT),
    }


def _names_in(ledger: Ledger, table: str, names: dict[str, _Names]) -> dict[str, _Names]:
    """Return what may stand in the columns of one table, where it differs from others."""
    if table == "counted_sources":  # a rule may be about an element
        return {**names, "material": {**ledger.materials, **dict.fromkeys(ledger.about.elements)}}
    if table == "attributed":  # its other names are read again with each of its parts
        return {c: names[c] for c in _NUMBERED} | {"table": dict.fromkeys(SPLIT)}
    return names


def _read(ledger: Ledger, table: str, names: dict[str, _Names]) -> Iterator[_Record]:
    frame, columns = ledger.plan.tables.get(table), PLAN_TABLES[table]
    if frame is None or tuple(frame.columns) != columns:
        ledger.findings.append(Violation("names", f"the plan has no table {table} of the declared columns", 1.0))
        return
    here = _names_in(ledger, table, names)
    known = [here.get(c) for c in columns]
    spots = [i for i, c in enumerate(columns) if c in _QUANTITIES]
    numbered = [(i, c) for i, c in enumerate(columns) if c in _NUMBERED]
    for record in zip(*(frame[c].tolist() for c in columns), strict=True):
        strange = [columns[i] for i, found in enumerate(known) if found is not None and record[i] not in found]
        if strange:
            _find(ledger, "names", f"{table} has an unknown {strange[0]}: {record}", record, spots)
        elif not all(math.isfinite(record[i]) and (record[i] >= -TOLERANCE or table == "costs") for i in spots):
            _find(ledger, "quantities", f"{table} has a negative or missing number: {record}", record, spots)
        else:
            values = list(record)
            for i, column in numbered:
                values[i] = ledger.periods[record[i]] if column == "period" else int(record[i])
            yield tuple(values)


def _find(ledger: Ledger, family: str, sentence: str, record: _Record, spots: list[int]) -> None:
    sizes = [abs(record[i]) for i in spots if math.isfinite(record[i])]
    ledger.findings.append(Violation(family, sentence, float(max(sizes, default=1.0))))
