"""Contents, baskets, recoveries and plant feeds: whether they add up and whether a plant can run on them."""

from __future__ import annotations

from model.case.case import Row
from model.case.checks.finder import SHARES, Finder, grouped, plain
from model.schema.tables import TABLES
from model.schema.tables.chemistry import REST
from model.schema.values import fold, nearest

# A tonne of yttrium metal makes 1.27 t of its oxide, more than any other rare earth.
_MOST_OXIDE = {"Mined": 1.0, "Separated": 1.0}
_MOST_OXIDE_OF_METAL = 1.3
_CLOSES_WITHIN = 0.005


def find(finder: Finder) -> None:
    """Check what materials contain and what separation plants make of their feeds."""
    _contents(finder)
    for row in finder.rows("Baskets"):
        _basket(finder, row)
    for site, rows in grouped(finder.rows("Recoveries"), lambda r: r.site).items():
        if site:
            _recoveries(finder, site, rows)
    for row in finder.rows("Plant Feeds"):
        _feed(finder, row)
    _unreached(finder)
    _separated_twice(finder)


def _contents(finder: Finder) -> None:
    materials = {fold(r.material) for r in finder.rows("Materials") if r.material}
    for element, rows in grouped(finder.rows("Contents"), lambda r: r.element).items():
        if element and fold(element) in materials:
            finder.say("element-is-material", "Contents", rows[0], "element", element=element)
    for row in finder.rows("Contents"):
        most = _MOST_OXIDE.get(finder.stages.get(row.material, ""), _MOST_OXIDE_OF_METAL)
        if row.content is not None and row.content > most * (1 + 1e-9):
            finder.say(
                "content-too-high",
                "Contents",
                row,
                "content",
                content=plain(row.content),
                element=row.element,
                material=row.material,
            )


def _unread_shares(finder: Finder, table: str, row: Row) -> bool:
    return any(finder.unread(table, row, o) for o in SHARES)


def _per_cent(share: float) -> str:
    return plain(round(100 * share, 2))


def _basket(finder: Finder, row: Row) -> None:
    if row.basis == "Proxy" and finder.blank("Baskets", row, "proxy_of"):
        finder.say("basket-proxy-missing", "Baskets", row, "proxy_of")
    if _unread_shares(finder, "Baskets", row):
        return
    named = sum(getattr(row, o) for o in SHARES if o != REST)
    found = named + getattr(row, REST)
    if named > 1 + _CLOSES_WITHIN + 1e-9:
        finder.say("basket-above-whole", "Baskets", row, None, feed=row.feed, sum=_per_cent(named))
    elif abs(found - 1) > _CLOSES_WITHIN + 1e-9:
        rest = _per_cent(max(0.0, 1 - named))
        finder.say("basket-not-closed", "Baskets", row, REST, feed=row.feed, sum=_per_cent(found), rest=rest)


def _recoveries(finder: Finder, site: str, rows: list[Row]) -> None:
    table = "Recoveries"
    if not any(_unread_shares(finder, table, r) for r in rows):
        for oxide in SHARES:
            found = sum(getattr(r, oxide) for r in rows)
            if found > 1 + 1e-6:
                last = [r for r in rows if getattr(r, oxide) > 0][-1]
                title = TABLES[table].column(oxide).title
                finder.say("recovery-above-one", table, last, oxide, site=site, oxide=title, sum=_per_cent(found))
    for row in rows:
        stage = finder.stages.get(row.product)
        if stage not in (None, "Separated"):
            finder.say("recovery-stage", table, row, "product", product=row.product, stage=stage)
    unread = {name for _, name in finder.case.data["Plant Feeds"].unread} if finder.case.has("Plant Feeds") else set()
    if "site" not in unread and all(r.site != site for r in finder.rows("Plant Feeds")):
        finder.say("recovery-without-feed", table, rows[0], "site", site=site)


def _feed(finder: Finder, row: Row) -> None:
    table = "Plant Feeds"
    if row.feed and all(r.feed != row.feed for r in finder.rows("Baskets")):
        finder.say("feed-without-basket", table, row, "feed", feed=row.feed)
    if row.site and row.feed and all(r.site != row.site for r in finder.rows("Recoveries")):
        finder.say("feed-without-recovery", table, row, "site", site=row.site, feed=row.feed)
    lines = finder.process_lines
    if row.line and row.site and row.site not in lines.get(row.line, ()):
        here = [line for line, sites in lines.items() if row.site in sites]
        finder.say("feed-without-line", table, row, "line", line=row.line, site=row.site, hint=nearest(row.line, here))
    stage = finder.stages.get(row.feed)
    if stage not in (None, "Mined"):
        finder.say("feed-stage", table, row, "feed", feed=row.feed, stage=stage)


def _unreached(finder: Finder) -> None:
    """Say which products no oxide reaches, whatever the plant is fed."""
    for site in dict.fromkeys(feed.site for feed, _ in finder.separations):
        made = [(feed.feed, outputs) for feed, outputs in finder.separations if feed.site == site]
        feeds = " or ".join(dict.fromkeys(feed for feed, _ in made))
        for row in (r for r in finder.rows("Recoveries") if r.site == site and r.product):
            unread = _unread_shares(finder, "Recoveries", row)
            if not unread and all(outputs[row.product] == 0 for _, outputs in made):  # NaN, without a basket, is not 0
                product = row.product
                finder.say("recovery-unreached", "Recoveries", row, "product", feeds=feeds, product=product, site=site)


def _separated_twice(finder: Finder) -> None:
    items = grouped(finder.rows("Recipe Items"), lambda r: r.recipe)
    for recipe in finder.rows("Recipes"):
        inputs = {r.material for r in items.get(recipe.recipe, []) if r.role == "Input"}
        outputs = {r.material for r in items.get(recipe.recipe, []) if r.role == "Output"}
        sites = finder.process_lines.get(recipe.line, set())
        for feed, made in finder.separations:
            both = [product for product, amount in made.items() if product in outputs and amount != 0]
            runs = feed.site in sites and recipe.site in (None, feed.site)
            if runs and feed.feed in inputs and both:
                finder.say(
                    "separation-twice",
                    "Recipes",
                    recipe,
                    None,
                    recipe=recipe.recipe,
                    product=both[0],
                    feed=feed.feed,
                    site=feed.site,
                    other=finder.case.address("Plant Feeds", feed, "feed"),
                )
                break
