"""What leaves every place in every period, what is run there, and what is charged on the way."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from model.case.places import market_place
from model.report.charges import Departures, Duties, Flow, flows
from model.report.view import View
from model.rules.family import kusd_to_musd

Node = tuple[Any, ...]  # ("at", place, material, label) or ("run", recipe, site, label)
Move = tuple[str, Any, float]  # what it is, its key, t


@dataclass
class Made:
    """What a recipe makes at a site under a label in a period: t of each output, its label, conversion cost in MUSD."""

    stage: str = ""
    outputs: dict[str, float] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)
    cost: float = 0.0

    def worth(self, view: View, t: int) -> dict[str, float]:
        """Return the share of the costs that each output bears: by reference value where all have one, else by mass."""
        value = {h: float(view.case.by_period(view.net.material[h].reference_value)[t]) for h in self.outputs}
        weigh = all(v > 0 for v in value.values())
        borne = {h: amount * (value[h] if weigh else 1.0) for h, amount in self.outputs.items()}
        whole = sum(borne.values())
        return {h: b / whole for h, b in borne.items()} if whole > 0 else borne


class Movements:
    """The movements of a plan by period and place."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._duties, self._departures = Duties(view), Departures(view)
        self._at: dict[int, dict[Node, list[Move]]] = defaultdict(lambda: defaultdict(list))
        self._runs: dict[int, dict[Node, Made]] = defaultdict(dict)
        for flow, t, q in flows(view):
            self._at[t]["at", flow[0], flow[2], flow[3]].append(("flow", flow, q))
        used = view.sums("inputs", "recipe", "site", "material", "label", "label_after", "period")
        for (recipe, site, g, x, y, t), q in used.items():
            self._at[t]["at", site, g, x].append(("use", (recipe, site, y), q))
        markets = {(d.segment, d.material): market_place(d) for d in view.net.demand}
        for (segment, g, n, t), q in view.sums("deliveries", "segment", "material", "label", "period").items():
            self._at[t]["at", markets[segment, g], g, n].append(("delivery", (segment, g), q))
        worse = view.sums("downgraded", "site", "material", "label", "label_after", "period")
        for (i, g, x, y, t), q in worse.items():
            self._at[t]["at", i, g, x].append(("downgrade", (i, g, y), q))
        for table, what in (("stocks", "stock"), ("sales", "Sold"), ("disposals", "Disposed of")):
            for (i, g, n, t), q in view.sums(table, "site", "material", "label", "period").items():
                self._at[t]["at", i, g, n].append((what, (i, g, n), q))
        for o, n, t, units in view.run():
            made = self._runs[t].setdefault(("run", o.recipe.recipe, o.site, n), Made(o.recipe.stage or ""))
            made.cost += kusd_to_musd(float(view.case.by_period(o.recipe.conversion_cost)[t])) * units
            for g, per in o.outputs:
                made.outputs[g] = made.outputs.get(g, 0.0) + units * o.per(per, t)
                made.labels[g] = o.lands[g, n]

    def at(self, t: int) -> dict[Node, list[Move]]:
        """Return what leaves each node in a period."""
        return self._at[t]

    def runs(self, t: int) -> dict[Node, Made]:
        """Return what is run in a period."""
        return self._runs[t]

    def charged(self, flow: Flow, t: int, q: float) -> tuple[float, ...]:
        """Return the costs of moving `q` t on a lane (MUSD): price, freight, duties, licence fees, conversion."""
        i, j, g, _, _ = flow
        lane = self._view.arc_rows[i, j, g]
        freight = 0.0 if lane is None else kusd_to_musd(float(self._view.case.by_period(lane.cost)[t]))
        duty = sum(x for _, x in self._duties.of(flow, t))
        fee = sum(x for _, _, x in self._departures.of_flow(flow, t))
        return 0.0, freight * q, duty * q, fee * q, 0.0

    def lead(self, flow: Flow) -> float:
        """Return the months that a flow is under way."""
        lane = self._view.arc_rows[flow[0], flow[1], flow[2]]
        return 0.0 if lane is None else float(lane.lead_time)
