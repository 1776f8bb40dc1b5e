"""The options of the command line: how each is written, read and explained."""

from __future__ import annotations

import argparse
import datetime as dt
import math
from pathlib import Path
from typing import Any


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


OPTIONS: dict[str, dict[str, Any]] = {
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
    "workers": {
        "metavar": "N",
        "type": _whole(1),
        "help": "processes that solve (default: one per processor; frontier --lp: 1)",
    },
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
