"""Making a typed value of one cell: numbers, dates, words. Nothing is guessed, everything unusual is said."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from model.schema.column import Column
from model.schema.raw import CsvText, ErrorCell, UncalculatedCell

Say = Callable[..., None]
_SPACES = re.compile(r"[\s\u00a0\u2007\u202f\u200b\ufeff]+")
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?")
_PLAIN = re.compile(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_PLAIN_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_YES = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


class Bad(ValueError):  # noqa: N818  # of a cell, not of the program
    """A cell that can not be read; carries message code and fields."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code
        self.fields: dict[str, Any] = fields
        super().__init__(code)


def tidy(value: object) -> str:
    """Return text without odd spaces, in one Unicode form."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", str(value))).strip()


def fold(value: object) -> str:
    """Return what two spellings of one name have in common."""
    return tidy(value).casefold()


def letters(name: str) -> str:
    """Return the letters and digits of a name, folded, by which a name in code and a title on a sheet are the same."""
    return "".join(c for c in fold(name) if c.isalnum())


def is_blank(value: object) -> bool:
    """Return whether a cell holds nothing."""
    if value is None:
        return True
    if isinstance(value, float):
        return math.isnan(value)
    # Most texts begin with a letter or a digit, which is seen faster than that something is left of them.
    return isinstance(value, str) and not value[:1].isalnum() and tidy(value) == ""


def as_text(value: object) -> str:
    """Return a cell as text; 7.0 becomes "7" and a date its ISO form."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    return tidy(value)


def as_number(value: object, say: Say) -> float:
    """Return a cell as a number; text is taken only where it can mean one thing.

    Raises
    ------
    Bad
        If the cell is not a number, or could mean two.
    """
    if isinstance(value, bool | dt.date | dt.datetime):
        raise Bad("not-a-number", found=as_text(value))
    if isinstance(value, int | float):
        number = float(value)
        if not math.isfinite(number):
            raise Bad("not-a-number", found=value)
        return number
    if isinstance(value, CsvText) and _PLAIN.fullmatch(value) and math.isfinite(float(value)):
        return float(value)
    text = _SPACES.sub("", tidy(value))
    percent = text.endswith("%")
    text = text[:-1] if percent else text
    if not any(c.isdigit() for c in text) or not _NUMBER.fullmatch(text):
        raise Bad("ambiguous-number" if re.fullmatch(r"[+-]?[\d.,]+", text) else "not-a-number", found=tidy(value))
    if "," in text and not _PLAIN_THOUSANDS.fullmatch(text):
        raise Bad("ambiguous-number", found=tidy(value))
    try:
        number = float(text.replace(",", "")) / (100 if percent else 1)
    except ValueError:
        raise Bad("not-a-number", found=tidy(value)) from None
    if not math.isfinite(number):
        raise Bad("not-a-number", found=tidy(value))
    say("text-read-as-number", found=tidy(value), read=f"{number:.10g}")
    return number


def in_range(number: float, low: float, high: float, share: bool) -> float:
    """Return the number if it lies in [low, high].

    Raises
    ------
    Bad
        If it does not; for shares above 1 with the hint that 5 % is 0.05.
    """
    if low <= number <= high:
        return number
    if share and number > high:
        raise Bad("share-above-one", found=f"{number:g}")
    if math.isinf(high):
        raise Bad("too-small", found=f"{number:g}", low=f"{low:g}")
    raise Bad("out-of-range", found=f"{number:g}", low=f"{low:g}", high=f"{high:g}")


def as_date(value: object, say: Say) -> dt.date:
    """Return a cell as a date; ISO text is taken with a note, other text is refused.

    Raises
    ------
    Bad
        If the cell is not a date.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    match = _ISO.fullmatch(tidy(value)) if isinstance(value, str) else None
    if match:
        try:
            date = dt.date(*(int(g) for g in match.groups()))
        except ValueError:
            raise Bad("not-a-date", found=tidy(value)) from None
        if not isinstance(value, CsvText):
            say("text-read-as-date", found=tidy(value))
        return date
    raise Bad("not-a-date", found=as_text(value))


def as_choice(value: object, choices: tuple[str, ...]) -> str:
    """Return the declared spelling of a choice.

    Raises
    ------
    Bad
        If it is not one of the choices.
    """
    found = fold(as_text(value))
    for choice in choices:
        if fold(choice) == found:
            return choice
    raise Bad("not-a-choice", found=as_text(value), choices=", ".join(choices), hint=nearest(as_text(value), choices))


def nearest(found: str, known: Any) -> str:
    """Return a hint that names the nearest known word, or "" if none is near; never applied by itself."""
    import difflib

    by_fold = {fold(k): k for k in known}
    near = difflib.get_close_matches(fold(found), list(by_fold), 1, 0.6)
    return f"; did you mean {by_fold[near[0]]!r}?" if near else ""


def typed(column: Column, value: object, say: Say, unit_factor: float = 1.0) -> object:  # noqa: PLR0911  # one per kind
    """Return the value of a non-blank cell in the column's stored type and unit.

    Raises
    ------
    Bad
        If the cell does not fit; the caller adds the address.
    """
    if isinstance(value, ErrorCell):
        raise Bad("formula-error", found=value.code)
    if isinstance(value, UncalculatedCell):
        raise Bad("formula-never-calculated")
    if column.kind == "number_or_series" and isinstance(value, str):
        try:
            number = as_number(value, say)
        except Bad as bad:
            if bad.code == "ambiguous-number":
                raise
            return tidy(value)
        return in_range(number * unit_factor, column.low, column.high, column.unit.startswith("%"))
    if column.kind in ("number", "number_or_series"):
        return in_range(as_number(value, say) * unit_factor, column.low, column.high, column.unit.startswith("%"))
    if column.kind == "integer":
        number = in_range(as_number(value, say), column.low, column.high, share=False)
        if not number.is_integer():
            raise Bad("not-whole", found=f"{number:g}")
        return int(number)
    if column.kind == "date":
        return as_date(value, say)
    if column.kind == "choice":
        return as_choice(value, column.choices)
    if column.kind == "yes_no":
        answer = _YES.get(fold(as_text(value)))
        if answer is None:
            raise Bad("not-yes-or-no", found=as_text(value))
        return answer
    return as_text(value)
