"""subsidy: a share of our capital is paid back, up to a ceiling for each project and one for all.

granted[b,p,s] ≤ share[b] · our capital of what is started of p in s
Σ_s granted[b,p,s] ≤ ceiling per project[b]      Σ_{p,s} granted[b,p,s] ≤ ceiling[b]

Capital counts as in project_size, without permits and without builds under way; what is granted comes as and when the capital
is paid, so that in Annuity mode it lowers the annuities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from model.case.case import Row
from model.network import buildout
from model.network.network import Network
from model.network.parts import once_per_network
from model.rules.comparison import at_most
from model.rules.family import Cost, Family, Index, Model, Relaxation, Violation, total
from model.rules.ledger import Ledger
from model.rules.project_size import paid, started
from model.schema.values import is_blank


@once_per_network
def programmes(net: Network) -> dict[int, tuple[Row, list[Row]]]:
    """Return the programmes by row, with the projects that each pays for."""
    if net.scope.as_is:
        return {}
    return {
        r.row_id: (
            r,
            [
                p
                for p in net.projects
                if r.project in (None, p.project)
                and r.site in (None, p.site)
                and r.country in (None, net.places.country[p.site])
            ],
        )
        for r in net.case.rows("Subsidies")
    }


def grants(net: Network) -> list[Index]:
    """Return (programme, project, start) of what may be granted."""
    starts = buildout.new_starts(net)
    return [
        (b, p.project, s)
        for b, (_, found) in programmes(net).items()
        for p in found
        if p.capital_share > 0
        for s in starts[p.project]
    ]


def index(net: Network) -> list[Index]:
    """Return (programme, project or "", start or −1): the share of each start, then the ceilings."""
    out: list[Index] = list(grants(net))
    for b, (row, found) in programmes(net).items():
        if not is_blank(row.ceiling_per_project):
            out += [(b, p.project, -1) for p in found]
        if not is_blank(row.ceiling):
            out.append((b, "", -1))
    return out


def rule(m: Model, net: Network, b: int, project: str, s: int) -> Any:
    """Return the share of one start, or one ceiling."""
    row, _ = programmes(net)[b]
    if s >= 0:
        p = net.project_rows[project]
        ours = row.share * p.capital_share
        capital = [(-ours * p.capex_per_capacity, m.size[project, s])]
        capital += [(-ours * p.capex_fixed * c, v) for c, v in started(m, net, project, s)]
        return total([(1.0, m.granted[b, project, s]), *capital]) <= 0.0
    given = [(1.0, m.granted[i]) for i in m.granted if i[0] == b and project in ("", i[1])]
    return total(given) <= float(row.ceiling_per_project if project else row.ceiling) if given else None


def costs(m: Model, net: Network) -> Iterator[Cost]:
    """Yield what comes back, in the periods in which capital is paid."""
    for b, project, s in m.granted:
        share = paid(net, project, net.timeline.periods[s].start)
        for t in net.periods:
            yield Cost("Subsidies", t, -float(share[t]), m.granted[b, project, s])


def relax(net: Network, idx: Index) -> Relaxation | None:
    """Return how a ceiling may be loosened."""
    b, project, s = idx
    if s >= 0:
        return None
    column = "ceiling_per_project" if project else "ceiling"
    row = programmes(net)[b][0]
    return Relaxation(f"subsidy {row.subsidy} has a ceiling", "MUSD", 1.0, (("Subsidies", b, column, None),))


def check(ledger: Ledger) -> Iterator[Violation]:
    """Yield what is granted beyond the share of our capital, beyond a ceiling, or for what it is not meant."""
    rows = {r.subsidy: r for r in ledger.case.rows("Subsidies")}
    capital: dict[tuple[str, int], float] = defaultdict(float)
    for p, t, size in ledger.rows["builds"]:
        row = ledger.projects[p]
        whole = row.capex_fixed * ledger.modules.get((p, t), 1.0) + row.capex_per_capacity * size
        capital[p, t] += row.capital_share * whole
    of_project: dict[tuple[str, str], float] = defaultdict(float)
    of_all: dict[str, float] = defaultdict(float)
    for b, p, t, got in ledger.rows["subsidies"]:
        programme, project = rows.get(b), ledger.projects[p]
        if programme is None or not (
            programme.project in (None, p)
            and programme.site in (None, project.site)
            and programme.country in (None, ledger.country[project.site])
        ):
            yield Violation("subsidy", f"{b} does not pay for {p}", got)
            continue
        yield from at_most("subsidy", got, programme.share * capital[p, t], "{} for {} in {}", b, p, ledger.period(t))
        of_project[b, p] += got
        of_all[b] += got
    for (b, p), got in of_project.items():
        if not is_blank(rows[b].ceiling_per_project):
            yield from at_most("subsidy", got, rows[b].ceiling_per_project, "{} for {}", b, p)
    for b, got in of_all.items():
        if not is_blank(rows[b].ceiling):
            yield from at_most("subsidy", got, rows[b].ceiling, "{} in all", b)


FAMILY = Family("subsidy", index, rule, check, costs=costs, relax=relax)
