"""`check`: everything that is wrong with a case, from its cells to its network. No solver."""

from __future__ import annotations

from collections.abc import Iterator

from model.case.case import Case
from model.case.checks import check as check_tables
from model.network.network import Network
from model.problems import Problem, errors_of, in_reading_order, problem
from model.rules import days_of_cover, substitution
from model.rules.cover_routes import DAYS_PER_MONTH
from model.study import ends


def check(case: Case) -> list[Problem]:
    """Return everything that is wrong with a case, or worth saying about it, by level and in the order of the sheets.

    Whatever is wrong with the case, nothing raises. What nothing can reach, and whether the ends of sweeps are cases, is looked
    for only where there is no error.
    """
    found = check_tables(case)
    if errors_of(found):
        return found
    return in_reading_order([*found, *ends.find(case), *_unreachable(case)])


def _unreachable(case: Case) -> Iterator[Problem]:
    """Yield a problem for every need that no source, under no label, can serve, of a case without errors."""
    net = Network(case)
    served = {position for position, _ in net.demand_labels}
    served |= {s.need for s in substitution.substitutes(net) if s.drawn is None or s.drawn in served}
    for position, row in enumerate(net.demand):
        if position in served or not case.amounts("Demand", row).any():
            continue
        code = "demand-unreachable" if net.tiers[position] else "demand-unreachable-hard"
        yield problem(
            code,
            case.address("Demand", row, "segment"),
            table="Demand",
            row=case.data["Demand"].locator.row(row.row_id),
            segment=row.segment,
            material=row.material,
            use=row.end_use.lower(),
        )
    yield from _cover(case, net)


def _cover(case: Case, net: Network) -> Iterator[Problem]:
    """Yield a problem for every target that nothing can meet in some period: nothing that may be held gets there in time."""
    able = {(r, item, t) for r, item, *_, t in days_of_cover.ways(net)}
    for row in days_of_cover.targets(net):
        for item, _ in days_of_cover.items(net, row):
            asked = days_of_cover.required(net, row, item)
            missing = [t for t in days_of_cover.periods(net, row) if asked[t] > 0 and (row.row_id, item, t) not in able]
            if missing:
                label = case.timeline.periods[missing[0]].label
                yield problem(
                    "cover-unreachable" if row.hardness == "Soft" else "cover-unreachable-hard",
                    case.address("Cover Targets", row, None, label),
                    table="Cover Targets",
                    row=case.data["Cover Targets"].locator.row(row.row_id),
                    name=f"target {row.target}",
                    item=item,
                    period=label,
                    days=f"{days_of_cover.within(net, row, missing[0]) * DAYS_PER_MONTH:.4g}",
                )
