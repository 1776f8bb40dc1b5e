"""What all checks share: addresses, and a guarded look at numbers that may be missing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from model.case.case import Case, Row
from model.case.contents import Contents
from model.case.timeline import Timeline, Vector
from model.problems import Problem, problem
from model.schema.tables.chemistry import OXIDES, REST

_K = TypeVar("_K", bound=Hashable)
SHARES = (*(o.lower() for o in OXIDES), REST)
"""Columns of tables Baskets and Recoveries that hold one oxide each, the rest last."""


def plain(number: float) -> str:
    """Return a number as a planner would write it."""
    return f"{number:.6g}" if abs(number) < 1e6 else f"{number:.0f}"


def grouped(rows: Iterable[Row], key: Callable[[Row], _K]) -> dict[_K, list[Row]]:
    """Return the rows by a key, both in the order found."""
    out: dict[_K, list[Row]] = defaultdict(list)
    for row in rows:
        out[key(row)].append(row)
    return out


class Finder:
    """Collects problems of one case."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.found: list[Problem] = []
        self.timeline: Timeline = case.timeline

    def rows(self, table: str) -> list[Row]:
        """Return the included rows of a table; of Demand, those that ask for something, and not what only stands in."""
        rows = self.case.rows(table)
        return [r for r in rows if not r.stands_in] if table == "Demand" else rows

    def say(
        self,
        code: str,
        table: str,
        row: Row | int | None = None,
        column: str | None = None,
        period: str | None = None,
        /,
        **fields: object,
    ) -> None:
        """Note a problem at a cell, a row (`column` None) or a header (`row` None)."""
        data = self.case.data.get(table)
        if data is None:
            self._note(code, table, table, 0, fields)
            return
        row_id = row.row_id if isinstance(row, Row) else row
        if column is None and period is None and row_id is not None:
            column = data.table.key[0]
        address = data.locator.address(row_id, column, period)
        self._note(code, address, table, data.locator.row(row_id), fields)

    def _note(self, code: str, address: str, table: str, row: int, fields: Mapping[str, Any]) -> None:
        self.found.append(problem(code, address, table=table, row=row, **fields))

    def unread(self, table: str, row: Row, column: str) -> bool:
        """Return whether the cell holds something that could not be read, so that it only looks blank."""
        return (row.row_id, column) in self.case.data[table].unread

    def blank(self, table: str, row: Row, column: str) -> bool:
        """Return whether the cell is truly empty."""
        return getattr(row, column) is None and not self.unread(table, row, column)

    def setting_row(self, title: str) -> Row | None:
        """Return the row of table Settings that gives a setting."""
        return next((r for r in self.rows("Settings") if r.setting == title and r.value is not None), None)

    def first(self, values: Vector, where: npt.NDArray[np.bool_]) -> int:
        """Return the first period in which a condition holds, or -1."""
        hits = np.flatnonzero(where & ~np.isnan(values))
        return int(hits[0]) if len(hits) else -1

    def label(self, t: int) -> str:
        """Return the label of a period."""
        return self.timeline.periods[t].label

    @cached_property
    def demanded(self) -> set[str]:
        """Materials that a demand row asks for."""
        return {r.material for r in self.rows("Demand") if r.material}

    @cached_property
    def made(self) -> set[str]:
        """Materials that a recipe or a separation makes, or that are recovered."""
        typed = {r.material for r in self.rows("Recipe Items") if r.role == "Output" and r.material}
        typed |= {r.material for r in self.rows("Recycling") if r.material}
        return typed | {product for _, outputs in self.separations for product in outputs}

    @cached_property
    def consumed(self) -> set[str]:
        """Materials that a recipe, a separation, a stockpile, a sale or a substitution takes."""
        inputs = {r.material for r in self.rows("Recipe Items") if r.role == "Input"}
        inputs |= {r.feed for r in self.rows("Plant Feeds") if r.feed}
        inputs |= {r.drawn_material for r in self.rows("Substitutions") if r.drawn_material}
        return inputs | {r.material for table in ("Stockpiles", "Sales") for r in self.rows(table)}

    @cached_property
    def contents(self) -> Contents:
        """What counts for a name, by the rows of Contents that could be read."""
        elements: dict[str, dict[str, float]] = defaultdict(dict)
        for r in self.rows("Contents"):
            if r.element and r.material and r.content is not None:
                elements[r.element][r.material] = float(r.content)
        return Contents(dict(elements))

    def meant(self, name: str, among: Iterable[str]) -> set[str]:
        """Return the materials that a rule counts which names a material, an element or Any."""
        return {m for m in among if self.contents.of(name, m) > 0}

    @cached_property
    def separations(self) -> list[tuple[Row, dict[str, float]]]:
        """Rows of Plant Feeds, each with t of every product of the plant per t of feed; NaN without a basket."""
        baskets = {r.feed: r for r in self.rows("Baskets") if r.feed}
        products = grouped((r for r in self.rows("Recoveries") if r.product), lambda r: r.site)
        out = []
        for feed in (r for r in self.rows("Plant Feeds") if r.feed and r.site):
            basket = baskets.get(feed.feed)
            made = {
                r.product: sum(getattr(basket, o) * getattr(r, o) for o in SHARES) if basket else float("nan")
                for r in products.get(feed.site, [])
            }
            out.append((feed, made))
        return out

    @cached_property
    def process_lines(self) -> dict[str, set[str]]:
        """Sites that have, or could get, each line type on which something can run."""
        out: dict[str, set[str]] = defaultdict(set)
        for table in ("Lines", "Projects"):
            for row in self.rows(table):
                if row.line and row.kind == "Process":
                    out[row.line].add(row.site)
        return dict(out)

    @cached_property
    def stages(self) -> dict[str, str]:
        """Stage of each material."""
        return {r.material: r.stage for r in self.rows("Materials") if r.material and r.stage}

    @cached_property
    def home(self) -> dict[str, str]:
        """Country of control of each supplier that has one."""
        return {r.supplier: r.country for r in self.rows("Suppliers") if r.supplier and r.country}

    @cached_property
    def site_country(self) -> dict[str, str]:
        """Country of each site that has one."""
        return {r.site: r.country for r in self.rows("Sites") if r.site and r.country}

    @cached_property
    def members(self) -> dict[str, set[str]]:
        """Countries of each country group."""
        out: dict[str, set[str]] = defaultdict(set)
        for r in self.rows("Country Groups"):
            if r.group and r.country:
                out[r.group].add(r.country)
        return out

    def countries_of(self, name: str) -> set[str]:
        """Return the countries that a country or group stands for."""
        return self.members.get(name, {name})

    def handed_over_in(self, row: Row) -> str | None:
        """Return the country in which an offer or commitment hands over, if it is known."""
        return self.site_country.get(row.site) if row.site else self.home.get(row.supplier)

    def need(self, material: str) -> Vector:
        """Return the tonnes of a material that all segments ask for in each period, shape (T,)."""
        rows = [self.case.amounts("Demand", r) for r in self.demand_for.get(material, [])]
        return np.sum(rows, axis=0) if rows else np.zeros(len(self.timeline))

    @cached_property
    def segments(self) -> dict[str, list[Row]]:
        """Demand rows of each segment."""
        return grouped(self.rows("Demand"), lambda r: r.segment)

    @cached_property
    def demand_for(self) -> dict[str, list[Row]]:
        """Demand rows of each material."""
        return grouped(self.rows("Demand"), lambda r: r.material)

    @cached_property
    def lagging(self) -> bool:
        """Whether anything takes time to come."""
        return any((r.lead_time or 0) > 0 for t in ("Offers", "Lanes") for r in self.rows(t))

    @cached_property
    def offers_of(self) -> dict[str, list[Row]]:
        """Offers of each material."""
        return grouped(self.rows("Offers"), lambda r: r.material)

    @cached_property
    def end_uses(self) -> set[str]:
        """End uses that some demand has."""
        return {r.end_use for r in self.rows("Demand")}

    @cached_property
    def sellers(self) -> set[str]:
        """Suppliers by table, offer or commitment."""
        return {r.supplier for t in ("Suppliers", "Offers", "Commitments") for r in self.rows(t) if r.supplier}

    @cached_property
    def lands(self) -> set[str]:
        """Countries and country groups that some table names as such."""
        named = {r.country for r in self.rows("Countries")} | set(self.members)
        return named | set(self.home.values()) | set(self.site_country.values())

    def kilogram_cost(self, tier: Row) -> float | None:
        """Return the cost of a shortage tier in USD/kg, the lowest of its segment's rows and periods; None if it has none."""
        if tier.cost is not None:
            return float(self.case.by_period(tier.cost).min())
        contents = [r.product_kg for r in self.segments.get(tier.segment, []) if r.product_kg]
        if tier.cost_per_product is None or not contents:
            return None
        return float(1000 * self.case.by_period(tier.cost_per_product).min() / max(contents))

    def dates(self, table: str, row: Row, first: str, second: str) -> bool:
        """Return whether two dates stand in their order; say so if not. Blank dates are in order."""
        start, end = getattr(row, first), getattr(row, second)
        if not isinstance(start, dt.date) or not isinstance(end, dt.date) or start <= end:
            return True
        title: Any = self.case.data[table].table.column
        self.say(
            "dates-reversed",
            table,
            row,
            second,
            first=title(first).title,
            start=start.isoformat(),
            second=title(second).title,
            end=end.isoformat(),
        )
        return False
