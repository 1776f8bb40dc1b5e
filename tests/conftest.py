"""What every test may use: outside tools, the tier of long tests, and hypothesis made repeatable."""

import os
import shutil
from collections.abc import Callable

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=30)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also run the long tests (marked 'full')")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    for item in items:
        if item.get_closest_marker("full"):
            item.add_marker(pytest.mark.skip(reason="a long test: runs with --full"))


@pytest.fixture(scope="session")
def require_tool() -> Callable[[str], str]:
    """Give the path of an outside program, or skip the test where it is missing; in CI that is a failure."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None and os.environ.get("CI") == "true":
            pytest.fail(f"{name} is missing: .ci/run has to install it")
        if path is None:
            pytest.skip(f"{name} is not installed")
        return path

    return find
