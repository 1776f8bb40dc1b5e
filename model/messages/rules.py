"""What is said of needs, and of all that stands in their way."""

from __future__ import annotations

from model.messages.message import error, note, warning

RULES = {
    "soft-without-penalty": error("a soft rule needs a Penalty"),
    "penalty-unused": note("a hard rule has no use for a Penalty"),
    "penalty-above-shortage": warning(
        "the penalty of {penalty} USD/kg reaches the lowest shortage cost of {cost} USD/kg: "
        "the plan may rather "
        "stop a line than miss the rule"
    ),
    "limit-filter": error("measure {measure} can not be limited by {column}"),
    "emission-without-substance": error("a limit on an Emission names the Substance"),
    "emission-substance-unused": warning("measure {measure} has no Substance; only Emission has"),
    "emission-names-one": error("a factor is per unit of one recipe, line or material disposed of; found {found}"),
    "emission-line-unknown": warning("no site has a line {line!r}{hint}: nothing is emitted there"),
    "disposal-impossible": warning("{material} has no Disposal Cost and is never disposed of: {found}"),
    "limits-contradict": error(
        "in {period} at least {low} is asked for here, but at most {high} is allowed at {other}"
    ),
    "rule-without-limit": warning("{name} has no limit in any period and limits nothing"),
    "rule-who-kind": error("metric {metric} counts {expected}, but {found!r} is none"),
    "rule-stage-needs-countries": warning("no offer declares where its material was {stage}"),
    "rule-matches-no-demand": warning("{name} limits nothing: no demand is of {what}"),
    "rule-share-above-one": error("a share of {found} is above 1; 5 per cent is 0.05 or 5%"),
    "rule-number-not-whole": error("a number of {what} must be whole, found {found}"),
    "rule-sources-segment": error(
        "metric Sources counts what is bought and can not be limited to a segment or end use"
    ),
    "rule-column-unused": note("{column} is not used here: {why}"),
    "domestic-who": error("a Domestic Share counts the country of each market; leave Who blank"),
    "domestic-no-country": warning("{segment} has no country: nothing that it gets counts as domestic in {name}"),
    "source-of-no-stage": error("a source is who performed a stage; Last Exporter is none"),
    "operator-unknown": warning(
        "{name} counts by control, and {found} is no supplier in table Suppliers: "
        "{site} counts as controlled from {country}, where it lies"
    ),
    "exemption-names-one": error("an exemption names one supplier, site, country, material or segment; found {found}"),
    "exemption-not-counted": error("{name} counts by {what} and can not exempt a {column}"),
    "exemption-matches-nothing": warning("{name} does not count {found}: there is nothing to exempt"),
    "exemption-outside": warning("the exemption has ended before the first period"),
    "sources-above-suppliers": warning("{name} asks for {found} sources, but only {known} suppliers offer {material}"),
    "rule-partly-in-force": note("{name} is in force for part of {period} only and is {applied} there"),
    "rule-outside-horizon": warning("{name} is not in force in any period of the plan"),
    "ban-with-volume": warning("a Ban forbids everything; its volumes are not used"),
    "control-without-volume": warning("the control has no volume in any period and limits nothing"),
    "licence-without-rate": error("a Licence needs an Approval Rate"),
    "licence-with-volume": note("a Licence grants a share of its Base; what its volumes say is granted besides"),
    "de-minimis-unused": warning("a De Minimis is not used here: {why}"),
    "de-minimis-purchases": error("sources of what is bought are counted whatever it holds; leave De Minimis blank"),
    "licence-column-unused": warning("a {kind} has no use for {column}; only a Licence has"),
    "licence-derived": error("a Licence can not reach Derived Content; take a Ban, a Quota or a Licensed Volume"),
    "licence-delay-beyond-horizon": warning(
        "with a delay of {months} months nothing is granted before the plan ends: the control forbids everything"
    ),
    "licence-base-zero": warning(
        "no demand that the control matches has {what} in it, so that nothing is granted; fill Base, or name an element"
    ),
    "derived-matches-nothing": warning(
        "no demand that the control matches has {what} in it, so that no derived content is seen; name an element"
    ),
    "element-undemanded": warning("{name} has no effect: no material in demand contains {element}"),
    "control-jurisdiction-unused": note("nothing is offered or made in {country}: the control limits nothing"),
    "control-material-unused": note("nobody offers or makes {material}: the control limits nothing"),
}

DUTIES = {
    "tariff-without-value": error(
        "tariff {tariff} is taken on {material}, which has no Reference Value; one may be left out only for what comes of one "
        "offer at one price"
    ),
    "tariff-without-rate": warning("tariff {tariff} has no rate in any period and charges nothing"),
    "quota-incomplete": error("a quota needs both In Quota and In Quota Rate"),
    "quota-rate-not-lower": error("in {period} the In Quota Rate of {found} % is above the {rate} % beyond the quota"),
    "quota-on-steps": error(
        "offer {offer} is cleared at a price in steps: a quota needs one price to take the duty on"
    ),
    "tariff-rate-high": warning("a rate of {found} is {percent} per cent; 5 per cent is 0.05 or 5%"),
    "tariff-own-origin": warning(
        "{countries} takes the duty and is of origin {origin} too: what it made itself is charged when it comes back"
    ),
    "tariff-charges-nothing": note("{what} comes to {importer}: the tariff charges nothing"),
}

