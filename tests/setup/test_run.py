"""run.py sets up an environment of its own, or leaves everything as it is and says why."""

import ast
import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPREAD = ["-n", "auto", "--dist", "loadfile"]
OLD_PYTHONS = ("3.8", "3.9", "3.10")


def contents(folder):
    return {path.relative_to(folder): path.lstat().st_mtime_ns for path in folder.rglob("*")}


# ---- its own environment


def test_the_first_run_installs_and_runs_from_another_folder_at_an_awkward_path(first_run):
    project, first = first_run
    assert first.told == {
        "arguments": ["a file.xlsx"],
        "folder": str(project.root.parent),
        "prefix": str(project.venv),
        "part": "1.0",
    }
    assert first.code == 5
    assert first.set_up
    assert project.marker.read_text().split()[0] == "ready"


def test_the_second_run_changes_nothing(ready):
    ready.log.unlink()
    before = contents(ready.root)
    second = ready.run(PYTHONSAFEPATH="1", PYTHONDONTWRITEBYTECODE="1")
    assert (second.code, second.err) == (0, "")
    assert second.told["prefix"] == str(ready.venv)
    assert contents(ready.root) == before


def test_a_ready_environment_is_used_without_writing_or_reading_more_than_needed(ready):
    run = ready.drive("""
        def refuse(*_, **__):
            raise OSError(errno.EROFS, "Read-only file system")
        pathlib.Path.mkdir = pathlib.Path.write_text = refuse
        run.os.execve = lambda *_: sys.exit(str({"tomllib", "importlib.metadata", "json"} & set(sys.modules)))
        run.main([])
    """)
    assert run.err == "set()\n"


def test_packages_installed_elsewhere_do_not_count(ready, tmp_path):
    (tmp_path / "tinypart.py").write_text("VERSION = 'from PYTHONPATH'\n")
    assert ready.run(PYTHONPATH=str(tmp_path)).told["part"] == "1.0"


def test_another_lock_means_another_environment(ready):
    stray = ready.venv / "stray.txt"
    stray.touch()
    ready.write_locks("tinypart 2.0")
    run = ready.run()
    assert run.set_up
    assert run.told["part"] == "2.0"
    assert not stray.exists()


def test_an_environment_made_by_another_python_is_not_used(ready):
    assert ready.drive("print(run.is_ready(False))").out == "True\n"
    assert ready.drive("sys.implementation.cache_tag = 'cpython-399'\nprint(run.is_ready(False))").out == "False\n"


def test_an_environment_whose_python_is_gone_is_not_used(ready):
    ready.python.unlink()
    assert ready.drive("print(run.is_ready(False))").out == "False\n"


@pytest.mark.skipif(os.name == "nt", reason="the orphaned pip holds the lock on POSIX only")
def test_a_run_killed_half_way_is_begun_anew_once_its_pip_has_ended(ready, index):
    fcntl = pytest.importorskip("fcntl")
    (ready.venv / "stray.txt").touch()
    first = ready.start("test", PIP_FIND_LINKS=index.url)
    assert index.asked.wait(60)
    first.send_signal(signal.SIGKILL)
    ready.finish(first)
    assert ready.marker.read_text() == "building"
    with (ready.log.parent / "lock").open("a") as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    second = ready.start()
    assert "Setting up" in second.stderr.readline()
    index.go.set()
    assert ready.finish(second).told["part"] == "1.0"
    assert ready.marker.read_text().startswith("ready ")
    assert not (ready.venv / "stray.txt").exists()


def test_two_first_runs_at_once_make_one_environment(project, index):
    first = project.start(PIP_FIND_LINKS=index.url)
    assert index.asked.wait(60)
    second = project.start(PIP_FIND_LINKS=index.url)
    assert "Setting up" in second.stderr.readline()  # it waits for the first from here on
    index.go.set()
    for process in (first, second):
        out, err = process.communicate(timeout=120)
        assert '"part": "1.0"' in out, err
    assert index.fetched == ["tinypart-1.0-py3-none-any.whl"]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_a_foreign_environment_is_left_alone(project, kind):
    if kind == "folder":
        project.venv.mkdir()
        (project.venv / "pyvenv.cfg").write_text("home = /usr/bin\n")
    else:
        project.venv.touch()
    before = contents(project.root)
    run = project.run()
    assert run.code == 69
    assert run.err.startswith("run.py: The folder .venv here was not made by run.py and is left alone;")
    assert run.err.count("\n") == 1
    assert contents(project.root) == before


