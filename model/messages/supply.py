"""What is said of settings and periods, of supply and its chemistry, of lanes, sites and projects."""

from __future__ import annotations

from model.messages.message import error, note, warning

FRAME = {
    "period-overlap": error("period {period} starts before {previous} ends"),
    "period-gap": error("period {period} starts {start}, but {previous} ends {end}"),
    "period-crosses-year": error(
        "period {period} lies in two calendar years; it must lie in one, or consist of whole years"
    ),
    "period-not-first": error("period {period} starts on {start}; periods start on the first day of a month"),
    "horizon-columns-missing": error(
        "without table Periods the case runs from {first} to {last}, but there is no "
        "column for {missing}; "
        "add them, or a table Periods"
    ),
    "year-outside-horizon": warning(
        "column {column} lies outside the years {first} to {last} of the case and is not used"
    ),
    "plan-date-after-horizon": error(
        "Plan Date {date} is not before the end of the last period {period}: nothing could be decided"
    ),
    "base-date-outside": warning(
        "Base Date {date} lies {years} years {side} the plan: all money is discounted over that time"
    ),
    "data-after-plan": note("Data As Of {date} is after Plan Date {plan}"),
    "no-discount-rate": note("no discount rate is given: later money counts in full"),
    "discount-rate-high": warning("a discount rate of {found} per cent per year is unusual"),
    "gap-large": warning("a gap of {found} per cent of the cash cost lets the plan be that much dearer than the best"),
    "units-per-period-length": note("quantities are per period: the length of a period matters for discounting only"),
    "low-above-high": warning("Low {low} is above High {high}"),
}

