"""What is declared, locked, built and lying about fits together."""

import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME = PROJECT["dependencies"]
TEST = RUNTIME + PROJECT["optional-dependencies"]["test"]
PYTHONS = ("3.11", "3.12", "3.13")
ALLOWED = {
    "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "requirements.lock", "requirements-test.lock", "run.py",
    "model", "inputs", "outputs", "tests", "docs", "benchmarks",
}  # fmt: skip


def entries(lock):
    """Each package of a lock file with all that is said of it: requirement, marker, hashes."""
    lines = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return {re.split("==", line)[0]: line.split() for line in lines if line and not line.startswith("#")}


def requirement(words):
    return Requirement(" ".join(word for word in words if not word.startswith("--hash=")))


@pytest.mark.parametrize(("lock", "asked"), [("requirements.lock", RUNTIME), ("requirements-test.lock", TEST)])
def test_locks_satisfy_what_pyproject_asks(lock, asked):
    locked = {canonicalize_name(name): requirement(words) for name, words in entries(lock).items()}
    for line in asked:
        wanted = Requirement(line)
        pin = locked[canonicalize_name(wanted.name)]
        version = str(pin.specifier).removeprefix("==")
        assert wanted.specifier.contains(version), f"{line} against {version}"
        assert pin.marker is None or all(pin.marker.evaluate({"python_version": python}) for python in PYTHONS)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_locks_pin_and_hash_every_package_and_name_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*--?(index|extra-index|find-links|trusted|i |f )", text, re.MULTILINE)
    for name, words in entries(lock).items():
        assert re.fullmatch(r"[\w.-]+==[\w.]+", words[0]), name
        assert any(re.fullmatch("--hash=sha256:[0-9a-f]{64}", word) for word in words), name


def test_the_test_lock_holds_the_runtime_lock_unchanged():
    runtime, test = entries("requirements.lock"), entries("requirements-test.lock")
    assert {name: test.get(name) for name in runtime} == runtime


def test_docs_tell_the_command_that_made_the_locks_and_name_every_dependency():
    docs = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for lock in ("requirements.lock", "requirements-test.lock"):
        command = (ROOT / lock).read_text(encoding="utf-8").splitlines()[1].removeprefix("#").strip()
        assert command.startswith("uv pip compile pyproject.toml ")
        assert command in docs
    named = set(re.findall(r"^\| ([\w.-]+) \|", docs, re.MULTILINE))
    assert {Requirement(line).name for line in TEST} <= named


def test_run_asks_for_the_same_python_as_pyproject():
    least = PROJECT["requires-python"].removeprefix(">=")
    assert f"sys.version_info < ({least.replace('.', ', ')})" in (ROOT / "run.py").read_text(encoding="utf-8")


# ---- run.py reads requirements without the packaging library


@pytest.fixture(scope="module")
def run():
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fits(run, monkeypatch, tmp_path, requirement, version):
    (tmp_path / "pyproject.toml").write_text(f'[project]\ndependencies = ["{requirement}"]\n')
    monkeypatch.setattr(run, "ROOT", tmp_path)
    found = [type("Installed", (), {"version": version})] if version else []
    monkeypatch.setattr(importlib.metadata, "distributions", lambda name: found)
    return not list(run.misfits(tests=False))


def test_run_understands_every_requirement(run, monkeypatch, tmp_path):
    for line in TEST:
        assert fits(run, monkeypatch, tmp_path, line, "9998")
        assert not fits(run, monkeypatch, tmp_path, line, "0.0.1")
        assert not fits(run, monkeypatch, tmp_path, line, None)


numbers = st.lists(st.integers(0, 12), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))


@given(version=numbers, least=numbers, below=numbers)
def test_run_compares_versions_as_pip_does(run, tmp_path_factory, version, least, below):
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = tmp_path_factory.getbasetemp()
        for limits in (f">={least}", f">={least},<{below}"):
            expected = SpecifierSet(limits).contains(Version(version))
            assert fits(run, monkeypatch, folder, f"some-part{limits}", version) == expected


# ---- the wheel and the repository


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (path,) = folder.iterdir()
    assert path.name == f"yttria-{PROJECT['version']}-py3-none-any.whl"
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = wheel.namelist()
    info = f"yttria-{PROJECT['version']}.dist-info"
    source = {path.relative_to(ROOT).as_posix() for path in (ROOT / "model").rglob("*") if path.is_file()}
    source = {name for name in source if "__pycache__" not in name}
    assert {name for name in names if not name.startswith(info)} == source
    assert "model/py.typed" in names
    assert f"{info}/licenses/LICENSE" in names


def test_the_wheel_says_what_it_needs_and_how_it_is_started(wheel):
    info = f"yttria-{PROJECT['version']}.dist-info"
    assert "yttria = model.cli:main" in wheel.read(f"{info}/entry_points.txt").decode()
    needed = re.findall("^Requires-Dist: ([^;\n]+)$", wheel.read(f"{info}/METADATA").decode(), re.MULTILINE)
    assert {str(Requirement(line)) for line in needed} == {str(Requirement(line)) for line in RUNTIME}


def tracked():
    """All files that git holds or would take; without git, all there are."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return listed.stdout.splitlines() if listed.returncode == 0 else [path.name for path in ROOT.iterdir()]


def test_nothing_else_lies_at_the_top():
    top = {name.split("/")[0] for name in tracked()} - {"__pycache__"}
    assert {name for name in top if not name.startswith(".")} <= ALLOWED


def test_git_ignores_results_but_for_their_page():
    assert {name for name in tracked() if name.startswith("outputs/")} <= {"outputs/README.md"}


def test_ci_starts_clean_and_runs_the_very_command_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX", "UV", "PYTHONPATH", "YTTRIA_ENV"):
        assert re.search(rf"^unset .*\b{variable}\b", script, re.MULTILINE)
    assert "\npython3 run.py test " in script
    assert "python3 run.py test" in (ROOT / "README.md").read_text(encoding="utf-8")
