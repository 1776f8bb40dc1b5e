"""The Python interface as users see it is pinned: a change here is deliberate and stands in the changelog."""

from __future__ import annotations

import inspect
from pathlib import Path

import model
from model.plan import PLAN_TABLES

PINNED = Path(__file__).parent / "python.txt"


def interface() -> str:
    """Return names and signatures, one a line, and the columns of the plan's tables."""
    lines = []
    for name in sorted(model.__all__):
        thing = getattr(model, name)
        if inspect.isclass(thing) and issubclass(thing, Exception):
            lines.append(f"class {name}({thing.__bases__[0].__name__})")
        elif inspect.isclass(thing):
            members = [n for n in dir(thing) if not n.startswith("_")]
            lines.append(f"class {name}: {', '.join(members)}")
            lines += [
                f"  {name}.{n}{inspect.signature(getattr(thing, n))}"
                for n in members
                if inspect.isfunction(getattr(thing, n))
            ]
        elif callable(thing):
            lines.append(f"def {name}{inspect.signature(thing)}")
        else:
            lines.append(f"{name}")
    lines += [f"plan table {table}: {', '.join(columns)}" for table, columns in PLAN_TABLES.items()]
    return "\n".join(lines) + "\n"


def test_the_interface_is_the_pinned_one():
    assert interface() == PINNED.read_text(encoding="utf-8")


if __name__ == "__main__":
    PINNED.write_text(interface(), encoding="utf-8", newline="\n")
