"""Reading the command line into a request, and its help."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from model.commands.options import OPTIONS
from model.commands.request import Exit, Request, UsageError
from model.commands.verbs import EVERYWHERE, VERBS
from model.console import Console

_CODES = """exit codes:
  0  plan at the asked gap (check: no errors)   1  internal fault, or plan refused by the audit
  2  problems in the case                       3  no plan exists
  4  stopped without a plan                     5  stopped with an audited plan, gap not reached
  64 wrong command line                         69 set-up failed"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Leave the sentence to whoever reads the command line, where the library would print usage and end Python."""
        raise UsageError(message.removeprefix("argument "))


def read(given: list[str], console: Console) -> Request | None:
    """Return what was asked for, or None where help or versions were shown already.

    Raises
    ------
    UsageError
        If the words and options are none that the program knows, or do not go together.
    """
    found, strange = _parser(None).parse_known_intermixed_args(given)
    options = vars(found)
    words = options.pop("words", [])
    if options.pop("help", False):
        _show(_parser(words[0] if words and words[0] in VERBS else None).format_help(), console)
        return None
    if options.pop("version", False):
        _show_versions(console)
        return None
    if strange:
        known = [f"--{name}" for name in OPTIONS]
        raise UsageError(f"{strange[0]} is not an option{_hint(strange[0], known)}")
    verb, words = _verb_of(words)
    for name in options:
        if name.replace("_", "-") not in (*VERBS[verb].options, *EVERYWHERE):
            raise UsageError(f"{verb} has no option --{name.replace('_', '-')}")
    renamed = {"json": "as_json", "set": "changes"}
    values: dict[str, Any] = {renamed.get(k, k): tuple(v) if k == "set" else v for k, v in options.items()}
    return Request(verb, tuple(words), **values)


def _verb_of(words: list[str]) -> tuple[str, list[str]]:
    verb, rest = ("solve", words) if not words or words[0] not in VERBS else (words[0], words[1:])
    declared = VERBS[verb]
    implied = rest is words
    plain = implied and bool(words) and not any(mark in words[0] for mark in "./\\") and not Path(words[0]).exists()
    if plain and len(words) == 1:
        raise UsageError(f"{words[0]!r} is neither a command nor a file or folder{_hint(words[0], VERBS)}")
    if plain:
        raise UsageError(f"{words[0]!r} is not a command{_hint(words[0], VERBS)} ('{program()} --help' lists them)")
    if len(rest) > len(declared.words) and not declared.more:
        raise UsageError(
            f"{verb} takes {_listed(declared.words)}, but {len(rest)} names are given; put a name with spaces in quotes"
        )
    if len(rest) < declared.least:
        raise UsageError(f"{verb} needs {_listed(declared.words)}")
    if any(not word.strip() for word in rest):
        raise UsageError(f"{verb} needs {_listed(declared.words)}, but a name is empty")
    return verb, rest


def _parser(verb: str | None) -> _Parser:
    """Return the parser of everything, or one for the help of a verb."""
    names = list(OPTIONS) if verb is None else [*VERBS[verb].options, *EVERYWHERE, "help"]
    usage, about = f"{program()} [COMMAND] [options]", "Yttria plans the sourcing of rare earths.\n\ncommands:\n"
    about += "\n".join(f"  {_words(name):<22} {v.help}" for name, v in VERBS.items())
    if verb is not None:
        usage, about = f"{program()} {_words(verb)} [options]", f"{verb}: {VERBS[verb].help}."
    parser = _Parser(
        prog=program(),
        usage=usage,
        description=about,
        epilog=_CODES,
        add_help=False,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    for name in names:
        short = ["-h"] if name == "help" else []
        parser.add_argument(*short, f"--{name}", **OPTIONS[name])
    return parser


def _words(verb: str) -> str:
    """Return a verb and what it takes, what may be left out in brackets."""
    declared = VERBS[verb]
    words = [f"[{w}]" if i >= declared.least else w for i, w in enumerate(declared.words)]
    return " ".join([f"[{verb}]" if verb == "solve" else verb, *words])


def _show(text: str, console: Console) -> None:
    for line in text.rstrip().split("\n"):
        console.answer(line)


def _show_versions(console: Console) -> None:
    from model.runs import versions

    found = versions()
    console.facts.update(versions=found)
    for name, number in found.items():
        console.answer(f"{name} {number}")
    console.finish(Exit.DONE)


def program() -> str:
    """Return the name under which the program was called."""
    return "yttria" if Path(sys.argv[0]).stem == "yttria" else "run.py"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(words) if words else "nothing"


def _hint(found: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(found, list(known), 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""
