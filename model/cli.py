"""The command line: reading it, handing over to a verb, turning whatever happens into a sentence and an exit code."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import importlib
import logging
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from model import __version__
from model.commands.request import Exit, Request, UsageError
from model.console import SHOWN, Console, counted, problem_facts, problem_lines, survive_any_encoding
from model.errors import AuditError, CaseError, NoPlanError, SetupError, SolverError, YttriaError

_EVERYWHERE = ("json", "quiet", "log", "debug")


@dataclass(frozen=True)
class _Verb:
    module: str
    words: tuple[str, ...]
    least: int
    options: tuple[str, ...]
    help: str
    more: bool = False
    """Whether the last of `words` may stand for several names."""


VERBS = {
    "solve": _Verb(
        "solve_case",
        ("CASE",),
        0,
        ("out", "gap", "time-limit", "threads", "seed", "set", "price-overrides"),
        "plan a case: a workbook (.xlsx) or a folder of CSV files; without CASE the shipped one",
    ),
    "check": _Verb("check_case", ("CASE",), 1, ("out", "set"), "say what is wrong with a case, without planning it"),
    "new": _Verb("new_case", ("PATH",), 1, (), "write a blank workbook to fill in"),
    "convert": _Verb("convert_case", ("SOURCE", "TARGET"), 2, ("force",), "workbook into CSV folder, or back"),
    "audit": _Verb("audit_run", ("RUN",), 1, (), "recompute the plan of a run from its case"),
    "compare": _Verb(
        "compare_runs",
        ("RUN A", "RUN B"),
        2,
        ("out",),
        "what was changed between two runs, what is decided differently, and where the cost goes",
    ),
    "sweep": _Verb(
        "sweep_case",
        ("CASE", "SWEEP"),
        1,
        ("out", "gap", "time-limit", "seed", "set", "lp", "audit", "workers", "cluster", "store"),
        "solve a case at many points, as a row of table Sweeps says; what is solved already is kept",
    ),
    "cases": _Verb(
        "cases",
        ("CASE", "NAMES"),
        1,
        ("out", "gap", "time-limit", "seed", "set", "lp", "workers", "cluster", "store"),
        "ready what-ifs and questions side by side: Least Cost, Quota Halved, Allied Chain Only and more",
        more=True,
    ),
    "frontier": _Verb(
        "frontier_case",
        ("CASE",),
        1,
        ("against", "points", "out", "gap", "time-limit", "seed", "set", "lp", "store"),
        "what it costs to depend less on a country, to hold more stock, or to go short of less",
    ),
    "break-even": _Verb(
        "break_even_case",
        ("CASE", "NUMBER"),
        2,
        ("between", "until", "out", "gap", "time-limit", "seed", "set", "lp", "store"),
        "at which value of a number, such as a price, a project is built or an offer bought",
    ),
    "bids": _Verb(
        "bids",
        ("new|read", "CASE", "FILES"),
        2,
        ("out", "rfq", "round", "force"),
        "bid sheets for suppliers; filled ones into the offers of a new case",
        more=True,
    ),
    "roll": _Verb(
        "roll",
        ("CASE",),
        1,
        ("to", "actuals", "plan", "template", "out", "force"),
        "the next case: actuals in, decisions kept, periods moved on; or the blank form for actuals",
    ),
    "test": _Verb("run_tests", (), 0, (), "run the program's own tests; what follows goes to pytest"),
}
_CODES = """exit codes:
  0  plan at the asked gap (check: no errors)   1  internal fault, or plan refused by the audit
  2  problems in the case                       3  no plan exists
  4  stopped without a plan                     5  stopped with an audited plan, gap not reached
  64 wrong command line                         69 set-up failed"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message.removeprefix("argument "))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code; nothing but `--debug` lets an exception out."""
    survive_any_encoding()
    given = list(sys.argv[1:] if arguments is None else arguments)
    console = Console(quiet="--quiet" in given, as_json="--json" in given)
    code: int = Exit.FAULT
    request = Request("")
    try:
        if given[:1] == ["test"]:
            from model.commands import run_tests

            return run_tests.run(given[1:], console)
        found = _read(given, console)
        if found is None:
            return Exit.DONE
        request = found
        console.facts.update(command=request.verb, version=__version__)
        with _logged(request), _only_json_on_stdout(console):
            command = importlib.import_module(f"model.commands.{VERBS[request.verb].module}")
            code = command.run(request, console)
    except KeyboardInterrupt:
        saved = console.facts.get("run")
        console.complain("Stopped." if saved else "Stopped before there was a result; nothing was changed.")
        code = saved["exit"] if saved else Exit.STOPPED
        # Where it struck inside an exec of a text, such as that of a dataclass, Python ends by the signal whatever is
        # returned here, until another exec has gone well.
        exec("")
    except Exception as fault:
        if request.debug and not isinstance(fault, YttriaError):
            raise
        if request.debug and isinstance(fault, SolverError):
            raise
        code = _explain(fault, request, console)
    console.finish(code)
    return int(code)


