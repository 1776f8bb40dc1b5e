"""Units that a header may carry, and their factor to the unit that the program stores."""

from __future__ import annotations

# unit -> (dimension, factor to the first unit of that dimension)
UNITS: dict[str, tuple[str, float]] = {
    "t": ("mass", 1.0),
    "kg": ("mass", 1e-3),
    "kt": ("mass", 1e3),
    "t/y": ("mass rate", 1.0),
    "kg/y": ("mass rate", 1e-3),
    "kt/y": ("mass rate", 1e3),
    "USD/kg": ("price", 1.0),
    "USD/t": ("price", 1e-3),
    "kUSD/t": ("price", 1.0),
    "USD/kg/y": ("price rate", 1.0),
    "USD/t/y": ("price rate", 1e-3),
    "MUSD": ("money", 1.0),
    "kUSD": ("money", 1e-3),
    "USD": ("money", 1e-6),
    "MUSD/y": ("money rate", 1.0),
    "kUSD/y": ("money rate", 1e-3),
    "USD/y": ("money rate", 1e-6),
    "kUSD/unit": ("money per unit", 1.0),
    "USD/unit": ("money per unit", 1e-3),
    "MUSD/unit": ("money per unit", 1e3),
    "MUSD/(t/y)": ("capital intensity", 1.0),
    "kUSD/(t/y)": ("capital intensity", 1e-3),
    "USD/(t/y)": ("capital intensity", 1e-6),
    "kg/unit": ("mass per unit", 1.0),
    "g/unit": ("mass per unit", 1e-3),
    "months": ("time", 1.0),
    "years": ("time", 12.0),
    "days": ("time", 12.0 / 365.25),
    "%": ("share", 1.0),
    "%/y": ("share rate", 1.0),
}


def factor(found: str, stored: str) -> float | None:
    """Return what a number in unit `found` is multiplied by to be in unit `stored`, or None if they do not match."""
    if found == stored:
        return 1.0
    if found not in UNITS or stored not in UNITS:
        return None
    (kind_a, a), (kind_b, b) = UNITS[found], UNITS[stored]
    return a / b if kind_a == kind_b else None


def alternatives(stored: str) -> list[str]:
    """Return every unit that may stand in a header in place of `stored`, itself included."""
    if stored not in UNITS:
        return [stored]
    return [u for u, (kind, _) in UNITS.items() if kind == UNITS[stored][0]]
