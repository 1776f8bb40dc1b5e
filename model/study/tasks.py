"""Points to be solved: those that can be at once, and those that wait for the bases of a neighbour."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from model.study.figures import Figures
from model.study.overlay import Overlay


@dataclass(frozen=True)
class Task:
    """A point to be solved under its key.

    Attributes
    ----------
    after : str or None
        Key of the neighbour from which its linear program starts; None: from the base, or from `near`.
    near : bytes or None
        What that neighbour left (`model.study.starts.packed`), once it is known.
    keep : bool
        Whether others wait for what this one leaves.
    """

    key: str
    changes: Overlay
    after: str | None = None
    near: bytes | None = None
    keep: bool = False


@dataclass(frozen=True)
class Answer:
    """What a worker gives back: the figures of a point, and if asked for its bases."""

    figures: Figures
    left: bytes | None = None


class Queue:
    """Hands out tasks. What starts from a neighbour waits for it, wherever and in whatever order the others are solved."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        waiting: dict[str, list[Task]] = defaultdict(list)
        self._ready: deque[Task] = deque()
        known = {t.key: t for t in tasks}
        for t in known.values():
            if t.after in known:
                waiting[str(t.after)].append(t)
            else:
                self._ready.append(t)
        self._waiting = dict(waiting)
        self._under_way = 0

    def take(self) -> Task | None:
        """Return a task that can be solved now; None while all that is left waits, or nothing is left."""
        if not self._ready and not self._under_way and self._waiting:
            # Two neighbours that are the same case may wait for each other: then they start from the base.
            self._ready.extend(self._waiting.pop(next(iter(self._waiting))))
        if not self._ready:
            return None
        task = self._ready.popleft()
        self._under_way += 1
        return replace(task, keep=task.key in self._waiting)

    def done(self, task: Task, answer: Answer) -> None:
        """Let go of those that waited for a task; where it left nothing they start from the base."""
        self._under_way -= 1
        self._ready.extend(replace(t, near=answer.left) for t in self._waiting.pop(task.key, ()))
