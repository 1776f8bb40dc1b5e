"""Sheets of what is decided: decisions, who supplies under which contracts, awards, and what is built."""

from __future__ import annotations

from model.report import award, award_suppliers, building, contracts, decisions, overrides, places, sourcing
from model.report.specs import SheetSpec, TableSpec
from model.report.view import View


def decisions_sheet(view: View) -> SheetSpec:
    """Return the sheet of what is decided within two years."""
    table = TableSpec("Decisions", decisions.DECISIONS, decisions.decisions_table(view), freeze=2)
    return SheetSpec(
        "Decisions",
        "Decisions of the first two years",
        "What has to be signed, started or filled, by when, and what it is for. Purchases are per offer and year; "
        "the money of a build is our share of its whole capital. The last five columns are for the meeting. Cost of "
        "waiting was not run.",
        (table,),
    )


def overrides_sheet(view: View) -> SheetSpec:
    """Return the sheet of what was settled beforehand, and what that costs."""
    return SheetSpec(
        "Overrides",
        "What was settled beforehand, and what it costs",
        "Each row of table Overrides, and all together: what the plan does of it, and what it costs against the plan without it "
        "(discounted, penalties and valued shortage included). The cost lies between its least and its most, which the gaps of "
        "the two plans leave open; Without It is how the plan without it ended.",
        (
            TableSpec(
                "Overrides",
                overrides.OVERRIDES,
                overrides.overrides_table(view),
                filtered=False,
                asked=bool(view.case.rows("Overrides")),
            ),
        ),
    )


def sourcing_sheet(view: View) -> SheetSpec:
    """Return the sheet of who supplies."""
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
            *_recycling(view),
        ),
    )


def contracts_sheet(view: View) -> SheetSpec:
    """Return the sheet of contracts and of what suppliers owe; it is empty where the case has neither."""
    return SheetSpec(
        "Contracts",
        "What is signed, what it commits to, and what could be lost",
        "Every framework contract of the case with its money over the whole plan, undiscounted; what is not signed has no "
        "figures. Then who pays what on top of a price, and what could be lost with each supplier: what is prepaid and not yet "
        "credited, and what is paid for and under way.",
        _contracts(view),
    )


def _contracts(view: View) -> tuple[TableSpec, ...]:
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


def award_sheet(view: View) -> SheetSpec:
    """Return the sheet of the award, for a committee to sign."""
    line = view.line
    span = f"{view.period(0)} to {view.period(len(line) - 1)}"
    return SheetSpec(
        "Award",
        f"Award proposal: {view.case.settings['case_title'] or view.case.name}",
        f"Tonnes and money of the whole plan, {span}, money undiscounted; prices in {view.case.settings['currency']} as on sheet "
        "Sourcing, averaged over tonnes. Landed adds freight, duties, fees and conversion as on sheet Landed Cost, where the "
        "material is delivered as it is bought. The incumbent is what is under contract for the same material, else renewals. "
        "Why a bid is awarded or not is read off prices, limits and rules; it is an indication. "
        f"Proposal of plan {view.fingerprint}; it binds nobody until it is signed.",
        (
            TableSpec("AwardSums", award.SUMS, award.award_sums(view), "By request and material", filtered=False),
            TableSpec("Award", award.AWARD, award.award_table(view), "By bid", filtered=False),
            TableSpec(
                "AwardSuppliers",
                award_suppliers.SUPPLIERS,
                award_suppliers.suppliers_table(view),
                "By supplier, with what is under contract and what could be lost with it",
                filtered=False,
            ),
        ),
        award.SIGNED,
        award_suppliers.headlines(view),
    )


def build_out_sheet(view: View) -> SheetSpec:
    """Return the sheet of what is permitted and built."""
    candidates = bool(view.case.rows("Projects"))
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
                asked=candidates,
            ),
            TableSpec("Projects", building.PROJECTS, building.projects_table(view), "Projects", asked=candidates),
            TableSpec(
                "LineCapacity",
                building.CAPACITY,
                building.capacity_table(view),
                "Lines",
                asked=candidates or bool(view.case.rows("Lines")),
            ),
            TableSpec(
                "SiteStatus",
                places.SITES,
                places.sites_table(view),
                "Sites that may open or close",
                asked=any(r.facility != "Existing" for r in view.case.rows("Sites")),
            ),
        ),
    )
