"""What can go wrong, as types: a caller catches the one it can act on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.problems import Problem


class YttriaError(Exception):
    """Base of every error that this package raises on purpose."""


class CaseError(YttriaError):
    """The case can not be used as it stands.

    Attributes
    ----------
    problems : tuple of Problem
        Everything found, not only the first; at least one has level "error".
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [p for p in self.problems if p.level == "error"]
        first = str(errors[0]) if errors else "no details"
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(f"the case has {len(errors)} error(s): {first}{more}")


class NoPlanError(YttriaError):
    """No plan satisfies every hard rule of the case.

    Attributes
    ----------
    explanation : str
        What the solver proved, in a sentence.
    """

    def __init__(self, explanation: str) -> None:
        self.explanation = explanation
        super().__init__(explanation)


class SolverError(YttriaError):
    """The solver failed, or returned something that may not be read as a result."""


class AuditError(YttriaError):
    """A plan broke a rule or a cost when it was recomputed, and is refused.

    Attributes
    ----------
    violations : tuple
        One `model.auditor.Violation` per broken row.
    """

    def __init__(self, violations: Sequence[object]) -> None:
        self.violations = tuple(violations)
        first = f": {self.violations[0]}" if self.violations else ""
        super().__init__(f"the plan was refused by the audit, {len(self.violations)} violation(s){first}")


class StoreError(YttriaError):
    """A file or folder could not be read or written; what stood there before is untouched."""


class SetupError(YttriaError):
    """The environment lacks something that the program needs."""
