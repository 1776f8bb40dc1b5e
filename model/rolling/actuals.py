"""What really happened, read from the filled form: every fault at once, with sheet and cell."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.case.build import raw_of
from model.case.case import Case
from model.case.timeline import month_number
from model.problems import Problem, problem
from model.rolling.for_each import items_named, name_of, of_each
from model.rolling.forms import ACTUALS
from model.rolling.horizon import month_date
from model.schema.csv_files import read_folder
from model.schema.parse import parse
from model.schema.typed import TableData
from model.schema.values import fold, is_blank

Entry = Mapping[str, Any]
_UNTOLD = {"file-no-table", "folder-empty"}


@dataclass(frozen=True)
class Actuals:
    """The rows of the form, defaults filled in; each holds its address under the key `address`.

    Attributes
    ----------
    transit : tuple or None
        None: the form does not say, so that what is planned to be under way counts.
    """

    stock: tuple[Entry, ...]
    deliveries: tuple[Entry, ...]
    transit: tuple[Entry, ...] | None
    builds: tuple[Entry, ...]
    volumes: tuple[Entry, ...] = ()

    @property
    def delivered(self) -> dict[str, float]:
        """Tonnes by commitment or offer."""
        out: dict[str, float] = defaultdict(float)
        for r in self.deliveries:
            out[r["source"]] += r["tonnes"]
        return dict(out)

    @property
    def cancelled(self) -> frozenset[str]:
        """Commitments and offers whose shortfall is due no more."""
        return frozenset(r["source"] for r in self.deliveries if r["shortfall"] == "Cancelled")


def read_actuals(case: Case, path: Path, to: dt.date) -> tuple[Actuals | None, list[Problem]]:
    """Return the actuals in a workbook or folder of CSV files, None if none can be used, and what is wrong with them."""
    if not path.exists():
        return None, [problem("file-missing", path=path)]
    if path.is_dir():
        raws, found = read_folder(path, ACTUALS)
    else:
        from model.excel.read import read_workbook

        raws, found = read_workbook(path, ACTUALS)
    told = [p for p in found if p.code not in _UNTOLD]
    referred = {t for table in ACTUALS.values() for c in table.columns for t in c.refers_to}
    data, more = parse([*(raw_of(d) for n, d in case.data.items() if n in referred), *raws])
    told += [p for p in more if p.table in ACTUALS]
    if "Actual Stock" not in data:
        return None, [*told, problem("actual-sheet-missing", sheet="Actual Stock")]
    rows = {name: tuple(_entries(data[name])) if name in data else () for name in ACTUALS}
    asked = any(raw.table.name == "Actual In Transit" for raw in raws)
    actuals = Actuals(
        rows["Actual Stock"],
        rows["Actual Deliveries"],
        rows["Actual In Transit"] if asked else None,
        rows["Actual Builds"],
        rows["Actual Volumes"],
    )
    told += [*_stock_problems(case, data["Actual Stock"], actuals), *_date_problems(case, actuals, to)]
    told += [*_build_problems(case, actuals), *_volume_problems(case, actuals)]
    return actuals, told


def _entries(d: TableData) -> Iterator[Entry]:
    for i in (int(i) for i in d.frame.index):
        if d.frame.at[i, "status"] == "Exclude":
            continue
        values = {c.name: c.default if is_blank(v := d.frame.at[i, c.name]) else v for c in d.table.all_columns}
        # A row that lacks what it must have was told of already, and says nothing more.
        if all(not is_blank(values[c.name]) for c in d.table.columns if c.required):
            at = {c.name: d.locator.address(i, c.name) for c in d.table.columns}
            yield {**values, "address": at, "row": d.locator.row(i), "table": d.table.name}


def _say(code: str, entry: Entry, column: str, /, **fields: object) -> Problem:
    return problem(code, entry["address"][column], table=entry["table"], row=entry["row"], **fields)


def _stock_problems(case: Case, d: TableData, actuals: Actuals) -> Iterator[Problem]:
    piles = {(r.site, r.material) for r in case.rows("Stockpiles")}
    counted: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    named = set(zip(d.frame["site"], d.frame["material"], strict=True))
    for r in actuals.stock:
        counted[r["site"], r["material"]].append(r)
        if (r["site"], r["material"]) not in piles:
            yield _say("actual-no-stockpile", r, "material", material=r["material"], site=r["site"])
    for site, material in sorted(piles - named):
        yield problem("actual-stock-missing", d.locator.address(None), table=d.table.name, material=material, site=site)
    for lots in counted.values():
        for r in sorted(lots, key=lambda r: -r["tonnes"])[1:]:
            if r["tonnes"] > 0 and not r["supplier"]:
                yield _say("actual-lot-supplier", r, "supplier", material=r["material"], site=r["site"])


def _date_problems(case: Case, actuals: Actuals, to: dt.date) -> Iterator[Problem]:
    first = month_date(case.timeline.start)
    for r in actuals.deliveries:
        if not first <= r["date"] < to:
            yield _say("actual-date-outside", r, "date", found=r["date"], first=first, last=to)
    for r in actuals.builds:
        if not r["date"] < to:
            yield _say("actual-date-late", r, "date", found=r["date"], last=to)
    for r in actuals.transit or ():
        if r["arrives"] < to:
            yield _say("actual-arrived", r, "arrives", found=r["arrives"], first=to)
        elif month_number(r["arrives"]) >= case.timeline.end:
            yield _say("actual-after-plan", r, "arrives", found=r["arrives"], last=month_date(case.timeline.end))


def _build_problems(case: Case, actuals: Actuals) -> Iterator[Problem]:
    running = {r.project for r in case.rows("Commitments") if r.kind == "Running Build"}
    for r in actuals.builds:
        if r["step"] == "Construction Started" and is_blank(r["size"]) and r["project"] not in running:
            yield _say("actual-build-size", r, "size", project=r["project"])


def _volume_problems(case: Case, actuals: Actuals) -> Iterator[Problem]:
    known = volumes_of(case)
    for r in actuals.volumes:
        if fold(r["name"]) not in {fold(name) for name in known[r["of_table"]]}:
            yield _say("actual-no-volume", r, "name", name=r["name"], listed=r["of_table"])


def volumes_of(case: Case) -> dict[str, list[str]]:
    """Return the names of what has a volume, by table."""
    return {
        "Export Controls": [r.control for r in case.rows("Export Controls") if r.kind != "Ban"],
        "Tariffs": [r.tariff for r in case.rows("Tariffs") if r.in_quota is not None],
        "Sales": [f"{r.site} / {r.material} / {r.step}" for r in case.rows("Sales")],
        "Limits": [
            *(r.limit for r in case.rows("Limits") if r.applies == "Sum"),
            *(name_of(r.limit, item) for r in of_each(case) for item in items_named(case, r)),
        ],
        "Contracts": [r.contract for r in case.rows("Contracts")],
    }
