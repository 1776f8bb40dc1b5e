"""All constraint families, in the order in which they are built, audited and documented."""

from __future__ import annotations

from model.rules import (
    commitments,
    demand,
    exclusive,
    export_quota,
    joint_output,
    lane_capacity,
    lane_fixed,
    limits,
    line_capacity,
    material_balance,
    minimum_order,
    monotone,
    offer_limits,
    order_cost,
    permit_before_build,
    prerequisite,
    project_size,
    sales,
    share_cap,
    shortage_tiers,
    source_count,
    stock_limits,
    stock_terminal,
)
from model.rules.family import Family

FAMILIES: tuple[Family, ...] = tuple(
    module.FAMILY
    for module in (
        material_balance,
        joint_output,
        line_capacity,
        permit_before_build,
        monotone,
        project_size,
        exclusive,
        prerequisite,
        offer_limits,
        order_cost,
        minimum_order,
        commitments,
        lane_capacity,
        lane_fixed,
        stock_limits,
        stock_terminal,
        demand,
        shortage_tiers,
        sales,
        limits,
        export_quota,
        share_cap,
        source_count,
    )
)
