"""What was asked on the command line, and the codes that a command ends with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from model.errors import YttriaError


class Exit(IntEnum):
    """Exit codes; a documented interface."""

    DONE = 0
    FAULT = 1
    PROBLEMS = 2
    NO_PLAN = 3
    STOPPED = 4
    GAP_OPEN = 5
    USAGE = 64
    SETUP = 69


class UsageError(YttriaError):
    """The command line asks for something that can not be done as it stands; nothing was changed."""


@dataclass(frozen=True)
class Request:
    """A command line, read.

    Attributes
    ----------
    verb : str
        What to do.
    words : tuple of str
        What to do it with: files and folders.
    out : Path or None
        Folder that takes results; None for the default one.
    gap : float or None
        Share of the cash cost that may remain unproven; None for the setting of the case.
    time_limit : float or None
        Seconds; None for the setting of the case.
    changes : tuple of str
        Every `--set`, as written.
    price_overrides : bool or None
        Whether the case is planned again without each override; None if there are few.
    rfq, round : str, int
        Request for quotation and its round.
    to, actuals, plan, template : date, Path
        Day to which a case is rolled, what happened until then, the run that was decided on, and the blank form.
    lp, workers, cluster, store : bool, int, str, Path
        Of a sweep: whole numbers relaxed, processes, Dask scheduler, file that keeps the points.
    against, points : str, int
        Of a frontier: what cost stands against, and in how many points.
    between, until : (how, low, high), str
        Of a break-even: the values between which to look, and what is asked.
    """

    verb: str
    words: tuple[str, ...] = ()
    out: Path | None = None
    gap: float | None = None
    time_limit: float | None = None
    threads: int = 1
    seed: int = 0
    changes: tuple[str, ...] = ()
    price_overrides: bool | None = None
    as_json: bool = False
    quiet: bool = False
    log: Path | None = None
    debug: bool = False
    force: bool = False
    rfq: str | None = None
    round: int | None = None
    to: dt.date | None = None
    actuals: Path | None = None
    plan: Path | None = None
    template: Path | None = None
    lp: bool = False
    audit: bool = False
    workers: int | None = None
    cluster: str | None = None
    store: Path | None = None
    against: str | None = None
    points: int | None = None
    between: tuple[str, float, float] | None = None
    until: str | None = None
