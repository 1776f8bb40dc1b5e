"""The verbs of the command line: what each takes and which module carries it out."""

from __future__ import annotations

from dataclasses import dataclass

# Options of every verb.
EVERYWHERE = ("json", "quiet", "log", "debug")


@dataclass(frozen=True)
class Verb:
    """What a verb of the command line takes.

    Attributes
    ----------
    module : str
        Module of `model.commands` whose `run` does it.
    words : tuple of str
        Names of files, folders and others that it takes, in their order.
    least : int
        How many of them have to be given.
    options : tuple of str
        Its options, beside those of every verb.
    help : str
        What it does, for the list of verbs.
    more : bool
        Whether the last of `words` may stand for several names.
    """

    module: str
    words: tuple[str, ...]
    least: int
    options: tuple[str, ...]
    help: str
    more: bool = False


VERBS = {
    "solve": Verb(
        "solve_case",
        ("CASE",),
        0,
        ("out", "gap", "time-limit", "threads", "seed", "set", "price-overrides"),
        "plan a case: a workbook (.xlsx) or a folder of CSV files; without CASE the shipped one",
    ),
    "check": Verb("check_case", ("CASE",), 1, ("out", "set"), "say what is wrong with a case, without planning it"),
    "new": Verb("new_case", ("PATH",), 1, (), "write a blank workbook to fill in"),
    "convert": Verb("convert_case", ("SOURCE", "TARGET"), 2, ("force",), "workbook into CSV folder, or back"),
    "audit": Verb("audit_run", ("RUN",), 1, (), "recompute the plan of a run from its case"),
    "compare": Verb(
        "compare_runs",
        ("RUN A", "RUN B"),
        2,
        ("out",),
        "what was changed between two runs, what is decided differently, and where the cost goes",
    ),
    "sweep": Verb(
        "sweep_case",
        ("CASE", "SWEEP"),
        1,
        ("out", "gap", "time-limit", "seed", "set", "lp", "audit", "workers", "cluster", "store"),
        "solve a case at many points, as a row of table Sweeps says; what is solved already is kept",
    ),
    "cases": Verb(
        "cases",
        ("CASE", "NAMES"),
        1,
        ("out", "gap", "time-limit", "seed", "set", "lp", "workers", "cluster", "store"),
        "ready what-ifs and questions side by side: Least Cost, Quota Halved, Allied Chain Only and more",
        more=True,
    ),
    "frontier": Verb(
        "frontier_case",
        ("CASE",),
        1,
        ("against", "points", "out", "gap", "time-limit", "seed", "set", "lp", "workers", "store"),
        "what it costs to depend less on a country, to hold more stock, or to go short of less",
    ),
    "break-even": Verb(
        "break_even_case",
        ("CASE", "NUMBER"),
        2,
        ("between", "until", "out", "gap", "time-limit", "seed", "set", "lp", "store"),
        "at which value of a number, such as a price, a project is built or an offer bought",
    ),
    "bids": Verb(
        "bids",
        ("new|read", "CASE", "FILES"),
        2,
        ("out", "rfq", "round", "force"),
        "bid sheets for suppliers; filled ones into the offers of a new case",
        more=True,
    ),
    "roll": Verb(
        "roll",
        ("CASE",),
        1,
        ("to", "actuals", "plan", "template", "out", "force"),
        "the next case: actuals in, decisions kept, periods moved on; or the blank form for actuals",
    ),
    "test": Verb("run_tests", (), 0, (), "run the program's own tests; what follows goes to pytest"),
}
