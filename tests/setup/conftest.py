"""A toy project around the real run.py, and tiny wheels made by hand: no network, and seconds instead of minutes."""

import base64
import dataclasses
import hashlib
import http.server
import json
import os
import shutil
import subprocess
import sys
import textwrap
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)  # run.py makes its own .venv only outside of any

TELL = """
    import json, os, signal, sys
    import tinypart
    seen = {"arguments": sys.argv[1:], "folder": os.getcwd(), "prefix": sys.prefix, "part": tinypart.VERSION}
    print(json.dumps(seen))
    if sys.argv[1:] == ["interrupt"]:
        os.kill(os.getppid(), signal.SIGINT)
    sys.exit(5 if sys.argv[1:] else 0)
"""


def write_wheel(folder: Path, name: str, version: str, code: str) -> str:
    """Write a wheel of one module and give its line for a lock file."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": textwrap.dedent(code),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\n"
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@dataclasses.dataclass(frozen=True)
class Project:
    """The toy project: what is in its folder, and how it is started."""

    root: Path
    wheels: Path
    lines: dict[str, str]  # the lock line of each wheel

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def marker(self) -> Path:
        return self.venv / "yttria-setup.txt"

    @property
    def log(self) -> Path:
        return self.root / ".venv-setup" / "log.txt"

    def write_locks(self, *parts: str) -> None:
        lock = "".join(self.lines[part] for part in parts)
        (self.root / "requirements.lock").write_text(lock)
        (self.root / "requirements-test.lock").write_text(lock + self.lines["pytest 9.9"])

    def environment(self, **changes: str) -> dict[str, str]:
        hidden = ("VIRTUAL_ENV", "CONDA_PREFIX", "UV", "YTTRIA_ENV", "PYTHONPATH", "PYTHONSAFEPATH")
        kept = {name: value for name, value in os.environ.items() if name not in hidden and not name.startswith("PIP_")}
        pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": self.wheels.as_uri()}
        return {**kept, **pip, "NO_PROXY": "127.0.0.1", **changes}

    def start(self, *arguments: str, python: str | Path = BASE_PYTHON, folder: Path | None = None, **changes: str):
        """Start run.py; the caller waits for it."""
        return subprocess.Popen(
            [python, self.root / "run.py", *arguments],
            cwd=folder or self.root,
            env=self.environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, *arguments: str, **options) -> "Finished":
        return self.finish(self.start(*arguments, **options))

    def drive(self, code: str) -> "Finished":
        """Run some code that has run.py at hand as the module ``run``."""
        load = (
            "import errno, importlib.util, os, pathlib, sys\n"
            f"spec = importlib.util.spec_from_file_location('run', {str(self.root / 'run.py')!r})\n"
            "run = importlib.util.module_from_spec(spec)\n"
            "spec.loader.exec_module(run)\n"
        )
        process = subprocess.Popen(
            [BASE_PYTHON, "-c", load + textwrap.dedent(code)],
            cwd=self.root,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        return self.finish(process)

    @staticmethod
    def finish(process: subprocess.Popen) -> "Finished":
        """Wait for the end of a run that was started."""
        out, err = process.communicate(timeout=120)
        return Finished(process.returncode, out, err)


@dataclasses.dataclass(frozen=True)
class Finished:
    """How a run of run.py ended."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> dict:
        """What the toy program printed about itself."""
        assert self.out, self.err
        return json.loads(self.out)

    @property
    def set_up(self) -> bool:
        return "Setting up" in self.err


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("wheels")
    tell = "import json, os, sys\nprint(json.dumps({'arguments': sys.argv[1:], 'folder': os.getcwd()}))\n"
    lines = {f"tinypart {v}": write_wheel(folder, "tinypart", v, f"VERSION = {v!r}\n") for v in ("1.0", "2.0")}
    return folder, {**lines, "pytest 9.9": write_wheel(folder, "pytest", "9.9", tell)}


def make_project(root: Path, wheels: tuple[Path, dict[str, str]]) -> Project:
    (root / "model").mkdir(parents=True)
    shutil.copy(REPOSITORY / "run.py", root)
    (root / "model" / "__main__.py").write_text(textwrap.dedent(TELL))
    (root / "pyproject.toml").write_text(
        '[project]\nname = "toy"\ndependencies = ["tinypart>=1.0"]\noptional-dependencies.test = ["pytest>=9"]\n'
    )
    project = Project(root, *wheels)
    project.write_locks("tinypart 1.0")
    return project


@pytest.fixture
def project(tmp_path: Path, wheels: tuple[Path, dict[str, str]]) -> Project:
    """A toy project that has never been run."""
    return make_project(tmp_path / "toy", wheels)


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory, wheels: tuple[Path, dict[str, str]]):
    """The first run of a toy project, from another folder that holds a model.py of its own, at an awkward path."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "model.py").write_text("raise SystemExit('the wrong model')\n")
    project = make_project(folder / "稀土 sourcing (new)", wheels)
    return project, project.run("a file.xlsx", folder=folder)


@pytest.fixture
def ready(first_run: tuple[Project, Finished], tmp_path: Path) -> Project:
    """A toy project that has been run once, to be spoilt at will."""
    original, _ = first_run
    shutil.copytree(original.root, tmp_path / "ready", symlinks=True)
    return dataclasses.replace(original, root=tmp_path / "ready")


class Index(http.server.ThreadingHTTPServer):
    """A package index on the loopback address that lets pip wait until the test says go."""

    daemon_threads = True

    def __init__(self, wheels: Path) -> None:
        super().__init__(("127.0.0.1", 0), IndexPage)
        self.wheels = wheels
        self.asked, self.go = threading.Event(), threading.Event()
        self.fetched: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"


class IndexPage(http.server.BaseHTTPRequestHandler):
    server: Index

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name:
            self.server.fetched.append(name)
        self.server.asked.set()
        self.server.go.wait(60)
        body = (self.server.wheels / name).read_bytes() if name else self.listing().encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream" if name else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def listing(self) -> str:
        return "".join(f'<a href="{wheel.name}">{wheel.name}</a>\n' for wheel in self.server.wheels.glob("*.whl"))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def index(wheels: tuple[Path, dict[str, str]]) -> Iterator[Index]:
    with Index(wheels[0]) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.go.set()
        server.shutdown()