SUPPLY = {
    "provenance-unknown": warning(
        "{what} does not say where it was {stages}; every rule treats that as the worst case"
    ),
    "provenance-before-stage": warning("{column} is filled, but {material} has not been through that stage"),
    "supplier-without-country": warning("supplier {supplier!r} has no country; its material counts as the worst case"),
    "price-negative": warning("{what} has a negative price in {period}"),
    "price-unlike-others": warning(
        "{what}: the price of {price} USD/kg is {times} the usual {usual} USD/kg of other "
        "offers of {material}; "
        "is it in another unit, such as USD/t?"
    ),
    "half-year-amount": warning(
        "{period} has {found}, which is about {share} of the {year} of {next}: numbers are rates "
        "per year whatever the "
        "period's length; is this an amount of the period?"
    ),
    "dates-reversed": error("{first} {start} is after {second} {end}"),
    "offer-outside-horizon": warning("offer {offer} can not be ordered in any period of the plan"),
    "lead-time-long": warning("a lead time of {months} months is longer than three years; is it in days?"),
    "lead-time-beyond-horizon": warning("with a lead time of {months} months nothing arrives before the plan ends"),
    "order-minimum-above-available": warning(
        "offer {offer}: the minimum order of {minimum} t is above what is available in any period"
    ),
    "order-minimum-above-demand": warning(
        "offer {offer}: the minimum order of {minimum} t is above the {need} t that are "
        "needed of {material} in "
        "any period, and nothing else takes it"
    ),
    "material-unused": warning("{what}: nobody needs {material}, and no recipe, stockpile or sale takes it"),
    "end-use-unused": warning("{what} is for {end_use} use only, but no demand has that end use"),
    "commitment-incomplete": error("a {kind} needs {column}"),
    "commitment-without-tonnes": warning("commitment {commitment} has no tonnes in any period"),
    "commitment-above-control": warning(
        "in {period} commitments of {committed} t are above the {volume} t that control {control} lets leave"
    ),
    "build-size-outside": error("the size {size} of the running build is outside {low} to {high}"),
    "contract-without-offer": warning("no offer is bought under contract {contract}: it is never signed"),
    "contract-least-above-most": error("in {period} Least {least} of the contract is above its Most {most}"),
    "take-or-pay-without-price": error("a share for Take or Pay needs an Untaken Price"),
    "support-with-steps": error("the price of offer {offer} goes in steps: a support needs an offer with one price"),
    "support-returned-below-strike": error(
        "in {period} a share is given back above {above}, which is below the Strike of {strike}"
    ),
    "support-twice": warning("support {other} of offer {offer} is paid by {who} as well: they add"),
    "notice-without-exit": warning(
        "the contract has a Notice but no Exit Cost: it can not be left; 0 where leaving is free"
    ),
    "consignment-without-site": error("a Consignment lies at a place of ours: it needs a Site"),
    "consigned-not-consignment": error("Consigned is of an offer of kind Consignment, and this is a {kind}"),
    "renewal-without-duration": error(
        "a Renewal needs a Duration: without one the contract runs to the end of the plan"
    ),
    "exit-under-way": error("a commitment of kind {kind} can not be left: it has no Exit Cost"),
    "commitment-not-left": warning(
        "without an Exit Cost, 0 where it is free, it can not be left: {column} has no effect"
    ),
    "commitment-after-end": warning("tonnes are agreed for {period}, after the End Date {end}"),
    "reservation-without-most": error("a Reservation Fee needs a Committed Most: how much can be reserved"),
    "committed-above-most": error("{least} t/y are Committed at least, above the Committed Most of {most}"),
    "credited-without-prepaid": warning("nothing is prepaid under the contract: Credited has no effect"),
    "exchange-rate-missing": error("currency {currency} has no rate above zero in {period}"),
    "price-year-unknown": error("money of {year} can not be taken to that of the case: {missing}"),
    "incoterm-without-site": error("a price {incoterm} needs the Site to which the goods are brought"),
    "index-missing": warning("{column} is filled, but there is no Index: it has no effect"),
    "floor-above-cap": error("a Floor of {low} is above the Cap of {high}"),
    "tier-not-rising": error("step {step} starts at {found} t, not above the {previous} t of the step before it"),
    "tier-terms-differ": error(
        "{column} is {found} here and {other} in the first step; all steps of an offer have one"
    ),
    "tier-all-units-cumulative": error(
        "a price for All Units can not be Cumulative: it would change what was paid in earlier years"
    ),
    "tier-unreached": warning(
        "no more than {most} t can be had of offer {offer} at once: the step from {found} t is never reached"
    ),
    "tier-all-units-dearer": warning(
        "from step {step} on all units of offer {offer} are dearer: the plan stays below it"
    ),
}

CHEMISTRY = {
    "content-too-high": warning(
        "{content} t of {element} in a tonne of {material} is more than there can be; is it in per cent or kg?"
    ),
    "element-is-material": error(
        "{element!r} is the name of an element and of a material: a rule could mean either; give one another name"
    ),
    "basket-not-closed": error("the basket of {feed} adds up to {sum} per cent; put {rest} per cent into Other REO"),
    "basket-above-whole": error("the oxides of {feed} add up to {sum} per cent, even without Other REO"),
    "basket-proxy-missing": error("basis Proxy needs a Proxy Of"),
    "recovery-above-one": error("{site} recovers {sum} per cent of {oxide} in all products together"),
    "recovery-stage": warning("{product} is of stage {stage}; what separation makes is of stage Separated"),
    "recovery-unreached": note("nothing of {feeds} ends in {product} at {site}"),
    "recovery-without-feed": warning("{site} takes no feed of table Plant Feeds: its recoveries are not used"),
    "feed-without-basket": error("{feed} has no row in table Baskets"),
    "feed-without-recovery": error("{site} has no row in table Recoveries: nothing would be made of {feed}"),
    "feed-without-line": warning("{site} has no line {line!r} and none can be built there{hint}"),
    "feed-stage": warning("{feed} is of stage {stage}; what is separated is of stage Mined"),
    "separation-twice": warning(
        "recipe {recipe} makes {product} of {feed} at {site}, which is made there already of the feed at {other}"
    ),
}