def test_an_empty_folder_is_no_foreign_environment(project):
    project.venv.mkdir()
    run = project.drive("sys.executable = str(pathlib.Path('no such Python').absolute())\nrun.main([])")
    assert "was not made by run.py" not in run.err
    assert project.marker.read_text() == "building"


# ---- tests


def test_test_adds_the_test_tools_and_hands_its_arguments_to_pytest(ready, tmp_path):
    run = ready.run("test", "-k", "x", folder=tmp_path)
    assert run.told == {"arguments": ["--durations=15", *SPREAD, "-k", "x"], "folder": str(ready.root)}
    assert ready.marker.read_text().split()[::2] == ["ready", "tests"]
    assert not ready.run("test").set_up
    assert not ready.run().set_up


# ---- an active environment


@pytest.mark.parametrize(
    "variable", [{"VIRTUAL_ENV": "/x"}, {"CONDA_PREFIX": "/x"}, {"UV": "/x"}, {"YTTRIA_ENV": "here"}], ids=str
)
def test_an_active_environment_that_lacks_packages_is_told_so_and_not_changed(project, variable):
    before = contents(project.root)
    run = project.run(**variable)
    assert run.code == 69
    assert "is active and lacks tinypart>=1.0 (not installed): nothing was changed" in run.err
    assert run.err.count("\n") == 1
    assert contents(project.root) == before


def test_an_active_environment_that_fits_is_used(project, ready, tmp_path):
    own = tmp_path / "own environment"
    ready.venv.rename(own)
    python = own / ready.python.relative_to(ready.venv)
    assert project.run(python=python).told["prefix"] == str(own)
    assert not project.venv.exists()

    test = project.run("test", python=python)
    assert (test.code, test.out) == (69, "")
    assert "lacks pytest>=9 (not installed)" in test.err

    toml = project.root / "pyproject.toml"
    toml.write_text(toml.read_text().replace("tinypart>=1.0", "tinypart>=1.0.1,<2"))
    assert "lacks tinypart>=1.0.1,<2 (1.0)" in project.run(python=python).err
    toml.write_text(toml.read_text().replace("tinypart>=1.0.1,<2", "tinypart>=0.5,<1"))
    assert "lacks tinypart>=0.5,<1 (1.0)" in project.run(python=python).err


# ---- failures


