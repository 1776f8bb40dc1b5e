"""Who may leave a controlling jurisdiction under which right; the only place where a crossing changes a label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from model.case.case import Row
from model.case.places import Places
from model.network.labels import Label, Use
from model.schema.tables.common import ANY


def control_matches(control: Row, use: Use, places: Places) -> bool:
    """Return whether a lot finally used so falls under the control."""
    end_use, country = use
    return control.end_use in (ANY, end_use) and (
        control.destination == ANY or country in places.countries_of(control.destination)
    )


def crossing_labels(
    label: Label, controls: Sequence[Row], uses: Iterable[Use], places: Places
) -> list[tuple[Label, tuple[int, ...]]]:
    """Return (label outside, row ids of the controls that count it) for a lot that leaves the jurisdiction of `controls`.

    The uses are split by which controls see them; where no control names an end use or destination, the right stays as it is.
    """
    if not controls:
        return [(label, ())]
    classes: dict[tuple[int, ...], set[Use]] = {}
    for use in sorted(uses):
        seen = tuple(c.row_id for c in controls if control_matches(c, use, places))
        classes.setdefault(seen, set()).add(use)
    if len(classes) == 1:
        return [(label, next(iter(classes)))]
    out = []
    for seen, members in classes.items():
        narrowed = label.narrowed(frozenset(members))
        if narrowed is not None:
            out.append((narrowed, seen))
    return out
