"""Which tables stand on which sheet, for every sheet that is nothing but tables and charts, in their order."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from model.report import (
    award,
    building,
    charges,
    contracts,
    controls,
    cover,
    decisions,
    feeds,
    flows,
    origin,
    overrides,
    places,
    provenance,
    reconciliation,
    rulebook,
    service,
    sourcing,
    stocks,
)
from model.report.chains import Attribution
from model.report.shape import Show
from model.report.view import View
from model.schema.values import is_blank


@dataclass(frozen=True)
class TableSpec:
    """One table of a sheet.

    Attributes
    ----------
    name : str
        Stable name of the Excel Table.
    freeze : int
        Number of key columns that stay in sight together with the header; 0 where another table stands above.
    filtered : bool
        Whether the header has filter buttons; overviews have none.
    """

    name: str
    shows: tuple[Show, ...]
    frame: pd.DataFrame
    caption: str = ""
    freeze: int = 0
    filtered: bool = True


@dataclass(frozen=True)
class SheetSpec:
    """One sheet: its name, its title, what one sees in a sentence, its tables, and who signs it."""

    name: str
    title: str
    sentence: str
    tables: tuple[TableSpec, ...]
    signed: tuple[str, ...] = ()


def sheets_of(view: View) -> list[SheetSpec]:
    """Return every sheet that is nothing but tables and charts, in order."""
    makers = (_decisions, _sourcing, _build_out, _feeds, _stockpiles, _flows, _demand, _controls, _rules, _provenance)
    sheets = [make(view) for make in makers]
    if view.case.rows("Demand Checks"):
        sheets.insert(makers.index(_demand) + 1, _reconciliation(view))
    if award.has_awards(view):
        sheets.insert(2, _award(view))
    return sheets


def _decisions(view: View) -> SheetSpec:
    table = TableSpec("Decisions", decisions.DECISIONS, decisions.decisions_table(view), freeze=2)
    rows = overrides.overrides_table(view)
    settled = TableSpec(
        "Overrides", overrides.OVERRIDES, rows, "Overrides: what was settled beforehand", filtered=False
    )
    return SheetSpec(
        "Decisions",
        "Decisions of the first two years",
        "What has to be signed, started or filled, by when, and what it is for. Purchases are per offer and year; "
        "the money of a build is our share of its whole capital. The last five columns are for the meeting. Cost of "
        "waiting was not run. What was settled beforehand stands below, with what it costs against the plan without it.",
        (table, settled),
    )


def _sourcing(view: View) -> SheetSpec:
    return SheetSpec(
        "Sourcing",
        "Who supplies",
        "What is bought of each offer and comes from each commitment, first by source (t of the period), then every"
        " offer in every period in which it can be had. Availability is what is left for us.",
        (
            TableSpec(
                "SourcingByPeriod",
                sourcing.suppliers_columns(view),
                sourcing.suppliers_table(view),
                "By source and period, in t",
                filtered=False,
            ),
            TableSpec(
                "Sourcing", sourcing.SOURCING, sourcing.sourcing_table(view), "Every offer and commitment by period"
            ),
            *_contracts(view),
            *_recycling(view),
        ),
    )


def _contracts(view: View) -> tuple[TableSpec, ...]:
    """Return the tables of contracts and of what suppliers owe, where the case has any."""
    out = []
    if view.case.rows("Contracts"):
        title = "Contracts: what is signed, committed, prepaid and bought under each"
        out.append(TableSpec("Contracts", contracts.CONTRACTS, contracts.contracts_table(view), title))
    if view.case.rows("Price Supports"):
        title = "Price supports: what is added to a price, and who pays it"
        out.append(TableSpec("PriceSupports", contracts.SUPPORTS, contracts.supports_table(view), title))
    if any(r.largest_exposure is not None for r in view.case.rows("Suppliers")):
        title = "Exposure: what could be lost with a supplier, against the most that may be"
        out.append(TableSpec("Exposure", contracts.EXPOSURE, contracts.exposure_table(view), title))
    return tuple(out)


def _recycling(view: View) -> tuple[TableSpec, ...]:
    """Return the table of what comes back, where the case takes anything back."""
    if not view.case.rows("Recycling"):
        return ()
    title = "Recycling: what comes back, and the most that could by what was sold"
    return (TableSpec("Recycling", sourcing.RECYCLING, sourcing.recycling_table(view), title),)


def _award(view: View) -> SheetSpec:
    line = view.line
    span = f"{view.period(0)} to {view.period(len(line) - 1)}"
    return SheetSpec(
        "Award",
        f"Award proposal: {view.case.settings['case_title'] or view.case.name}",
        f"Tonnes and money of the whole plan, {span}, money undiscounted; prices in {view.case.settings['currency']} as on sheet "
        "Sourcing, averaged over tonnes. Landed adds freight, duties, fees and conversion as on sheet Landed Cost, where the "
        "material is delivered as it is bought. The incumbent is what is under contract for the same material, else renewals. "
        "Why a bid is not awarded is read off prices, limits and rules; it is an indication. "
        f"Proposal of plan {view.fingerprint}; it binds nobody until it is signed.",
        (
            TableSpec("AwardSums", award.SUMS, award.award_sums(view), "By request and material", filtered=False),
            TableSpec("Award", award.AWARD, award.award_table(view), "By bid", filtered=False),
        ),
        award.SIGNED,
    )


def _build_out(view: View) -> SheetSpec:
    return SheetSpec(
        "Build-out",
        "What is permitted and built",
        "When each project is permitted, built and run; then every project with its money, and why the others are "
        "not built; then what each line can do and does. Permit and construction are separate decisions. Money and "
        "capacity of lines are our share; the size is that of the whole plant.",
        (
            TableSpec(
                "BuildSchedule",
                building.schedule_columns(view),
                building.schedule_table(view),
                "Schedule: what fills most of each period",
                filtered=False,
            ),
            TableSpec("Projects", building.PROJECTS, building.projects_table(view), "Projects"),
            TableSpec("LineCapacity", building.CAPACITY, building.capacity_table(view), "Lines"),
            TableSpec("SiteStatus", places.SITES, places.sites_table(view), "Sites that may open or close"),
        ),
    )


def _feeds(view: View) -> SheetSpec:
    return SheetSpec(
        "Plant Feed Check",
        "What separation plants could make, and make",
        "What each separation line can do (our share), what the feeds that we could get would let it do, and what it "
        "runs. Where the feed binds, the sources that are used up are named. Feeds that several plants could get count "
        "for each; what comes late or under a rule is not taken off.",
        (
            TableSpec("PlantFeedCheck", feeds.CHECK, feeds.check_table(view), "Lines"),
            TableSpec("PlantFeeds", feeds.FEEDS, feeds.feeds_table(view), "Feeds"),
            TableSpec(
                "PlantProducts",
                feeds.PRODUCTS,
                feeds.products_table(view),
                "Products: made there, and all that goes from the site",
            ),
        ),
    )


def _stockpiles(view: View) -> SheetSpec:
    return SheetSpec(
        "Stockpiles",
        "What is held",
        "Days of cover against their targets, with the forms in which they are held; then stock against its goals in "
        "t, and every stockpile by whom it may serve. Counted is what the plan allots to a target, each tonne to one. "
        "Usable is what a segment can get and may use; days are of the demand of those segments.",
        (
            TableSpec("CoverTargets", cover.TARGETS, cover.cover_table(view), "Days of cover against their targets"),
            TableSpec("CoverForms", cover.FORMS, cover.forms_table(view), "In which form and where cover is held"),
            TableSpec("StockGoals", stocks.GOALS, stocks.goals_table(view), "Stock goals"),
            TableSpec(
                "Stockpiles", stocks.STOCKPILES, stocks.stockpiles_table(view), "Stockpiles by whom they may serve"
            ),
            *_kept_fresh(view),
            *_reserves(view),
        ),
    )


def _kept_fresh(view: View) -> tuple[TableSpec, ...]:
    """Return the table of what spoils, where the case has a shelf life."""
    if all(is_blank(r.shelf_life) for r in view.case.rows("Stockpiles")):
        return ()
    return (TableSpec("ShelfLife", stocks.SHELF_LIFE, stocks.shelf_life_table(view), "Stock within its shelf life"),)


def _reserves(view: View) -> tuple[TableSpec, ...]:
    """Return the table of reserves, where the case has one."""
    if all(r.drawable == "Always" for r in view.case.rows("Stockpiles")):
        return ()
    return (TableSpec("Reserves", stocks.RESERVES, stocks.reserves_table(view), "Reserves and when they are released"),)


def _flows(view: View) -> SheetSpec:
    sells = bool(view.case.rows("Sales"))
    caption, freeze = ("Lanes in use", 0) if sells else ("", 3)
    moved = TableSpec("Flows", flows.FLOWS, flows.flows_table(view), caption, freeze=freeze)
    sold = TableSpec("Sales", flows.SALES, flows.sales_table(view), "What is sold, by price step", filtered=False)
    return SheetSpec(
        "Flows",
        "What moves",
        "Every lane in use by period (t that leave), with whom the lot may serve and what the rules of the case can"
        " tell of its origin. A lot without a mark touches no rule."
        + (" Above them what is sold; least and most are of the step's window." if sells else ""),
        (sold, moved) if sells else (moved,),
    )


def _demand(view: View) -> SheetSpec:
    return SheetSpec(
        "Demand",
        "Who is served and who goes short",
        "As rates per year, where what substitutes replace counts as served, then by segment and period in t and in products, "
        "then what goes short by tier. Valued "
        "shortage is a price put on going short; it is no cash.",
        (
            TableSpec(
                "DemandByPeriod", service.SERVICE, service.service_table(view), "By end use, in t/y", filtered=False
            ),
            TableSpec("Demand", service.DEMAND, service.demand_table(view), "By segment and period"),
            *_products(view),
            *_substitutes(view),
            TableSpec("Shortages", service.SHORTAGES, service.shortages_table(view), "Short by tier"),
            TableSpec("OneSource", places.SOURCES, places.sources_table(view), "Markets served by one source"),
        ),
    )


def _reconciliation(view: View) -> SheetSpec:
    return SheetSpec(
        "Demand Reconciliation",
        "What is demanded, and what is stated elsewhere",
        "Each row of Demand Checks by period: what the rows of Demand come to of a material or element, against the tonnes "
        "stated elsewhere. From Demand is what is held (table Contents) over the Overall Yield. Below, each check by the needs "
        "that it counts, and what holds the same but no check counts. Data of the case, whatever is planned.",
        (
            TableSpec(
                "DemandReconciliation",
                reconciliation.RECONCILIATION,
                reconciliation.reconciliation_table(view.case),
                "By check and period",
            ),
            TableSpec(
                "DemandCheckParts",
                reconciliation.PARTS,
                reconciliation.parts_table(view.case),
                "What each check counts",
            ),
        ),
    )


def _products(view: View) -> tuple[TableSpec, ...]:
    """Return the table of products, where the case counts any: every other case is counted in tonnes alone."""
    if not any(d.in_units for d in view.net.demand):
        return ()
    title = "Products, by segment and period: a unit is served with all of its materials or not at all"
    return (TableSpec("Products", service.PRODUCTS, service.products_table(view), title),)


def _substitutes(view: View) -> tuple[TableSpec, ...]:
    """Return the table of substitutes, where the case has any."""
    if not view.case.rows("Substitutions"):
        return ()
    title = "Substitutes, in t of what they replace; drawn is what comes of them through the network"
    return (TableSpec("Substitutes", service.SUBSTITUTES, service.substitutes_table(view), title),)


def _controls(view: View) -> SheetSpec:
    table = TableSpec("ExportControls", controls.CONTROLS, controls.controls_table(view), freeze=1)
    return SheetSpec(
        "Export Controls",
        "Export controls",
        "What leaves under each control in force, in the period of departure, against what may leave: the volume, or "
        "what is granted under a licence. Derived content counts what is delivered of what others made of it. A control "
        "binds where nothing is left of it.",
        (table, *_quotas(view)),
    )


def _quotas(view: View) -> tuple[TableSpec, ...]:
    """Return the table of tariff-rate quotas, where the case has any."""
    if all(r.in_quota is None for r in view.case.rows("Tariffs")):
        return ()
    title = "Tariff-rate quotas: what pays the lower rate on entry, and what that saves"
    return (TableSpec("TariffQuotas", charges.QUOTAS, charges.quotas_table(view), title),)


def _rules(view: View) -> SheetSpec:
    apart = f" Here {view.attribution}." if view.attribution else ""
    return SheetSpec(
        "De-risking",
        "Rules on origin, and limits",
        "Each rule in force against what the plan does. Shares are of demand, so that going short does not improve "
        "them; the share of what is really delivered stands beside. Then the limits, and where each stage is "
        "performed." + apart,
        (
            TableSpec("DeRisking", rulebook.RULES, rulebook.rules_table(view), "De-risking rules"),
            TableSpec("Limits", rulebook.LIMITS, rulebook.limits_table(view), "Limits"),
            *_emissions(view),
            TableSpec(
                "CoveredShares",
                origin.SHARES,
                origin.covered_table(view),
                "Stages performed in covered countries, by purchases and own recipes",
            ),
        ),
    )


def _emissions(view: View) -> tuple[TableSpec, ...]:
    """Return the table of what is emitted, where the case counts anything."""
    if not view.case.rows("Emission Factors"):
        return ()
    return (TableSpec("Emissions", rulebook.EMISSIONS, rulebook.emissions_table(view), "What is emitted, and where"),)


def _provenance(view: View) -> SheetSpec:
    table = provenance.provenance_table(view, view.once(Attribution))
    apart = (
        " Rules that attribute by themselves may count otherwise than these rows; see About."
        if view.attribution
        else ""
    )
    return SheetSpec(
        "Provenance Records",
        "How what is delivered has come",
        "Attributed, not proved: one consistent attribution of the plan's flows. Everything in one place, of one "
        "material, of one mark and in one period is taken as mixed, and what leaves takes the same share of all of "
        "it. Rows add up to what is delivered. A country alone is what the source declares; a site is where our plan has "
        "the stage done. Of several inputs, each counts by what it holds of the product's elements, else by mass."
        + apart,
        (TableSpec("ProvenanceRecords", provenance.PROVENANCE, table, freeze=3),),
    )


def landed_sheet(view: View) -> SheetSpec:
    """Return sheet Landed Cost, which stands behind the costs."""
    traced = view.once(Attribution)
    return SheetSpec(
        "Landed Cost",
        "What a delivered kg costs by its source",
        "Average over the plan, undiscounted, by the attribution of Provenance Records: price of what was bought for it, "
        "freight, duties, licence fees and conversion. What a plant's feed costs is shared among its products by "
        "Reference Value where all have one, else by mass. Cost of orders, lanes, lines, plants, storage and disposal and "
        "income from sales do not go with a lot and stand on Costs only.",
        (
            TableSpec("LandedCost", provenance.LANDED, provenance.landed_table(view, traced), "By segment and source"),
            TableSpec(
                "LandedSums",
                provenance.LANDED_SUMS,
                provenance.landed_sums(traced),
                "Where these costs end",
                filtered=False,
            ),
        ),
    )
