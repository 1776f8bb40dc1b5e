"""What the network shows about a case before anything is solved: needs that nothing can reach."""

from __future__ import annotations

from collections.abc import Iterator

from model.case.case import Case
from model.network.network import Network
from model.problems import Problem, problem


def find(case: Case) -> Iterator[Problem]:
    """Yield a problem for every need that no source, under no label, can serve.

    Parameters
    ----------
    case : Case
        Without errors: a network can not be made of one with.
    """
    net = Network(case)
    served = {position for position, _ in net.demand_labels}
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
