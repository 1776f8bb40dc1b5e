"""Expected rows of prepayments, reserved capacity, exposure and leaving; see test_matrices."""

from __future__ import annotations

from tests.rules.micro import case, need, offer, years
from tests.rules.test_matrices_terms import assert_rows

TWO = years(2026, 2027)


def test_prepayment_and_exposure_rows():
    """30 MUSD are prepaid, 12 of before are left; credits are at most the price of 2 USD/kg and 1.5 USD/kg. Half of what is
    ordered in a year is handed over in the next, and 42 MUSD are owed until they are credited."""
    c = case(
        periods=TWO,
        countries=[{"country": "Japan"}],
        suppliers=[{"supplier": "A", "country": "Japan", "largest_exposure": 50}],
        offers=[offer("A", 2000.0, contract="Frame", lead_time=6)],
        demand=[need(p2026=10, p2027=10)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
        contracts=[{"contract": "Frame", "prepaid": 30, "credit_left": 12, "credited": 1500.0}],
    )
    assert_rows(
        c,
        "prepayment",
        """
        credit[A,2026] + credit[A,2027] - 42 signed[Frame,2026] - 42 signed[Frame,2027] <= 0
        credit[A,2026] - 2 purchase[A,2026] <= 0
        credit[A,2027] - 2 purchase[A,2027] <= 0
        credit[A,2026] - 1.5 purchase[A,2026] <= 0
        credit[A,2027] - 1.5 purchase[A,2027] <= 0
        """,
    )
    assert_rows(
        c,
        "exposure",
        """
        42 signed[Frame,2026] + purchase[A,2026] <= 50
        42 signed[Frame,2026] + 42 signed[Frame,2027] - credit[A,2026] + purchase[A,2027] <= 50
        """,
    )


def test_reservation_rows():
    """Between 20 and 100 t/y for 18 months: half of 2027 is left of a contract signed in 2026."""
    c = case(
        periods=TWO,
        offers=[offer("A", 1.0, contract="Frame")],
        demand=[need(p2026=10, p2027=10)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
        contracts=[
            {
                "contract": "Frame",
                "duration": 18,
                "committed": 20,
                "committed_most": 100,
                "take_or_pay": 0.6,
                "untaken_price": 1.0,
            }
        ],
    )
    assert_rows(
        c,
        "reservation",
        """
        reserved[Frame,2026] - 20 signed[Frame,2026] >= 0
        reserved[Frame,2027] - 20 signed[Frame,2027] >= 0
        reserved[Frame,2026] - 100 signed[Frame,2026] <= 0
        reserved[Frame,2027] - 100 signed[Frame,2027] <= 0
        purchase[A,2026] - reserved[Frame,2026] <= 0
        purchase[A,2027] - 0.5 reserved[Frame,2026] - reserved[Frame,2027] <= 0
        """,
    )
    assert_rows(
        c,
        "take_or_pay",
        """
        purchase[A,2026] + untaken[Frame,2026] - 0.6 reserved[Frame,2026] >= 0
        purchase[A,2027] + untaken[Frame,2027] - 0.3 reserved[Frame,2026] - 0.6 reserved[Frame,2027] >= 0
        """,
    )


def test_reservation_rows_of_what_is_renewed_or_left():
    """A year from 2026, renewed for 2027 and half of 2028, half a year's notice: in 2027 it ends the renewal in the middle of it,
    one of 2028 would come too late. What is signed in 2027 can be renewed for 2028, and left in the middle of it."""
    terms = {"duration": 12, "renewal": 18, "exit_cost": 1, "notice": 6, "committed": 5, "committed_most": 20}
    c = case(
        periods=years(2026, 2027, 2028),
        offers=[offer("A", 1.0, contract="F")],
        demand=[need(p2026=10, p2027=10, p2028=10)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
        contracts=[{"contract": "F", **terms}],
    )
    ends = """
        renewed[F,2026] - signed[F,2026] <= 0
        noticed[F,2026,2027] - renewed[F,2026] <= 0
        renewed[F,2027] - signed[F,2027] <= 0
        noticed[F,2027,2028] - renewed[F,2027] <= 0
        """
    assert_rows(c, "contract_end", ends)
    in_2028 = "reserved[F,2028] - prolonged[F,2027] + 0.5 vacated[F,2027,2028] - 0.5 prolonged[F,2026] + 0.5 vacated[F,2026,2027]"
    rows = f"""
        purchase[A,2026] - reserved[F,2026] <= 0
        purchase[A,2027] - reserved[F,2027] - prolonged[F,2026] + 0.5 vacated[F,2026,2027] <= 0
        purchase[A,2028] - {in_2028} <= 0
        reserved[F,2026] - prolonged[F,2026] - 20 signed[F,2026] + 20 renewed[F,2026] <= 0
        reserved[F,2026] - prolonged[F,2026] - 5 signed[F,2026] + 5 renewed[F,2026] >= 0
        reserved[F,2027] - prolonged[F,2027] - 20 signed[F,2027] + 20 renewed[F,2027] <= 0
        reserved[F,2027] - prolonged[F,2027] - 5 signed[F,2027] + 5 renewed[F,2027] >= 0
        reserved[F,2028] - 20 signed[F,2028] <= 0
        reserved[F,2028] - 5 signed[F,2028] >= 0
        prolonged[F,2026] - vacated[F,2026,2027] - 20 renewed[F,2026] + 20 noticed[F,2026,2027] <= 0
        prolonged[F,2026] - vacated[F,2026,2027] - 5 renewed[F,2026] + 5 noticed[F,2026,2027] >= 0
        prolonged[F,2027] - vacated[F,2027,2028] - 20 renewed[F,2027] + 20 noticed[F,2027,2028] <= 0
        prolonged[F,2027] - vacated[F,2027,2028] - 5 renewed[F,2027] + 5 noticed[F,2027,2028] >= 0
        vacated[F,2026,2027] - 20 noticed[F,2026,2027] <= 0
        vacated[F,2026,2027] - 5 noticed[F,2026,2027] >= 0
        vacated[F,2027,2028] - 20 noticed[F,2027,2028] <= 0
        vacated[F,2027,2028] - 5 noticed[F,2027,2028] >= 0
        """
    assert_rows(c, "reservation", rows)


def test_contract_end_rows():
    """Two years from 2026 reach to the end of 2027, and a notice takes half a year: of a contract signed in 2026 it is given in
    2027 only, and ends half of that year; one signed in 2027 is left in the middle of 2028. Only the first can be renewed, and
    left in 2028 in its turn."""
    c = case(
        periods=years(2026, 2027, 2028),
        offers=[offer("A", 1.0, contract="F", available_to_us=50)],
        demand=[need(p2026=50, p2027=50, p2028=50)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
        contracts=[
            {
                "contract": "F",
                "duration": 24,
                "renewal": 12,
                "exit_cost": 1,
                "notice": 6,
                "most": 10,
                "least": 4,
            }
        ],
    )
    assert_rows(
        c,
        "contract_end",
        """
        renewed[F,2026] + noticed[F,2026,2027] - signed[F,2026] <= 0
        noticed[F,2026,2028] - renewed[F,2026] <= 0
        noticed[F,2027,2028] - signed[F,2027] <= 0
        """,
    )
    left = "noticed[F,2027,2028] + {} noticed[F,2026,2028]"
    assert_rows(
        c,
        "contract",
        f"""
        signed[F,2026] + signed[F,2027] + signed[F,2028] <= 1
        purchase[A,2026] - 50 signed[F,2026] <= 0
        purchase[A,2027] - 50 signed[F,2026] - 50 signed[F,2027] <= 0
        purchase[A,2028] - 50 signed[F,2027] - 50 signed[F,2028] - 50 renewed[F,2026] <= 0
        purchase[A,2026] - 10 signed[F,2026] <= 0
        purchase[A,2027] - 10 signed[F,2026] - 10 signed[F,2027] + 5 noticed[F,2026,2027] <= 0
        purchase[A,2028] - 10 signed[F,2027] - 10 signed[F,2028] - 10 renewed[F,2026] + 5 {left.format(5)} <= 0
        purchase[A,2026] - 4 signed[F,2026] >= 0
        purchase[A,2027] - 4 signed[F,2026] - 4 signed[F,2027] + 2 noticed[F,2026,2027] >= 0
        purchase[A,2028] - 4 signed[F,2027] - 4 signed[F,2028] - 4 renewed[F,2026] + 2 {left.format(2)} >= 0
        """,
    )


def test_leaving_rows():
    """10 t a year; half a year's notice: given in 2026 half of 2026 is not handed over, given in 2027 half of 2027."""
    c = case(
        periods=TWO,
        commitments=[
            {
                "commitment": "K",
                "kind": "Contract",
                "supplier": "A",
                "material": "Oxide",
                "2026": 10,
                "2027": 10,
                "exit_cost": 1,
                "notice": 6,
            }
        ],
        offers=[offer("B", 2.0)],
        demand=[need(p2026=10, p2027=10)],
        shortage_costs=[{"segment": "Plant", "tier": 1, "cost": 50.0}],
    )
    assert_rows(c, "leaving", "left[K,2026] + left[K,2027] <= 1")
    assert_rows(
        c,
        "commitments",
        """
        committed[K,2026] + 5 left[K,2026] = 10
        committed[K,2027] + 10 left[K,2026] + 5 left[K,2027] = 10
        """,
    )


def test_tariff_quota_rows():
    """10 t/y of what comes from China by lane, or is handed over in Japan uncleared; the only lane charged is that of A."""
    c = case(
        countries=[{"country": n} for n in ("China", "Japan")],
        suppliers=[{"supplier": n, "country": "China"} for n in "AB"],
        sites=[{"site": "Plant", "country": "Japan"}],
        materials=[{"material": "Oxide", "stage": "Separated", "reference_value": 4.0}],
        offers=[offer("A", 2.0), offer("B", 3.5, site="Plant", incoterm="CIF")],
        lanes=[{"from_place": "A", "to_place": "Plant", "material": "Oxide", "cost": 0.0}],
        demand=[need(site="Plant", p2026=30)],
        tariffs=[
            {
                "tariff": "D",
                "importer": "Japan",
                "origin": "China",
                "2026": 0.5,
                "in_quota": 10,
                "in_quota_rate": 0.1,
            }
        ],
    )
    assert_rows(
        c,
        "tariff_quota",
        """
        within[D,A,Oxide,2026] + within[D,B,2026] <= 10
        within[D,A,Oxide,2026] - flow[A→Plant,Oxide,country:Any Stage:China→free,2026] <= 0
        within[D,B,2026] - purchase[B,free,2026] <= 0
        """,
    )


def test_consignment_rows():
    """8 t lie there for both years, of which 10 t/y may be drawn at most."""
    lot = offer("A", 1.0, site="Plant", kind="Consignment", available_to_us=10, consigned=8)
    c = case(
        periods=TWO,
        countries=[{"country": "Japan"}],
        sites=[{"site": "Plant", "country": "Japan"}],
        offers=[lot],
        demand=[need(site="Plant", p2026=5, p2027=3)],
    )
    rows = "purchase[A,2026] <= 10\n purchase[A,2027] <= 10\n purchase[A,2026] + purchase[A,2027] <= 8"
    assert_rows(c, "offer_limits", rows)
