"""What the network shows about a case before anything is solved: needs that nothing can reach."""

from __future__ import annotations

from collections.abc import Iterator

from model.case.case import Case
from model.network.network import Network
from model.problems import Problem, problem
from model.rules import days_of_cover, substitution
from model.rules.cover_routes import DAYS_PER_MONTH


def find(case: Case) -> Iterator[Problem]:
    """Yield a problem for every need that no source, under no label, can serve.

    Parameters
    ----------
    case : Case
        Without errors: a network can not be made of one with.
    """
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