def old_interpreter(version):
    """Look on the path, then where pyenv keeps its versions; the path may hold a shim that cannot start."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(f"python{version}"), *pyenv.glob(f"{version}.*/bin/python")]
    for candidate in filter(None, candidates):
        asked = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        answer = subprocess.run(asked, capture_output=True, text=True, check=False)
        if answer.stdout.strip() == version:
            return candidate
    return pytest.skip(f"no Python {version} here")


@pytest.mark.parametrize("version", OLD_PYTHONS)
def test_an_old_python_gets_a_sentence(project, version):
    run = project.run(python=old_interpreter(version))
    assert run.code == 69
    assert run.err.startswith(f"run.py: Yttria needs Python 3.11 or newer; this is {version}.")
    assert run.err.count("\n") == 1
    assert not project.venv.exists()


def test_run_is_short_plain_and_parses_on_python_3_8():
    source = (ROOT / "run.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 8))
    assert len(source.splitlines()) < 150
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names


def test_offline(ready):
    """Port 1 of the loopback address: nothing listens there."""
    run = ready.run("test", PIP_NO_INDEX="0", PIP_FIND_LINKS="", PIP_INDEX_URL="http://127.0.0.1:1/", PIP_RETRIES="1")
    assert run.code == 69
    assert run.err.splitlines()[1:] == [
        "run.py: The packages could not be fetched, because the package index cannot be reached.",
        f"What was said stands in {ready.log}",
    ]
    assert ready.marker.read_text() == "building"


def test_no_package_for_this_python(ready):
    lock = ready.root / "requirements-test.lock"
    lock.write_text(lock.read_text().replace("9.9", "9.10"))
    run = ready.run("test")
    assert run.code == 69
    assert "No ready-made pytest==9.10 was found for Python 3." in run.err


def test_a_package_that_is_not_the_locked_one(ready):
    lock = ready.root / "requirements-test.lock"
    lock.write_text(lock.read_text()[:-5] + "0000\n")
    run = ready.run("test")
    assert run.code == 69
    assert "not the one in the lock file, and did not install it" in run.err


def test_a_package_without_a_hash(ready):
    (ready.root / "requirements-test.lock").write_text("tinypart==2.0\n")
    run = ready.run("test")
    assert run.code == 69
    assert "Hashes are required" in ready.log.read_text()


def test_a_package_that_would_have_to_be_built(ready, tmp_path):
    source = tmp_path / "needsbuilding-1.0.tar.gz"
    with tarfile.open(source, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("needsbuilding-1.0/setup.py"))
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    (ready.root / "requirements-test.lock").write_text(f"needsbuilding==1.0 --hash=sha256:{digest}\n")
    run = ready.run("test", PIP_FIND_LINKS=tmp_path.as_uri())
    assert run.code == 69
    assert "No ready-made needsbuilding==1.0 was found" in run.err


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for Python is a shell script")
@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("The virtual environment was not created because ensurepip is not available.", "Python has no venv;"),
        ("/usr/bin/python3: No module named venv", "Python has no venv;"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] Kein Speicherplatz", "The disk is full;"),
        ("OSError: [Errno 13] Permission denied: 'bin'", "The set-up may not write in"),
        ("Segmentation fault", "The set-up failed."),
    ],
)
def test_what_python_says_when_it_cannot_make_an_environment(project, tmp_path, said, sentence):
    fake = tmp_path / "python"
    fake.write_text(f'#!/bin/sh\necho "{said}" >&2\nexit 1\n')
    fake.chmod(0o755)
    run = project.drive(f"sys.executable = {str(fake)!r}\nrun.main([])")
    assert run.code == 69
    assert sentence in run.err.splitlines()[1]
    assert project.log.read_text() == said + "\n"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.EROFS, "The set-up may not write in"),
        (errno.EACCES, "The set-up may not write in"),
        (errno.ENOSPC, "The disk is full;"),
        (errno.EIO, "The set-up failed."),
    ],
)
def test_a_folder_that_cannot_be_written(project, code, sentence):
    run = project.drive(f"""
        def refuse(*_, **__):
            raise OSError({code}, os.strerror({code}))
        pathlib.Path.mkdir = refuse
        run.main([])
    """)
    assert run.code == 69
    assert run.err.startswith("run.py: " + sentence)
    assert f"[Errno {code}]" in run.err


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere, and Windows has no modes")
def test_a_read_only_folder(project):
    project.root.chmod(0o555)
    try:
        run = project.run()
    finally:
        project.root.chmod(0o755)
    assert run.code == 69
    assert "The set-up may not write in" in run.err


# ---- Windows, where there is no exec


@pytest.mark.skipif(os.name == "nt", reason="a stand-in for Windows")
@pytest.mark.parametrize("argument", ["case.xlsx", "interrupt"])
def test_on_windows_a_child_runs_and_its_exit_code_is_passed_on(ready, argument):
    run = ready.drive(f"""
        class Windows:
            name = "nt"
            def __getattr__(self, attribute):
                return getattr(os, attribute)
        run.os = Windows()
        run.hand_over({str(ready.python)!r}, [{argument!r}])
    """)
    assert run.told["arguments"] == [argument]
    assert (run.code, run.err) == (5, "")
