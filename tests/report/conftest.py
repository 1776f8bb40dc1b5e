"""One small case, solved once, and its result workbook, written and recalculated once."""

import dataclasses
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from model.case.case import Case
from model.plan import Plan
from model.report.workbook import write_results
from tests.report.small_case import planned, small_case

ABOUT = {
    "run_id": "r-1",
    "started": "2026-11-24 10:00",
    "versions": {"highspy": "1.15.1"},
    "seconds": 1.25,
    "command": 'run.py small --note "' + "x" * 300 + '"',
}


@dataclasses.dataclass(frozen=True)
class Solved:
    case: Case
    plan: Plan
    as_is: Plan | None


@pytest.fixture(scope="session")
def solved() -> Solved:
    case = small_case()
    return Solved(case, *planned(case))


@pytest.fixture(scope="session")
def written(solved: Solved, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_results(
        tmp_path_factory.mktemp("results") / "results.xlsx", solved.case, solved.plan, solved.as_is, ABOUT
    )


@pytest.fixture(scope="session")
def recalculated(
    require_tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path], Path]:
    """Give a function that lets LibreOffice calculate every formula of a workbook anew."""
    office = require_tool("soffice")
    profile = tmp_path_factory.mktemp("profile")
    (profile / "user").mkdir()
    # Without this LibreOffice shows the values that the file holds, right or wrong.
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load">'
        '<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>',
        encoding="utf-8",
    )

    def run(path: Path) -> Path:
        out = tmp_path_factory.mktemp("recalculated")
        subprocess.run(
            [
                office,
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless",
                "--convert-to",
                "xlsx:Calc MS Excel 2007 XML",
                "--outdir",
                str(out),
                str(path),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return out / path.name

    return run
