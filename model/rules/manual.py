"""The mathematics as a page: the docstrings of variables and families, so that what is read is what is built."""

from __future__ import annotations

import importlib
from pathlib import Path

from model.plan import CASH_KINDS, COST_KINDS
from model.rules.catalogue import FAMILIES

_HEAD = """# The mathematical model

Made from the docstrings of `model/rules` by `python -m model.rules.manual`; do not edit by hand.

Mass in t of the period, capacity in t/y, money in MUSD of the case's price year, time in years. Sets are sparse lists of tuples
that exist. Every cost is discounted from its period; a sum of kinds and periods is the objective.

"""


def manual() -> str:
    """Return the page as Markdown."""
    parts = [
        _HEAD,
        "## Provenance labels\n\n",
        _quoted("model.network.labels"),
        "## Variables\n\n",
        _quoted("model.rules.variables"),
        "## Objective\n\n",
        _quoted("model.solver.passes"),
        f"Cash: {', '.join(CASH_KINDS)}. Valued, not paid: {', '.join(COST_KINDS[len(CASH_KINDS) :])}.\n\n",
        "## Constraint families\n\n",
    ]
    for family in FAMILIES:
        parts += [f"### {family.name}\n\n", _quoted(f"model.rules.{family.name}", drop=f"{family.name}: ")]
    return "".join(parts).rstrip("\n") + "\n"


def _quoted(module: str, drop: str = "") -> str:
    """Return a module's docstring: its first paragraph as prose, the rest as it is laid out."""
    text = (importlib.import_module(module).__doc__ or "").removeprefix(drop).strip()
    first, _, rest = text.partition("\n\n")
    prose = first[:1].upper() + first[1:]
    return f"{prose}\n\n" + (f"```\n{rest}\n```\n\n" if rest else "")


if __name__ == "__main__":
    (Path(__file__).parents[2] / "docs" / "model.md").write_text(manual(), encoding="utf-8", newline="\n")
