"""Whether two cases are the same, whatever form they were read from."""

from pandas.testing import assert_frame_equal

from model.case.case import Case


def assert_same(one: Case, other: Case) -> None:
    """Compare everything that the schema declares, and unknown columns."""
    assert sorted(one.data) == sorted(other.data)
    for name, d in one.data.items():
        e = other.data[name]
        assert_frame_equal(d.frame, e.frame, obj=name, check_exact=True)
        assert_frame_equal(d.wide, e.wide, obj=f"{name}, periods", check_exact=True)
        assert_frame_equal(d.extra, e.extra, obj=f"{name}, unknown columns", check_exact=True)
    assert one.left_out == other.left_out
