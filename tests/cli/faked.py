"""A solver that fails, or ends otherwise than it did."""

from __future__ import annotations

import dataclasses

from model.solver import planning


def fail_with(monkeypatch, fault):
    def solve(*_, **__):
        raise fault

    monkeypatch.setattr(planning, "solve", solve)


def end_with(monkeypatch, **changes):
    """Let the solver end otherwise than it did."""
    solve = planning.solve
    monkeypatch.setattr(planning, "solve", lambda *a, **k: dataclasses.replace(solve(*a, **k), **changes))
