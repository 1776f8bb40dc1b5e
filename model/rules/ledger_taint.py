"""Whether mixtures taint, worked out again for the audit: who comes clean out of a line or stockpile that was not clean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from model.rules.comparison import counts
from model.rules.family import Violation
from model.rules.ledger_lots import Lot

if TYPE_CHECKING:
    from model.rules.ledger import Ledger

_Test = Callable[[Lot], bool]


def tainted(ledger: Ledger) -> Iterator[Violation]:
    """Yield everything that a plan under Taint All keeps clean beside restricted lots, and lots that are made better."""
    if ledger.as_is or ledger.case.settings["mixing"] != "Taint All":
        for i, g, *_, q in ledger.rows["downgraded"]:
            yield Violation("taint", f"{g} at {i} is counted as worse than it is, where no mixture taints", q)
        return
    for i, g, x, y, _, q in ledger.rows["downgraded"]:
        before, after = ledger.memory.at(x, i, g), ledger.memory.at(y, i, g)
        if not (after.flags >= before.flags and after.right <= before.right):
            yield Violation("taint", f"{g} at {i} of label {x} is counted under label {y}, which is better", q)
    for name, test in sorted(_tests(ledger).items()):
        yield from _stockpiles(ledger, name, test)
        yield from _lines(ledger, name, test)


def _tests(ledger: Ledger) -> dict[str, _Test]:
    """Return name → whether a lot is restricted: by a hard share, by derived content, or for a use that it may not serve."""
    hard = [r for r in ledger.own_rules("De-risking Rules") if r.hardness == "Hard"]
    flags = {f.text for r in hard for f in ledger.about.flags_of(r)}
    flags |= {f.text for f in ledger.about.derived_from.values()}
    out: dict[str, _Test] = {flag: lambda lot, flag=flag: flag in lot.flags for flag in flags}  # type: ignore[misc]
    for use in ledger.about.uses:
        out[f"not for {use[0]} in {use[1]}"] = lambda lot, use=use: use not in lot.right  # type: ignore[misc]
    return out


def _stockpiles(ledger: Ledger, name: str, test: _Test) -> Iterator[Violation]:
    came, went = _passing(ledger)
    for i, g, t in sorted({(i, g, t) for i, g, _, t in (*came, *went) if (i, g) in ledger.stockpiles}):
        bad = sum(q for (a, b, lot, when), q in came.items() if (a, b, when) == (i, g, t) and test(lot))
        clean = sum(q for (a, b, lot, when), q in went.items() if (a, b, when) == (i, g, t) and not test(lot))
        if counts(bad) and counts(clean):
            yield Violation(
                "taint", f"{g} at {i} is kept clean of {name} in {ledger.period(t)} beside {bad:.9g} t", clean
            )


def _passing(ledger: Ledger) -> tuple[dict[tuple[str, str, Lot, int], float], dict[tuple[str, str, Lot, int], float]]:
    """Return what comes to every node and what goes or is held, without what is counted anew or thrown away."""
    from model.rules.material_balance import came_to, went_from

    came, went, at = came_to(ledger), went_from(ledger), ledger.memory.at
    for i, g, x, y, t, q in ledger.rows["downgraded"]:
        came[i, g, at(y, i, g), t] -= q
        went[i, g, at(x, i, g), t] -= q
    for i, g, n, t, q in ledger.rows["disposals"]:
        went[i, g, at(n, i, g), t] -= q
    return came, went


def _lines(ledger: Ledger, name: str, test: _Test) -> Iterator[Violation]:
    units: dict[tuple[str, str, str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for r, i, _, n, t, q in ledger.rows["runs"]:
        units[i, ledger.recipes[r].line, _family(ledger, r, i), t][not test(ledger.lots[n])] += q
    for (i, line, products, t), (bad, clean) in sorted(units.items()):
        if counts(bad) and counts(clean):
            sentence = (
                f"{products} of {line} at {i} is kept clean of {name} in {ledger.period(t)} beside {bad:.9g} units"
            )
            yield Violation("taint", sentence, clean)


def _family(ledger: Ledger, recipe: str, site: str) -> str:
    """Return the products that a recipe shares, in any number of steps, with others on its line at a site."""
    line = ledger.recipes[recipe].line
    others = [
        set(ledger.items[r]["Output"])
        for r, row in ledger.recipes.items()
        if row.line == line and row.site in (None, site)
    ]
    mine = set(ledger.items[recipe]["Output"])
    while grown := [s for s in others if s & mine and not s <= mine]:
        mine |= set().union(*grown)
    return ", ".join(sorted(mine))