TARGETS = {
    "cover-matches-no-demand": warning("{name} asks for nothing: no demand is of {what}"),
    "cover-without-stockpile": warning("{name} can not be met: no stockpile{where} may hold what counts as {material}"),
    "cover-nothing-consigned": warning(
        "{name} counts goods on consignment, but no offer of kind Consignment says in Consigned what of {material} lies there"
    ),
    "cover-unreachable": warning(
        "{name} is missed from {period} on: nothing that may be held becomes {item} where it is needed within {days} days"
    ),
    "cover-unreachable-hard": error(
        "{name} can not be met in {period}: nothing that may be held becomes {item} where it is needed within {days} days"
    ),
    "cover-days-high": warning("{found} days are more than two years; is it in tonnes or per cent?"),
    "cover-and-stock-goal": note("limit {limit} at {other} sets the stock of {material} too: both bind"),
    "budget-project-free": note("project {project} costs us no capital: the budget does not limit it"),
    "budget-without-projects": warning("the case has no project: budget {budget} limits nothing"),
}

DEMAND = {
    "demand-unreachable": warning(
        "nothing that may be put to {use} use can reach {segment} with {material}: it goes short in full"
    ),
    "demand-unreachable-hard": error(
        "nothing that may be put to {use} use can reach {segment} with {material}, and it may not "
        "go short: give it Shortage Costs, or a way to be served"
    ),
    "demand-above-supply": warning(
        "{span} {need} t of {material} are needed, but all sources together give {supply} t at most"
    ),
    "demand-without-material": error("{segment} names neither a Material nor a Product; one of them must be given"),
    "product-unknown": error(
        "table Products does not say what a unit of {product} holds, and the row names no Material"
    ),
    "product-content-zero": error("a unit of {product} holds no {material}; delete the row, or give its kg"),
    "product-undemanded": note("no row of Demand counts {product} (Material blank): the row changes nothing"),
    "product-material-clash": error(
        "{segment} asks for {material} by the product {product} and once more at {other}; give the other row a segment "
        "of its own"
    ),
    "demand-zero": warning("{segment} asks for no {material} in any period"),
    "demand-check-differs": warning(
        "{check}: the rows of Demand come to {found} of {material} in {period}, but {stated} is stated; they differ by "
        "{apart} %, and {tolerance} % is allowed{more}"
    ),
    "demand-check-unmatched": warning("{check}: no row of Demand asks for {what}: nothing is compared"),
    "demand-check-empty": warning("{check} states no tonnes in any period and compares nothing"),
    "shortage-tiers-falling": error(
        "tier {tier} costs less than tier {previous}: the dearer one would never be used first"
    ),
    "shortage-cost-missing": error("tier {tier} has no cost; fill Cost or Cost per Product"),
    "shortage-cost-twice": error("tier {tier} has both Cost and Cost per Product; keep one"),
    "shortage-content-missing": error("Cost per Product needs a Content in Demand for segment {segment}"),
    "shortage-share-missing": error("tier {tier} is not the last and needs a Share Of Demand"),
    "shortage-tiers-full": warning(
        "the tiers up to {tier} take all of the demand of {segment}: later tiers are never used"
    ),
    "shortage-cheaper-than-supply": warning(
        "going short of {material} costs {segment} {cost} USD/kg at most, less than "
        "the cheapest offer at "
        "{price} USD/kg: nothing may be bought"
    ),
    "priority-without-cost": note("{segment} has no Shortage Costs and must be served in full"),
    "least-above-most": error("in {period} Least {least} is above Most {most}"),
    "sale-step-dearer": error(
        "in {period} step {step} fetches {price} USD/kg, more than the {earlier} of step {previous}: it would be sold "
        "first; number the steps by falling price"
    ),
    "sale-step-unlimited": warning("step {step} takes any amount: step {after} is never used; give Most"),
    "sale-above-offer": warning(
        "{material} sells at {price} USD/kg, but is offered at {offer} USD/kg: the plan may buy to sell"
    ),
}

QUALIFICATIONS = {
    "qualification-of-whom": error("qualification {name} must name a Site or a Supplier, and not both"),
    "qualification-without-date": error("qualification {name} is In Progress and needs the day from which it is done"),
    "qualification-date-unused": note("qualification {name} is {state}: its date is not looked at"),
    "qualification-never": note("qualification {name} can not be had within the plan: {why}"),
    "qualification-unasked": note("no demand is of what qualification {name} is about: it limits nothing"),
    "qualification-contradicted": warning(
        "{name} is Qualified, but {other} at {where} keeps the same deliveries back; every row binds by itself"
    ),
}