def _explain(fault: Exception, request: Request, console: Console) -> int:
    """Say in a sentence what went wrong, and return the code for it."""
    match fault:
        case UsageError():
            code, words = Exit.USAGE, _sentence(f"{_program()}: {fault}")
        case CaseError():
            console.facts.update(problem_facts(fault.problems))
            for line in problem_lines(fault.problems):
                console.show(line)
            code, words = Exit.PROBLEMS, f"The case can not be used: {counted(fault.problems)}."
        case NoPlanError():
            code, words = Exit.NO_PLAN, fault.explanation
        case AuditError():
            console.facts["violations"] = [str(v) for v in fault.violations]
            for violation in fault.violations[:SHOWN]:
                console.show(str(violation))
            code, words = (
                Exit.FAULT,
                (
                    "The plan did not hold when it was recomputed and is refused "
                    f"({len(fault.violations)} violations); this is a fault of the program."
                ),
            )
        case SetupError():
            code, words = Exit.SETUP, _sentence(f"{_program()}: {fault}")
        case ModuleNotFoundError() if (fault.name or "").partition(".")[0] != "model":
            code, words = Exit.SETUP, f"The package {fault.name} is missing; run.py installs it."
        case YttriaError() if not isinstance(fault, SolverError):
            code, words = Exit.FAULT, _sentence(f"{_program()}: {fault}")
        case _:
            code, words = Exit.FAULT, _record(fault, request, console)
    console.complain(words)
    return code


def _record(fault: Exception, request: Request, console: Console) -> str:
    """Write the traceback to a file and return a sentence that names it."""
    from model.faults import write_fault
    from model.runs import default_outputs

    versions = f"Yttria {__version__}, Python {sys.version.split()[0]}"
    file = write_fault(fault, request.out or default_outputs(), versions)
    console.facts["fault_file"] = str(file) if file else None
    what = f"The program failed ({type(fault).__name__}); this is not a fault of the case"
    if isinstance(fault, SolverError):
        what = f"The solver failed: {fault}"
    elif isinstance(fault, MemoryError):
        what = "The computer ran out of memory"
    if file is None:
        return f"{what}. What happened could not be written to a file; '--debug' shows it."
    return f"{what}. What happened is written in {file}, without data of the case."


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


@contextlib.contextmanager
def _only_json_on_stdout(console: Console) -> Iterator[None]:
    """Send to stderr what libraries print to stdout: the solver's package does so on Ctrl-C."""
    with contextlib.redirect_stdout(sys.stderr):
        try:
            yield
        except SystemExit as stop:  # what it does on the fifth
            raise KeyboardInterrupt from stop


