"""Set up .venv from the lock file where needed, then become the program; standard library, must parse on Python 3.8."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MARKER = VENV / "yttria-setup.txt"  # "building", or "ready KEY", or "ready KEY tests KEY"
SETUP = ROOT / ".venv-setup"
LOCK, TEST_LOCK = ROOT / "requirements.lock", ROOT / "requirements-test.lock"
PIP = "-Im pip install --require-hashes --only-binary :all: --no-user --no-input --disable-pip-version-check -r".split()
REASONS = (  # what the system, venv or pip said, and the sentence for it: the first that is found
    (r"\[Errno (28|122)\]|\[WinError 112\]", "The disk is full; the set-up needs about 500 MB in {root}."),
    ("ensurepip is not|No module named venv", "This Python has no venv; on Debian: 'sudo apt install python3-venv'."),
    ("MATCH THE HASHES", "pip was given a package that is not the one in the lock file, and did not install it."),
    ("ConnectionPool|NewConnection|NameResolution|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Max retries",
     "The packages could not be fetched, because the package index cannot be reached."),
    (r"\[Errno (1|13|30)\]|\[WinError 5\]", "The set-up may not write in {root}; move the project to another folder."),
    (r"No matching distribution found for (?P<package>\S+)",
     "No ready-made {package} was found for Python {version} on {platform}; another one may do, such as Python 3.13."),
    ("", "The set-up failed."),
)  # fmt: skip


def fail(sentence, **words):
    words.update(root=ROOT, version=sys.version.split()[0], platform=sys.platform)
    sys.stderr.write("run.py: " + sentence.format(**words) + "\n")
    sys.exit(69)


def explain(said, pointer):
    found, sentence = next((re.search(pattern, said), text) for pattern, text in REASONS if re.search(pattern, said))
    fail(sentence + "\n{pointer}", pointer=pointer, **found.groupdict())


def misfits(tests):
    """Where this interpreter's packages fall short of pyproject.toml; none of them is imported."""
    import tomllib
    from importlib import metadata

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in project["dependencies"] + (project["optional-dependencies"]["test"] if tests else []):
        name, least, below = re.match(r"([\w.-]+)>=([\d.]+)(?:,<([\d.]+))?$", requirement).groups()
        installed = next((found.version for found in metadata.distributions(name=name)), "not installed")
        numbers = [[*map(int, re.findall(r"\d+", text)), 0, 0, 0][:3] for text in (least, installed, below or "9999")]
        if not numbers[0] <= numbers[1] < numbers[2]:
            yield f"{requirement} ({installed})"


def wanted_marker(tests):
    python = [sys.implementation.cache_tag, getattr(sys, "abiflags", ""), sys.platform]
    words = []
    for word, lock in [("ready", LOCK), ("tests", TEST_LOCK)][: 2 if tests else 1]:
        words += [word, hashlib.sha256(repr([python, lock.read_bytes()]).encode()).hexdigest()[:20]]
    return " ".join(words)


def is_ready(tests):
    return PYTHON.exists() and MARKER.is_file() and MARKER.read_text(encoding="utf-8").startswith(wanted_marker(tests))


def hold(lock):
    """Wait for the lock on the open file; the system frees it however its holder ends."""
    if os.name != "nt":
        import fcntl

        return fcntl.flock(lock, fcntl.LOCK_EX)
    import msvcrt

    while True:
        try:
            return msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK, 1)
        except OSError as error:
            if error.errno != 36:  # EDEADLOCK: still held after ten seconds
                raise


def run_logged(command, lock):
    # The child keeps the lock's file open: if only this process is killed, the next one still waits for the child.
    options = {} if os.name == "nt" else {"pass_fds": [lock.fileno()]}
    log = SETUP / "log.txt"
    with log.open("wb") as file:
        if subprocess.call(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, **options):
            explain(log.read_text(encoding="utf-8", errors="replace"), f"What was said stands in {log}")


def build(tests):
    """Make .venv under a lock, and mark it as unfinished until it is finished."""
    if os.path.lexists(VENV) and (not VENV.is_dir() or os.listdir(VENV)) and not MARKER.is_file():  # in this order
        fail("The folder .venv here was not made by run.py and is left alone; activate it or move it away.")
    SETUP.mkdir(exist_ok=True)
    sys.stderr.write("Setting up the packages in .venv, once; this takes a minute or two.\n")
    with (SETUP / "lock").open("a") as lock:
        hold(lock)
        if is_ready(tests):
            return  # another run made it while this one waited
        only_tests_lack = tests and is_ready(False)
        VENV.mkdir(exist_ok=True)
        MARKER.write_text("building", encoding="utf-8")
        if not only_tests_lack:
            for path in [path for path in VENV.iterdir() if path != MARKER]:
                (shutil.rmtree if path.is_dir() and not path.is_symlink() else os.unlink)(path)
            run_logged([sys.executable, "-I", "-m", "venv", VENV], lock)
        run_logged([PYTHON, *PIP, TEST_LOCK if tests else LOCK], lock)
        MARKER.write_text(wanted_marker(tests), encoding="utf-8")


def hand_over(python, arguments, path=()):
    """Become the program; the user's folder stays the current one, because arguments name files in it."""
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(ROOT), *path]))
    command = [python, "-P", "-m", "model", *arguments]
    if arguments[:1] == ["test"]:
        os.chdir(ROOT)
        command[3:5] = ["pytest", "--durations=15", "-n", "auto", "--dist", "loadfile"]  # one process per core
    if os.name != "nt":
        os.execve(python, command, environment)
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the child alone
    sys.exit(subprocess.call(command, env=environment))


def main(arguments):
    if sys.version_info < (3, 11):
        fail("Yttria needs Python 3.11 or newer; this is {version} ({python}).", python=sys.executable)
    tests = arguments[:1] == ["test"]
    active = sys.prefix != sys.base_prefix or os.environ.get("YTTRIA_ENV") == "here"
    if active or any(map(os.environ.get, ("VIRTUAL_ENV", "CONDA_PREFIX", "UV"))):
        if lacking := ", ".join(misfits(tests)):
            cure = "nothing was changed; run 'python -m pip install -e .', or leave it and run.py makes its own."
            fail("{prefix} is active and lacks {lacking}: " + cure, prefix=sys.prefix, lacking=lacking)
        hand_over(sys.executable, arguments, filter(None, [os.environ.get("PYTHONPATH")]))
    try:
        if not is_ready(tests):
            build(tests)
    except OSError as error:
        explain(str(error), error)
    except KeyboardInterrupt:
        fail("The set-up was stopped; the next run begins it anew.")
    hand_over(PYTHON, arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