NETWORK = {
    "recipe-without-line": warning("recipe {recipe}: no site has a line {line!r}{hint}"),
    "recipe-without-output": error("recipe {recipe} has no Output"),
    "recipe-without-input": warning("recipe {recipe} has no Input: it makes material out of nothing"),
    "recipe-makes-mass": warning("recipe {recipe} makes {outputs} t out of {inputs} t"),
    "item-material-missing": error("an {role} needs a material"),
    "item-line-use-material": error("a Line Use has no material"),
    "line-kinds-differ": error("line {line!r} at {site} is {found} in table Projects, but {known} in table Lines"),
    "line-unused": note("no recipe runs on line {line!r}"),
    "project-min-above-max": error("Min Size {low} is above Max Size {high}"),
    "project-too-late": warning("project {project} can not start up before the horizon ends, so it is never built"),
    "project-start-impossible": warning(
        "project {project} can not start before {earliest}, but its Latest Start is {latest}: it is never built"
    ),
    "project-short-use": warning(
        "project {project} would run for {years} years at most before the horizon ends: the plan "
        "may refuse it for "
        "that reason alone"
    ),
    "project-free": warning(
        "project {project} has neither a capital cost nor a fixed cost: the plan builds it for nothing"
    ),
    "capex-unusual": warning("{column} of {found} {unit} is beyond anything built so far; is it in {other}?"),
    "ramp-falling": warning("the share of capacity falls from {before} in year {previous} to {found} in year {year}"),
    "recovery-falling": warning("the recovery falls from {before} in year {previous} to {found} in year {year}"),
    "project-free-output": note("project {project} gives us {share} per cent of its capacity for none of its capital"),
    "project-own-prerequisite": error("project {project} is its own prerequisite"),
    "prerequisite-circle": error("projects wait for each other in a circle: {circle}"),
    "exclusive-alone": note("project {project} is the only one of exclusive group {group!r}"),
    "lane-equal": error("two rows apply to {pair} equally well: rows {first} and {second}"),
    "lane-to-itself": warning("the lane leads from {place} to itself"),
    "lane-matches-nothing": note("the lane joins no two places that could use it"),
    "lane-shared-differ": error("rows shared as {name!r} differ in {column}"),
    "lane-minimum-above-capacity": warning(
        "the lane's minimum of {minimum} t is above its capacity in every period: it is never used"
    ),
    "stock-not-storable": error("{material} is declared not storable"),
    "stock-above-capacity": error("the opening stock of {stock} t is above the capacity of {capacity} t"),
    "closing-above-capacity": error("the closing stock of {stock} t is above the capacity of {capacity} t"),
    "opening-too-old": warning(
        "the opening stock of {stock} t is {age} months old, past its shelf life of {life}: all of it leaves in the first period"
    ),
    "opening-age-unused": note("without a Shelf Life the Opening Age is not used"),
    "shelf-life-no-way-out": warning(
        "{material} has no Disposal Cost: what would become too old must be used, sold or sent on in time"
    ),
    "released-not-yes-no": error("a period is released by 1 and closed by 0; found {found} in {period}"),
    "released-unused": note("a stock that is drawable {drawable} has no use for Released"),
    "reserve-never-released": warning(
        "the reserve is drawable In Shocks, but no period is Released: it is never drawn"
    ),
    "reserve-above-closing": error(
        "the reserve may never be drawn, so that {left} t of it are left at the end, but at most {closing} may be"
    ),
    "closing-stock-missing": error("closing rule {rule} needs a Closing Stock"),
    "closing-rule-missing": warning("the Closing Stock of {stock} t has no Closing Rule and binds nothing"),
    "no-terminal-rule": warning("the opening stock of {stock} t may be used up by the end: no closing rule is set"),
}

