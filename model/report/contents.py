"""Which tables stand on which sheet, for every sheet that is nothing but tables and charts, in their order."""

from __future__ import annotations

from model.report import (
    award,
    charges,
    controls,
    cover,
    feeds,
    flows,
    origin,
    places,
    provenance,
    reconciliation,
    rulebook,
    service,
    stocks,
)
from model.report.chains import Attribution
from model.report.contents_decided import (
    award_sheet,
    build_out_sheet,
    contracts_sheet,
    decisions_sheet,
    overrides_sheet,
    sourcing_sheet,
)
from model.report.specs import SheetSpec, TableSpec
from model.report.view import View
from model.schema.values import is_blank


def sheets_of(view: View) -> list[SheetSpec]:
    """Return every sheet that is nothing but tables and charts, in order; of some no table may be asked for."""
    makers = (
        decisions_sheet,
        overrides_sheet,
        sourcing_sheet,
        contracts_sheet,
        build_out_sheet,
        _feeds,
        _stockpiles,
        _flows,
        _demand,
        _controls,
        _rules,
        _provenance,
    )
    sheets = [make(view) for make in makers]
    if view.case.rows("Demand Checks"):
        sheets.insert(makers.index(_demand) + 1, _reconciliation(view))
    if award.has_awards(view):
        sheets.insert(makers.index(sourcing_sheet) + 1, award_sheet(view))
    return sheets


def _feeds(view: View) -> SheetSpec:
    plants = bool(feeds.separations(view))
    return SheetSpec(
        "Plant Feed Check",
        "What separation plants could make, and make",
        "What each separation line can do (our share), what the feeds that we could get would let it do, and what it "
        "runs. Where the feed binds, the sources that are used up are named. Feeds that several plants could get count "
        "for each; what comes late or under a rule is not taken off.",
        (
            TableSpec("PlantFeedCheck", feeds.CHECK, feeds.check_table(view), "Lines", asked=plants),
            TableSpec("PlantFeeds", feeds.FEEDS, feeds.feeds_table(view), "Feeds", asked=plants),
            TableSpec(
                "PlantProducts",
                feeds.PRODUCTS,
                feeds.products_table(view),
                "Products: made there, and all that goes from the site",
                asked=plants,
            ),
        ),
    )


def _stockpiles(view: View) -> SheetSpec:
    covers, held = bool(view.case.rows("Cover Targets")), bool(view.net.stock_rows)
    goals = stocks.goals_table(view)
    return SheetSpec(
        "Stockpiles",
        "What is held",
        "Days of cover against their targets, with the forms in which they are held; then stock against its goals in "
        "t, and every stockpile by whom it may serve. Counted is what the plan allots to a target, each tonne to one. "
        "Usable is what a segment can get and may use; days are of the demand of those segments.",
        (
            TableSpec(
                "CoverTargets",
                cover.TARGETS,
                cover.cover_table(view),
                "Days of cover against their targets",
                asked=covers,
            ),
            TableSpec(
                "CoverForms",
                cover.FORMS,
                cover.forms_table(view),
                "In which form and where cover is held",
                asked=covers,
            ),
            TableSpec("StockGoals", stocks.GOALS, goals, "Stock goals", asked=bool(len(goals))),
            TableSpec(
                "Stockpiles",
                stocks.STOCKPILES,
                stocks.stockpiles_table(view),
                "Stockpiles by whom they may serve",
                asked=held,
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
            TableSpec(
                "OneSource",
                places.SOURCES,
                places.sources_table(view),
                "Markets served by one source",
                asked=any(r.served_by == "One Source" for r in view.case.rows("Demand")),
            ),
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
    table = TableSpec(
        "ExportControls",
        controls.CONTROLS,
        controls.controls_table(view),
        freeze=1,
        asked=bool(view.case.rows("Export Controls")),
    )
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
            TableSpec(
                "DeRisking",
                rulebook.RULES,
                rulebook.rules_table(view),
                "De-risking rules",
                asked=bool(view.case.rows("De-risking Rules")),
            ),
            TableSpec(
                "Limits",
                rulebook.LIMITS,
                rulebook.limits_table(view),
                "Limits",
                asked=bool(view.case.rows("Limits") or view.case.rows("Budgets")),
            ),
            *_emissions(view),
            TableSpec(
                "CoveredShares",
                origin.SHARES,
                origin.covered_table(view),
                "Stages performed in covered countries, by purchases and own recipes",
                asked=origin.COVERED in view.net.places.groups,
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
            TableSpec(
                "LandedBySegment",
                provenance.LANDED_WHOLE,
                provenance.landed_whole(traced),
                "By segment, all sources together",
                filtered=False,
            ),
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
