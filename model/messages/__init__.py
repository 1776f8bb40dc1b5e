"""Every message to a user about a case: one id, one level, one sentence. `docs/messages.md` is made from here."""

from __future__ import annotations

from model.messages.asking import BIDS, ROLL, STUDY
from model.messages.message import Message
from model.messages.reading import CELL, FILE, OUTSIDE, REFERENCE, STRUCTURE
from model.messages.rules import DEMAND, DUTIES, QUALIFICATIONS, RULES, TARGETS
from model.messages.supply import CHEMISTRY, FRAME, NETWORK, SITES, SUPPLY

SENSE = {
    **QUALIFICATIONS,
    **FRAME,
    **CHEMISTRY,
    **SUPPLY,
    **NETWORK,
    **SITES,
    **RULES,
    **DUTIES,
    **TARGETS,
    **DEMAND,
    **STUDY,
}

MESSAGES: dict[str, Message] = {**FILE, **STRUCTURE, **CELL, **OUTSIDE, **REFERENCE, **SENSE, **BIDS, **ROLL}

__all__ = ["BIDS", "CELL", "FILE", "MESSAGES", "OUTSIDE", "REFERENCE", "ROLL", "SENSE", "STRUCTURE", "Message"]