SITES = {
    "override-field": error("table {name} has no such decision; expected {known}"),
    "override-row": error("nothing of table {name} that is decided on is meant by {found!r}"),
    "override-periods": error(
        "what stands in From Period and To Period are no periods or years of the plan in their order"
    ),
    "override-whole": error("{field} counts: {found} is not whole"),
    "participation-shares": error("a project that is {participation} has {expected}"),
    "capex-years-sum": error("the shares of capital by year add up to {sum} per cent; they must add up to 100"),
    "capex-year-late": error("construction takes {months} months: there is no year {year} in which capital is spent"),
    "relative-without-prerequisite": error(
        "project {project} has a relative size, but no Prerequisite that it is relative to"
    ),
    "relative-reversed": error("the smallest relative size {low} is above the largest of {high}"),
    "recycling-never-sold": error("{segment} needs no {material}, and Past Sales has none: nothing can come back"),
    "recycling-nothing-back": warning("nothing comes back within the plan: no return of table Returns falls into it"),
    "recycling-above-whole": error("{sum} per cent of what was sold come back by {name}; no more than all can"),
    "recycling-twice": error(
        "{sum} per cent of the {material} that {segment} was sold come back for {recovered}, by {names} together"
    ),
    "recycling-site-not-there": error("{site} is {facility}: what comes back needs a site that is always there"),
    "past-sale-not-past": error(
        "{year} is not over when the plan starts: what is sold from then on follows from the plan"
    ),
    "past-sale-unused": warning("no row of Recycling takes back {material} of {segment}"),
    "substitute-need-unknown": error("{segment} has no need of {material} that something could replace"),
    "substitute-of-product": error(
        "{segment} asks for {product} as a whole: {material} of it can not be replaced by itself; name materials in Demand"
    ),
    "substitute-elsewhere": error(
        "{segment} needs {other} itself, but at another site or for another end use than {material}"
    ),
    "substitute-one-source": error(
        "{material} is served by one source: it can not stand in for something else as well"
    ),
    "substitute-itself": error("{material} can not replace itself"),
    "substitute-ratio-zero": error("a Ratio of 0 would replace material by no {material} at all"),
    "substitute-not-drawn": warning(
        "{found} is a material, but Drawn Material is blank: it comes from outside the network, without limit or origin"
    ),
    "substitute-free": warning("{found} costs nothing at all: the plan replaces whatever it may"),
    "substitute-too-late": warning("{found} can not be used before the plan ends"),
    "substitute-circle": error(
        "what stands in for {material} of {segment} is replaced by {material} in turn, by way of {other}"
    ),
    "subsidy-without-project": warning("no project fits subsidy {subsidy}: it pays for nothing"),
    "subsidy-above-whole": error("all subsidies of {project} together pay back {sum} per cent of its capital"),
    "salvage-unused": warning("only Capex Mode Cash has a use for Salvage: annuities end with the plan anyway"),
    "limit-size-unused": warning("measure {measure} has no size: Size Is is for Capacity"),
    "set-up-young": warning(
        "the Set Up Use of {recipe} is taken off what stands at {site}, never off a plant that recovers less in some year"
    ),
    "set-up-above-line": warning(
        "{column} of {amount} t is above the {able} t that its line can do in any period: it never runs"
    ),
    "minimum-load-storage": warning("a Storage line has no load: its Minimum Load is not used"),
    "limit-each-number": error("a number of {counts} is limited in sum, not each"),
    "limit-no-site": warning("no site may open or close: there is nothing to count"),
    "limit-counts-unused": warning("measure {measure} counts nothing: Counts is for Number Used"),
    "site-cost-unused": warning("a site that is {facility} has no use for {column}"),
    "site-free": note("{site} costs nothing to open and nothing a year: the plan opens it for nothing"),
    "site-potential-stock": error("{site} is Potential, but {stock} t are held there from the start"),
    "site-must-open": note("{commitment} is handed over at {site}, which must be open from then on"),
    "one-source-mixed": error(
        "{other} is served at {site} too, but by any source; what comes there has one source or not"
    ),
    "one-source-own": error(
        "{what} gives {material} at {site} itself: one source is asked of what comes on lanes only"
    ),
}
