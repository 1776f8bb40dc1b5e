"""`bids new` and `bids read`: bid sheets out to suppliers, filled sheets back into the offers of a new case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from model.case.case import Case
from model.commands.reading import read_case, report_problems
from model.commands.request import Exit, Request, UsageError
from model.console import Console, counted, near, problem_facts
from model.problems import LEVELS, Problem, errors_of
from model.schema.values import nearest


def run(request: Request, console: Console) -> int:
    """Write bid sheets, or read filled ones.

    Raises
    ------
    UsageError
        If words or options are missing, or name what the case does not have.
    """
    what, *names = request.words
    if what not in ("new", "read"):
        raise UsageError(f"bids: {what!r} is neither 'new' nor 'read'{nearest(what, ('new', 'read'))}")
    if request.out is None:
        raise UsageError(f"bids {what} needs --out, the {'folder for the sheets' if what == 'new' else 'new case'}")
    if what == "read" and len(names) < 2:
        raise UsageError("bids read needs CASE and the filled sheets")
    if what == "new" and (len(names) != 1 or not request.rfq):
        raise UsageError("bids new needs CASE and --rfq, the name of the request")
    case = readable(Path(names[0]), request, console)
    if case is None:
        return Exit.PROBLEMS
    return _new(case, request, console) if what == "new" else _read(case, request, console)


def _new(case: Case, request: Request, console: Console) -> int:
    from model.bids.form import asked_of, requests_of
    from model.bids.sheet import bid_workbook, file_name
    from model.excel.replace import write_bytes

    assert request.out is not None
    assert request.rfq is not None
    asked = asked_of(case, request.rfq, request.round or 1)
    known = requests_of(case)
    if known and asked.rfq not in known:
        raise UsageError(f"the case has no request {request.rfq!r}{nearest(request.rfq, known)}")
    if not asked.suppliers:
        raise UsageError(f"nobody is asked under {asked.rfq} in round {asked.round}; see table Invitations")
    contents = {request.out / file_name(asked, s): bid_workbook(case, asked, s) for s in asked.suppliers}
    if len(contents) < len(asked.suppliers):
        raise UsageError("two suppliers have names that give one file name; give one of them another name")
    there = [p for p in contents if p.exists()]
    if there and not request.force:
        raise UsageError(f"{there[0]} exists already; '--force' overwrites it")
    try:
        request.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{request.out} can not be written: {error.strerror}") from None
    for path, content in contents.items():
        write_bytes(path, content)
    console.facts["files"] = [str(p) for p in contents]
    words = "1 bid sheet" if len(contents) == 1 else f"{len(contents)} bid sheets"
    console.answer(f"{words} for {asked.rfq}, round {asked.round}, in {near(request.out)}.")
    return Exit.DONE


def _read(case: Case, request: Request, console: Console) -> int:
    from model.bids.merge import merge
    from model.bids.reading import read_bids

    assert request.out is not None
    source, files = Path(request.words[1]), [Path(w) for w in request.words[2:]]
    refuse_to_overwrite(request, source)
    bids, found = read_bids(case, files, request.round)
    merged = None if errors_of(found) else merge(case, bids)
    found += merged.problems if merged else ()
    _show(found, console)
    if merged is None or errors_of(found):
        console.complain(f"Nothing was written: {counted(found)} in the bid sheets.")
        return Exit.PROBLEMS
    if not bids:
        console.complain("Nothing was written: the sheets hold no bid.")
        return Exit.PROBLEMS
    merged.case.save(request.out)
    console.facts.update(offers=list(merged.offers), set_aside=list(merged.set_aside), file=str(request.out))
    console.answer(
        f"{len(merged.offers)} offers from {len(files)} files were added; the new case is {near(request.out)}."
    )
    if merged.set_aside:
        console.answer(f"{len(merged.set_aside)} offers of earlier rounds are excluded: a later bid replaces them.")
    if source.is_file():
        console.answer("Formats, comments and formulas of the workbook are not in the new case; values are.")
    return Exit.DONE


def readable(path: Path, request: Request, console: Console) -> Case | None:
    """Return a case without errors, or None after saying what is wrong; the list goes beside what would be written."""
    case, problems = read_case(path, request)
    beside = replace(request, out=None if request.out is None else request.out.parent)
    return None if report_problems(path, problems, beside, console, all_of_them=False) else case


def refuse_to_overwrite(request: Request, source: Path) -> None:
    """Refuse to write over the case itself, and over anything else without --force.

    Raises
    ------
    UsageError
        If `--out` is the case, or is there already.
    """
    out = request.out
    assert out is not None
    if out.resolve() == source.resolve():
        raise UsageError(f"{out} is the case itself, which is never changed; give another name")
    if out.exists() and not request.force and (out.is_file() or any(out.iterdir())):
        raise UsageError(f"{out} exists already; '--force' overwrites it")


def _show(found: list[Problem], console: Console) -> None:
    """Show all problems, errors first, by file and row; every one of them has to be mended before anything is read."""
    listed = sorted(dict.fromkeys(found), key=lambda p: (LEVELS.index(p.level), p.address.partition("]")[0], p.row))
    console.facts.update(problem_facts(listed))
    for p in listed:
        (console.show if p.level == "error" else console.tell)(f"{p.level:<7}  {p}")
