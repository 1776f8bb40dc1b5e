"""What a message is: a level and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    """Level and sentence of one message; the sentence's fields are filled by `model.problems.problem`."""

    level: Literal["error", "warning", "note"]
    text: str


def error(text: str) -> Message:
    """Return a message that no plan is made with."""
    return Message("error", text)


def warning(text: str) -> Message:
    """Return a message about what is probably not meant."""
    return Message("warning", text)


def note(text: str) -> Message:
    """Return a message about what to know."""
    return Message("note", text)