@contextlib.contextmanager
def _logged(request: Request) -> Iterator[None]:
    logger = logging.getLogger("model")
    if request.log is None:
        yield
        return
    try:
        handler = logging.FileHandler(request.log, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--log: {request.log} can not be written: {error.strerror}") from None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        logger.info("%s with Yttria %s", request.verb, __version__)
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        handler.close()


# ---- reading the command line


def _read(given: list[str], console: Console) -> Request | None:
    """Return what was asked for, or None where help or versions were shown already."""
    found, strange = _parser(None).parse_known_intermixed_args(given)
    options = vars(found)
    words = options.pop("words", [])
    if options.pop("help", False):
        _show(_parser(words[0] if words and words[0] in VERBS else None).format_help(), console)
        return None
    if options.pop("version", False):
        _show_versions(console)
        return None
    if strange:
        known = [f"--{name}" for name in _OPTIONS]
        raise UsageError(f"{strange[0]} is not an option{_hint(strange[0], known)}")
    verb, words = _verb_of(words)
    for name in options:
        if name.replace("_", "-") not in (*VERBS[verb].options, *_EVERYWHERE):
            raise UsageError(f"{verb} has no option --{name.replace('_', '-')}")
    renamed = {"json": "as_json", "set": "changes"}
    values: dict[str, Any] = {renamed.get(k, k): tuple(v) if k == "set" else v for k, v in options.items()}
    return Request(verb, tuple(words), **values)


def _verb_of(words: list[str]) -> tuple[str, list[str]]:
    verb, rest = ("solve", words) if not words or words[0] not in VERBS else (words[0], words[1:])
    declared = VERBS[verb]
    implied = rest is words
    plain = implied and bool(words) and not any(mark in words[0] for mark in "./\\") and not Path(words[0]).exists()
    if plain and len(words) == 1:
        raise UsageError(f"{words[0]!r} is neither a command nor a file or folder{_hint(words[0], VERBS)}")
    if plain:
        raise UsageError(f"{words[0]!r} is not a command{_hint(words[0], VERBS)} ('{_program()} --help' lists them)")
    if len(rest) > len(declared.words) and not declared.more:
        raise UsageError(
            f"{verb} takes {_listed(declared.words)}, but {len(rest)} names are given; put a name with spaces in quotes"
        )
    if len(rest) < declared.least:
        raise UsageError(f"{verb} needs {_listed(declared.words)}")
    if any(not word.strip() for word in rest):
        raise UsageError(f"{verb} needs {_listed(declared.words)}, but a name is empty")
    return verb, rest


def _share(text: str) -> float:
    number = text.strip().removesuffix("%")
    try:
        value = float(number) / (100 if number != text.strip() else 1)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a share such as 0.5% or 0.005, found {text!r}") from None
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is outside 0 to 1; 5 per cent is 0.05 or 5%")
    return value


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (value > 0 and math.isfinite(value)):
        raise argparse.ArgumentTypeError(f"expected a number of seconds above 0, found {text!r}")
    return value


def _span(text: str) -> tuple[str, float, float]:
    parts = [p.strip() for p in text.split(":")]
    factors = [p[:1] in ("×", "x") for p in parts]
    try:
        low, high = (float(p.lstrip("×x")) for p in parts)
    except ValueError:
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high) and low != high) or len(set(factors)) != 1:
        raise argparse.ArgumentTypeError(f"expected two values such as 80:200 or ×0.5:×2, found {text!r}")
    return "×" if factors[0] else "=", low, high


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a day such as 2027-01-01, found {text!r}") from None


def _whole(least: int) -> Any:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) < 2**31:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least}, found {text!r}")
        return int(text)

    return read


