"""Where what is delivered comes from: one attribution of the plan's flows, lot by lot, that adds up to what is delivered.

Everything in one place, of one material, under one label and in one period is taken as mixed, so that whatever leaves
takes the same share of everything that is there. Period by period, since material moves forward in time only; what
turns in a circle within one period is solved by repetition. Costs go with the material: what a recipe's inputs cost
is shared among its outputs by their reference values where all have one, else by mass, and no cost is lost.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

import numpy as np
import numpy.typing as npt

from model.network.parts import Source
from model.network.predicates import provenance
from model.report.charges import Departures, Duties
from model.report.lots import COSTS, Lots, merged
from model.report.movements import Made, Movements, Node
from model.report.paid import price_paid
from model.report.sourcing import stages_of
from model.report.view import View
from model.rules.family import kusd_to_musd
from model.rules.material_balance import kept
from model.schema.tables.common import STAGES

UNTRACED = "Not traced (rounding)"
_SWEEPS = 500
_SAME = 1e-12


@dataclass(frozen=True)
class Chain:
    """One way that delivered material has come: its source, and where each stage was performed ("" where none was)."""

    source: str
    stages: tuple[str, ...] = ("",) * len(STAGES)


@dataclass(frozen=True)
class _Edge:
    """What `of` gives within a period: a share of a node, or one output of a run; `cost` is what is charged on the way."""

    of: Node
    share: float
    cost: tuple[float, ...] = ()
    output: str = ""


class Attribution:
    """The lots of a plan, period by period.

    Attributes
    ----------
    chains : list of Chain
        What the numbers in the lots mean.
    delivered : mapping of (segment, material, period) to Lots
        t by chain that add up to what is delivered, and its costs in MUSD.
    elsewhere : mapping of str to array, shape (6,)
        t and costs of what was not delivered, by where it went.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self.chains: list[Chain] = []
        self._numbers: dict[Chain, int] = {}
        self._worked: dict[tuple[int, str, str], int] = {}
        self.delivered: dict[tuple[str, str, int], Lots] = {}
        self.elsewhere: dict[str, npt.NDArray[np.float64]] = defaultdict(lambda: np.zeros(1 + len(COSTS)))
        self._inflow: dict[int, dict[Node, list[Lots]]] = defaultdict(lambda: defaultdict(list))
        self._movements = Movements(view)
        self._prepare()
        for t in view.net.periods:
            self._solve(t)

    # ---- chains ---------------------------------------------------------------------------------------------------

    def number(self, chain: Chain) -> int:
        """Return the number of a chain."""
        if chain not in self._numbers:
            self._numbers[chain] = len(self.chains)
            self.chains.append(chain)
        return self._numbers[chain]

    def _after(self, n: int, stage: str, site: str) -> int:
        """Return the number of the chain that a lot has after a stage was performed on it."""
        key = (n, stage, site)
        if key not in self._worked:
            chain, at = self.chains[n], STAGES.index(stage)
            stages = (*chain.stages[:at], _place(self.view, site), *chain.stages[at + 1 :])
            self._worked[key] = self.number(replace(chain, stages=stages))
        return self._worked[key]

    # ---- what enters ----------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        view = self.view
        leave, duties = Departures(view), Duties(view)
        offers = {o.row.offer: o for o in view.net.offers}
        committed = {c.row.commitment: c for c in view.net.commitments}
        for name, table, named in (("offer", "purchases", offers), ("commitment", "committed", committed)):
            for (key, n, t), got in view.sums(table, name, "label", "period").items():
                source: Source = named[key]
                price = kusd_to_musd(price_paid(view, source.row, t))
                fee = sum(fee for _, _, fee in leave.of_source(name, key, n, t))
                lead = float(source.row.lead_time) if name == "offer" else 0.0
                stages = stages_of(view, source.row)
                chain = Chain(key, tuple(stages.get(s, "") for s in STAGES))
                duty = sum(d for _, d in duties.at_hand_over(source.row, t)) if name == "offer" else 0.0
                lots = Lots.one(self.number(chain), got, (price * got, 0.0, duty * got, fee * got, 0.0))
                self._arrive(("at", *source.node, n), t, lead, lots)
        recycling = {s.row.recycling: s for s in view.net.recycling}
        for (key, n, t), got in view.sums("recycled", "recycling", "label", "period").items():
            source = recycling[key]
            stages = provenance(source.row, view.net.material[source.row.material].stage, "")
            paid = kusd_to_musd(float(view.case.by_period(source.row.collection_cost)[t])) * got
            chain = Chain(f"Recycling: {key}", tuple(stages.get(x, "") for x in STAGES))
            lots = Lots.one(self.number(chain), got, (paid, 0.0, 0.0, 0.0, 0.0))
            self._inflow[t]["at", *source.node, n].append(lots)
        for s in view.net.opening:
            stages = provenance(s.row, view.net.material[s.row.material].stage, "")
            chain = Chain(f"Opening stock at {s.row.site}", tuple(stages.get(x, "") for x in STAGES))
            there = float(s.row.opening_stock) * (kept(view.net, *s.node, 0) if s.node in view.net.stock_rows else 1.0)
            self._inflow[0]["at", *s.node, s.labels[0][0]].append(Lots.one(self.number(chain), there))

    def _arrive(self, node: Node, t: int, lag: float, lots: Lots) -> None:
        """Let lots that leave in a period arrive `lag` months later."""
        shares = self.view.line.arrivals(t, lag)
        for later, share in shares:
            self._inflow[later][node].append(lots.part(share))
        rest = 1.0 - sum(share for _, share in shares)
        if rest > 1e-12:
            self.elsewhere["In stock or under way at the end"] += rest * lots.totals

    # ---- one period -----------------------------------------------------------------------------------------------

    def _solve(self, t: int) -> None:
        leaving = self._movements.at(t)
        whole = {u: sum(q for _, _, q in out) for u, out in leaving.items()}
        edges = self._edges(t, whole)
        nodes = {*self._inflow[t], *leaving, *edges, *self._movements.runs(t)}
        state = self._states(t, nodes, edges, whole)
        for u, out in leaving.items():
            for what, key, q in out:
                self._leave(t, what, key, q, state[u].part(q / whole[u]))
        self._lose(t, edges, state)

    def _edges(self, t: int, whole: dict[Node, float]) -> dict[Node, list[_Edge]]:
        """Return what comes to each node from others within a period."""
        edges: dict[Node, list[_Edge]] = defaultdict(list)
        for u, out in self._movements.at(t).items():
            for what, key, q in out:
                if what == "flow":
                    now = sum(s for at, s in self.view.line.arrivals(t, self._movements.lead(key)) if at == t)
                    cost = tuple(now * c for c in self._movements.charged(key, t, q))
                    edges["at", key[1], key[2], key[4]] += [_Edge(u, now * q / whole[u], cost)] if now > 0 else []
                elif what == "downgrade":
                    edges["at", *key].append(_Edge(u, q / whole[u], (0.0,) * len(COSTS)))
                elif what == "use":
                    edges["run", *key].append(_Edge(u, q / whole[u]))
        for run, made in self._movements.runs(t).items():
            for h in made.outputs:
                edges["at", run[2], h, made.labels[h]].append(_Edge(run, 1.0, output=h))
        return edges

    def _lose(self, t: int, edges: dict[Node, list[_Edge]], state: dict[Node, Lots]) -> None:
        """Count what goes nowhere: a plant may be too young to recover anything, and what is left over is rounding."""
        lost = self.elsewhere["Lost or rounding"]
        for run, made in self._movements.runs(t).items():
            if not sum(made.outputs.values()):
                for e in edges.get(run, ()):
                    lost += state[e.of].part(e.share).totals
                lost[-1] += made.cost
        for u, there in state.items():
            if u not in self._movements.at(t):
                lost += there.totals

    def _states(
        self, t: int, nodes: set[Node], edges: dict[Node, list[_Edge]], whole: dict[Node, float]
    ) -> dict[Node, Lots]:
        """Return what is in every node within a period; in order where there is one, else by repetition."""
        before = {u: {e.of for e in edges.get(u, ())} for u in sorted(nodes, key=str)}
        turns = 1
        try:
            order = list(TopologicalSorter(before).static_order())
        except CycleError:
            order, turns = list(before), _SWEEPS
        state: dict[Node, Lots] = {u: Lots.none() for u in order}
        outputs: dict[tuple[Node, str], Lots] = {}
        for _ in range(turns):
            moved = 0.0
            for u in order:
                if u[0] == "run":
                    parts = [(e.of[2], state[e.of].part(e.share)) for e in edges.get(u, ())]
                    outputs |= {(u, h): lots for h, lots in self._work(t, u, parts).items()}
                    continue
                came = list(self._inflow[t].get(u, ()))
                came += [
                    outputs.get((e.of, e.output), Lots.none())
                    if e.output
                    else state[e.of].part(e.share).charged(e.cost)
                    for e in edges.get(u, ())
                ]
                there = merged(came).scaled_to(whole.get(u))
                moved = max(moved, there.far_from(state[u]))
                state[u] = there
            if moved <= _SAME:
                break
        return {u: lots for u, lots in state.items() if u[0] == "at"}

    def _work(self, t: int, run: Node, parts: list[tuple[str, Lots]]) -> dict[str, Lots]:
        """Return the outputs of a run: tonnes by what of each input is in them, costs by their value or mass."""
        made = self._movements.runs(t).get(run, Made())
        worth = made.worth(self.view, t)
        conversion = (0.0,) * (len(COSTS) - 1) + (made.cost,)
        if not parts or not sum(float(lots.totals[0]) for _, lots in parts):
            chain = self.number(Chain(f"Made at {run[2]}"))
            parts = [("", Lots.one(chain, 1.0))]

        def worked(n: int) -> int:
            return self._after(n, made.stage, run[2])

        out = {}
        for h, amount in made.outputs.items():
            names = self.view.net.contents.names_in(h)
            weight = {g: sum(self.view.net.contents.of(e, g) for e in names) for g, _ in parts}
            counts = weight if any(weight.values()) else dict.fromkeys(weight, 1.0)
            mixed = merged([lots.part(worth[h]).weighed(counts[g]) for g, lots in parts if counts[g] > 0])
            # What an input costs of which nothing is in the product is borne by the rest of it.
            aside = sum((lots.totals[1:] for g, lots in parts if counts[g] <= 0), np.zeros(len(COSTS)))
            mixed = mixed.scaled_to(amount).charged(tuple(worth[h] * (aside + conversion)))
            out[h] = mixed.renamed(worked) if made.stage else mixed
        return out

    def _leave(self, t: int, what: str, key: Node, q: float, lots: Lots) -> None:
        if what == "delivery":
            if not lots.totals[0] > 0:
                lots = Lots.one(self.number(Chain(UNTRACED)), q)
            known = self.delivered.get((*key, t), Lots.none())
            self.delivered[*key, t] = merged([known, lots.scaled_to(q)])
        elif what == "stock":
            if t + 1 < len(self.view.periods):
                left = lots.weighed(kept(self.view.net, key[0], key[1], t + 1))
                self._inflow[t + 1]["at", *key].append(left)
            else:
                self.elsewhere["In stock or under way at the end"] += lots.totals
        elif what == "flow":
            charged = lots.charged(self._movements.charged(key, t, q))
            shares = self.view.line.arrivals(t, self._movements.lead(key))
            for later, share in shares:
                if later > t:
                    self._inflow[later]["at", key[1], key[2], key[4]].append(charged.part(share))
            rest = 1.0 - sum(share for _, share in shares)
            if rest > 1e-12:
                self.elsewhere["In stock or under way at the end"] += rest * charged.totals
        elif what in ("Sold", "Disposed of"):
            self.elsewhere[what] += lots.totals


def _place(view: View, site: str) -> str:
    country = view.country_of(site)
    return f"{site}, {country}" if country else site
