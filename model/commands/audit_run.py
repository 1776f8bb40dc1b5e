"""`audit RUN`: the plan of a run, recomputed from its case without the solver."""

from __future__ import annotations

from pathlib import Path

from model.commands.request import Exit, Request, UsageError
from model.console import SHOWN, Console
from model.errors import StoreError


def run(request: Request, console: Console) -> int:
    """Audit the plans of a run folder and return 0 if they are sound, 1 if not.

    Raises
    ------
    UsageError
        If the folder is not that of a run.
    CaseError
        If its case can not be used.
    """
    from model.auditor import audit
    from model.case.load import load
    from model.plan import load_plan
    from model.runs import read_run

    folder = Path(request.words[0])
    try:
        found = read_run(folder)
        plans = {name: load_plan(folder / name) for name in ("plan", "as_is") if (folder / name).is_dir()}
    except StoreError as error:
        raise UsageError(str(error)) from None
    case = load(folder / "case")
    console.facts.update(run=found.record["run"], unchanged=found.unchanged, violations={})
    if not found.unchanged:
        console.complain(f"{folder}: the case or the plan was changed after the run.")
    broken = 0
    for name, plan in plans.items():
        violations = audit(case, plan)
        broken += len(violations)
        console.facts["violations"][name] = [str(v) for v in violations]
        for violation in violations[:SHOWN]:
            console.complain(f"{name}: {violation}")
        if len(violations) > SHOWN:
            console.complain(f"{name}: … and {len(violations) - SHOWN} more")
    if broken:
        console.complain(f"{folder}: {broken} rules or figures do not hold.")
        return Exit.FAULT
    console.answer(f"{folder}: every rule and figure of {' and '.join(plans)} holds, recomputed from the case.")
    return Exit.DONE
