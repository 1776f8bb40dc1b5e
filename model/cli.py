"""The way in from the command line: hand over to a verb, turn whatever happens into a sentence and an exit code."""

from __future__ import annotations

import contextlib
import importlib
import logging
import sys
from collections.abc import Iterator, Sequence

from model import __version__
from model.commands import command_line
from model.commands.command_line import program
from model.commands.request import Exit, Request, UsageError
from model.commands.verbs import VERBS
from model.console import SHOWN, Console, counted, problem_facts, problem_lines, survive_any_encoding
from model.errors import AuditError, CaseError, NoPlanError, SetupError, SolverError, YttriaError


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
        found = command_line.read(given, console)
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
            code, words = Exit.USAGE, _sentence(f"{program()}: {fault}")
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
            code, words = Exit.SETUP, _sentence(f"{program()}: {fault}")
        case ModuleNotFoundError() if (fault.name or "").partition(".")[0] != "model":
            code, words = Exit.SETUP, f"The package {fault.name} is missing; run.py installs it."
        case YttriaError() if not isinstance(fault, SolverError):
            code, words = Exit.FAULT, _sentence(f"{program()}: {fault}")
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
