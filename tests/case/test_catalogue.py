"""The catalogue of messages and the code that uses it do not drift apart."""

from __future__ import annotations

import re
import string
from pathlib import Path

import model
from model.messages import MESSAGES
from model.problems import problem

ROOT = Path(model.__file__).parent
SOURCES = {p: p.read_text(encoding="utf-8") for p in sorted(ROOT.rglob("*.py"))}
_CODE = r'(?:problem|say|Bad)\(\s*"([a-z]+(?:-[a-z]+)+)"'


def test_every_message_is_used() -> None:
    code = "\n".join(text for path, text in SOURCES.items() if path.parent.name != "messages")
    assert {c for c in MESSAGES if f'"{c}"' not in code} == set()


def test_every_code_used_is_a_message() -> None:
    used = {code: path.name for path, text in SOURCES.items() for code in re.findall(_CODE, text)}
    assert {code: name for code, name in used.items() if code not in MESSAGES} == {}
    assert len(used) > 100


def test_every_group_is_in_the_catalogue_and_no_code_stands_twice() -> None:
    text = "\n".join(t for path, t in SOURCES.items() if path.parent.name == "messages")
    codes = re.findall(r'^    "([a-z-]+)": (?:error|warning|note)\(', text, re.MULTILINE)
    assert len(codes) == len(set(codes))
    assert set(codes) == set(MESSAGES)


def test_sentences_are_sentences() -> None:
    for code, message in MESSAGES.items():
        assert not message.text.endswith("."), code
        assert not message.text[0].isupper() or message.text.startswith(
            ("Low", "Consigned", "Min Size", "Plan Date", "Base Date", "Data As Of", "Cost per Product")
        ), code
        fields = {name for _, name, _, _ in string.Formatter().parse(message.text) if name}
        assert problem(code, "A!B2", **dict.fromkeys(fields, "x")).code == code
