"""What planners ask for and the tables can not say: it is refused by name, since a plan that leaves it out would look right."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from model.schema.values import as_text, fold, is_blank

_NOTHING = {"0", "no", "none", "-"}


@dataclass(frozen=True)
class Topic:
    """One thing that lies outside.

    Attributes
    ----------
    code : str
        Message that says so, and what to do instead.
    tables : tuple of str
        Tables in which a header of this kind would be meant as a figure.
    header, sheet : re.Pattern
        How such a header, or a sheet of its own, is called; matched against the name in small letters, hyphens as spaces.
    numbers : bool
        Whether only numbers ask for it: a text may be a name, such as that of a lot.
    """

    code: str
    tables: tuple[str, ...]
    header: re.Pattern[str]
    sheet: re.Pattern[str]
    numbers: bool = False


TOPICS = (
    Topic(
        "outside-lots",
        ("Offers", "Contracts", "Price Tiers", "Lanes", "Recipes", "Demand"),
        re.compile(
            r"lots?|(order |whole )?(lot|batch|pack|parcel|container)s?( size| quantity)?|(order|lot|batch|rounding) multiple"
            r"|multiples? of|whole (lots|units|containers)( only)?|integer( lots?| units?| quantity)?"
        ),
        re.compile(r"(integer )?lots?( sizes?)?|batch sizes?"),
        numbers=True,
    ),
    Topic(
        "outside-bundles",
        ("Offers", "Contracts", "Price Tiers", "Suppliers"),
        re.compile(r".*\bbundled?\b.*|(combined|joint|package|cross) (discount|price|rebate)|discount (group|with)"),
        re.compile(r"bundles?( discounts?| prices?| offers?)?|(combined|package) discounts?"),
    ),
    Topic(
        "outside-quality",
        ("Materials", "Demand", "Offers", "Recipes", "Recipe Items", "Stockpiles", "Limits", "Contents"),
        re.compile(
            r"(min|max|minimum|maximum|least|most) "
            r"(grade|purity|quality|content|impurit(y|ies)|assay|concentration|share|per unit)"
            r"|(grade|purity|quality|content|impurity|assay) (min|max|minimum|maximum|from|to|limit|window|range)"
            r"|blend(ing)?( limit| window| ratio)?"
        ),
        re.compile(r"(quality|grade) (windows?|limits?|ranges?)|blend(s|ing)?( limits?| windows?| rules?)?"),
    ),
    Topic(
        "outside-unit-commitment",
        ("Lines", "Recipes", "Plant Feeds"),
        re.compile(
            r"(min|minimum) (up|down|on|off|run|running) ?time|(start|shut) ?(up|down) (costs?|time|use)|must run"
            r"|(cold|warm|hot) start( cost)?|ramp(ing)?( up| down)? (rate|limit)|(max|most) start ?(up)?s"
        ),
        re.compile(r"unit commitment|start ?ups?|up and down times?"),
    ),
)


def column_outside(table: str, header: str, values: Iterable[object]) -> str | None:
    """Return the message of what a column asks for that is outside; None if it does not, or holds nothing.

    Parameters
    ----------
    header : str
        Header without its unit.
    """
    found = next((x for x in TOPICS if table in x.tables and x.header.fullmatch(_key(header))), None)
    if found is None or not any(_asks(v, found.numbers) for v in values):
        return None
    return found.code


def sheet_outside(name: str) -> str | None:
    """Return the message of what a sheet or file that is no table asks for; None if it is something else."""
    return next((x.code for x in TOPICS if x.sheet.fullmatch(_key(name.removesuffix(".csv")))), None)


def _key(name: str) -> str:
    return re.sub(r"[\s_\-.]+", " ", fold(name)).strip()


def _asks(value: object, numbers: bool) -> bool:
    if is_blank(value):
        return False
    text = fold(as_text(value))
    if text in _NOTHING:
        return False
    return not numbers or text == "yes" or text.replace(".", "", 1).isdecimal()
