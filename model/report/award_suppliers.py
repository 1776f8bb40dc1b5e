"""What an award comes to: in sentences above it, and by supplier with what depends on each."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from model.report.award import award_sums, award_table
from model.report.award_sources import sources_of
from model.report.shape import Show, amount, frame_of, mark, musd, part, records
from model.report.view import View, ledger_of
from model.report.words import NOTICEABLE, money, tonnes
from model.rules.exposure import exposures

SUPPLIERS = (
    Show("supplier", "wrapped", width=15),
    Show("country", "wrapped", width=15),
    Show("awarded_for", "wrapped", width=20),
    mark("bids", 7),
    amount("awarded"),
    musd("cost"),
    part("share_of_award"),
    musd("under_contract"),
    musd("most_exposed"),
    musd("largest_exposure"),
)


def suppliers_table(view: View) -> pd.DataFrame:
    """Return one row per supplier that bids: what it is awarded, its share of the money, and what could be lost with it.

    `under_contract` is what commitments with it cost (MUSD, undiscounted). `most_exposed` is the most that could be lost with
    it in any period, `largest_exposure` the most that may be; blank where nothing is set.
    """
    bids = list(records(award_table(view)))
    whole = sum(b.cost for b in bids)
    lost: dict[str, float] = defaultdict(float)
    for (name, _), amount_lost in exposures(view.once(ledger_of)).items():
        lost[name] = max(lost[name], amount_lost)
    rows = []
    known = {r.supplier: r for r in view.case.rows("Suppliers")}
    for name in dict.fromkeys(b.supplier for b in bids):
        mine = [b for b in bids if b.supplier == name]
        cost, row = sum(b.cost for b in mine), known.get(name)
        rows.append(
            (
                name,
                row.country if row is not None and row.country else "",
                ", ".join(dict.fromkeys(b.material for b in mine if b.awarded > NOTICEABLE)) or "nothing",
                str(len(mine)),
                sum(b.awarded for b in mine),
                cost,
                cost / whole if whole > 0 else None,
                sum(s.cost for n, s in view.once(sources_of).items() if _signed_with(view, n, name)),
                lost[name],
                row.largest_exposure if row is not None else None,
            )
        )
    return frame_of(SUPPLIERS, sorted(rows, key=lambda r: (-r[5], r[0])))


def _signed_with(view: View, commitment: str, supplier: str) -> bool:
    return commitment in view.commitments and view.commitments[commitment].supplier == supplier


def headlines(view: View) -> tuple[str, ...]:
    """Return what a committee asks first: how much goes to how many for how much, against incumbents and lowest bids."""
    sums, bids = list(records(award_sums(view))), list(records(award_table(view)))
    got, cost = sum(s.awarded for s in sums), sum(s.cost for s in sums)
    winners = {b.supplier for b in bids if b.awarded > NOTICEABLE}
    if got <= NOTICEABLE:
        return (f"None of {_counted(len(bids), 'bid')} is awarded anything.",)
    out = [
        f"Awarded are {tonnes(got)} for {money(cost)} to {_counted(len(winners), 'supplier')}, from "
        f"{_counted(len(bids), 'bid')} of {_counted(len({b.supplier for b in bids}), 'supplier')}."
    ]
    before = [s for s in sums if pd.notna(s.incumbent) and s.awarded > NOTICEABLE]
    if before:
        paid, would = sum(s.cost for s in before), sum(s.awarded * s.incumbent for s in before) / 1e3
        some = (
            ""
            if len(before) == len(sums)
            else f" of the {tonnes(sum(s.awarded for s in before))} that have an incumbent"
        )
        out.append(
            f"At the incumbents' prices the award{some} would cost {money(would)}, {_against(would - paid)} the {money(paid)} "
            "proposed."
        )
    least = sum(s.awarded * s.lowest_bid for s in sums if s.awarded > NOTICEABLE) / 1e3
    if cost - least > 5e-3:
        out.append(
            f"At the lowest bid for each material, whatever it offers and whatever the rules say, it would cost {money(least)}, "
            f"{money(cost - least)} less; column Reason says what stands against it."
        )
    return tuple(out)


def _against(more: float) -> str:
    if abs(more) < 5e-3:
        return "as much as"
    return f"{money(abs(more))} {'more' if more > 0 else 'less'} than"


def _counted(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"