_OPTIONS: dict[str, dict[str, Any]] = {
    "out": {"metavar": "DIR", "type": Path, "help": "folder that takes results (default: outputs/)"},
    "gap": {
        "metavar": "SHARE",
        "type": _share,
        "help": "stop when at most this share of the cash cost could be saved: 0.5%% or 0.005",
    },
    "time-limit": {"metavar": "SECONDS", "type": _seconds, "help": "take the best plan found by then"},
    "threads": {"metavar": "N", "type": _whole(1), "help": "threads of the solver (default: 1)"},
    "seed": {"metavar": "N", "type": _whole(0), "help": "seed of the solver (default: 0)"},
    "set": {
        "metavar": "TABLE.ROW.FIELD=VALUE",
        "action": "append",
        "help": 'change a cell for this run, repeatable: "Offers.A-1.Price=95", '
        '"Export Controls.China civil licences.2028=60"; a row with a key of several columns: A / B',
    },
    "price-overrides": {
        "action": argparse.BooleanOptionalAction,
        "help": "say what each override costs by planning again without it (default: with ten at most)",
    },
    "rfq": {"metavar": "NAME", "help": "request for quotation, as in table Requests"},
    "round": {
        "metavar": "N",
        "type": _whole(1),
        "help": "round of the request (bids new: 1; bids read: as the sheets say)",
    },
    "to": {"metavar": "DATE", "type": _day, "help": "first day of the next case, such as 2027-01-01"},
    "actuals": {"metavar": "FILE", "type": Path, "help": "what happened until then: the filled form, or CSV files"},
    "plan": {"metavar": "RUN", "type": Path, "help": "folder of the run whose decisions were taken"},
    "template": {"metavar": "FILE", "type": Path, "help": "write the form for actuals, and roll nothing"},
    "audit": {"action": "store_true", "help": "audit the plan of every point, not of the base alone"},
    "lp": {"action": "store_true", "help": "relax whole numbers: quick, and a lower bound"},
    "workers": {"metavar": "N", "type": _whole(1), "help": "processes of a sweep (default: one per processor)"},
    "cluster": {"metavar": "ADDRESS", "help": "solve the points on the workers of a running Dask scheduler"},
    "store": {
        "metavar": "FILE",
        "type": Path,
        "help": "SQLite file that keeps every point (default: beside the results); a later run goes on with it",
    },
    "against": {
        "metavar": "WHAT",
        "help": 'for a frontier: shortage, cover, a cover target, a de-risking rule, or "covered Separated"',
    },
    "between": {
        "metavar": "A:B",
        "type": _span,
        "help": "values between which to look: 80:200, or factors ×0.5:×2 (x0.5:x2)",
    },
    "until": {
        "metavar": "WHAT",
        "help": '"builds PROJECT", "permits …", "buys OFFER", "holds SITE / MATERIAL", "short SEGMENT"',
    },
    "points": {"metavar": "N", "type": _whole(8), "help": "points of a frontier (default: 11)"},
    "force": {"action": "store_true", "help": "overwrite what is there"},
    "json": {"action": "store_true", "help": "print one JSON object and nothing else on stdout"},
    "quiet": {"action": "store_true", "help": "print only what has to be seen"},
    "log": {"metavar": "FILE", "type": Path, "help": "append a log, without data of the case"},
    "debug": {"action": "store_true", "help": "show the traceback of an internal fault"},
    "version": {"action": "store_true", "help": "print versions"},
    "help": {"action": "store_true", "help": "print this"},
}


def _parser(verb: str | None) -> _Parser:
    """Return the parser of everything, or one for the help of a verb."""
    names = list(_OPTIONS) if verb is None else [*VERBS[verb].options, *_EVERYWHERE, "help"]
    usage, about = f"{_program()} [COMMAND] [options]", "Yttria plans the sourcing of rare earths.\n\ncommands:\n"
    about += "\n".join(f"  {_words(name):<22} {v.help}" for name, v in VERBS.items())
    if verb is not None:
        usage, about = f"{_program()} {_words(verb)} [options]", f"{verb}: {VERBS[verb].help}."
    parser = _Parser(
        prog=_program(),
        usage=usage,
        description=about,
        epilog=_CODES,
        add_help=False,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    for name in names:
        short = ["-h"] if name == "help" else []
        parser.add_argument(*short, f"--{name}", **_OPTIONS[name])
    return parser


def _words(verb: str) -> str:
    """Return a verb and what it takes, what may be left out in brackets."""
    declared = VERBS[verb]
    words = [f"[{w}]" if i >= declared.least else w for i, w in enumerate(declared.words)]
    return " ".join([f"[{verb}]" if verb == "solve" else verb, *words])


def _show(text: str, console: Console) -> None:
    for line in text.rstrip().split("\n"):
        console.answer(line)


def _show_versions(console: Console) -> None:
    from model.runs import versions

    found = versions()
    console.facts.update(versions=found)
    for name, number in found.items():
        console.answer(f"{name} {number}")
    console.finish(Exit.DONE)


def _program() -> str:
    return "yttria" if Path(sys.argv[0]).stem == "yttria" else "run.py"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(words) if words else "nothing"


def _hint(found: str, known: Any) -> str:
    import difflib

    near = difflib.get_close_matches(found, list(known), 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""


__all__ = ["VERBS", "main"]
