"""Is this file a workbook that can be read in seconds? Asked before anything is parsed."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path

from model.problems import Problem, problem

MAX_BYTES = 200_000_000
"""Most bytes of a file, and of everything in it unpacked."""
_MAX_PART = {"sharedStrings.xml": 12_000_000, "styles.xml": 10_000_000}
_MAX_UNSIZED = 40_000_000  # openpyxl walks through a sheet that does not say how large it is, at 10 MB a second
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_bytes(path: Path) -> tuple[bytes | None, list[Problem]]:
    """Return the bytes of a workbook that is safe to parse, or None, and what is to be said about the file.

    The file is read once and not held open, so that it can not change while it is being read.
    """
    if path.name.startswith("~$"):
        return None, [problem("file-lock-file", path=path.name)]
    notes = []
    if any(path.with_name(mark.format(path.name)).exists() for mark in ("~${}", ".~lock.{}#")):
        notes.append(problem("file-open-elsewhere", path=path.name))
    try:
        if path.stat().st_size > MAX_BYTES:
            return None, [*notes, problem("file-too-large", path=path.name, size=path.stat().st_size // 1_000_000)]
        data = _bytes_of(path)
    except PermissionError:
        if os.name == "nt" or notes:
            return None, [problem("file-locked", path=path.name)]
        return None, [problem("file-unreadable", path=path.name, reason="this user has no right to read it")]
    except OSError as error:
        return None, [*notes, problem("file-unreadable", path=path.name, reason=error.strerror or str(error))]
    refused = refusal(data, path.name)
    return (None, [*notes, refused]) if refused else (data, notes)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except PermissionError:
        # Windows lets a copy be made of some files that another program holds open.
        with tempfile.TemporaryDirectory() as folder:
            return Path(shutil.copy2(path, Path(folder) / "copy")).read_bytes()


def refusal(data: bytes, name: str) -> Problem | None:
    """Return why these bytes are not parsed, or None."""
    if data.startswith(_OLE):
        return problem("file-protected", path=name)
    if not data.startswith(b"PK"):
        return problem("file-not-workbook", path=name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _refused_kind(archive, name) or _refused_size(archive, name) or _refused_content(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        return problem("file-damaged", path=name)


def _refused_kind(archive: zipfile.ZipFile, name: str) -> Problem | None:
    names = set(archive.namelist())
    if any(p.flag_bits & 0x1 for p in archive.infolist()):
        return problem("file-protected", path=name)
    if any(n.endswith("/workbook.bin") for n in names):
        return problem("file-xlsb", path=name)
    if "mimetype" in names:
        return problem("file-ods", path=name)
    if "[Content_Types].xml" not in names or not any(n.rpartition("/")[2].startswith("workbook") for n in names):
        return problem("file-not-workbook", path=name)
    return None


def _refused_size(archive: zipfile.ZipFile, name: str) -> Problem | None:
    # Sizes are those that the archive declares; zipfile never unpacks more of a part than that.
    parts = archive.infolist()
    total = sum(p.file_size for p in parts)
    dense = any(p.file_size > 20_000_000 and p.file_size > 50 * max(p.compress_size, 1) for p in parts)
    heavy = any(p.file_size > _MAX_PART.get(p.filename.rpartition("/")[2], MAX_BYTES) for p in parts)
    if total > MAX_BYTES or dense or heavy:
        return problem("file-too-large", path=name, size=total // 1_000_000)
    return None


def _refused_content(archive: zipfile.ZipFile, name: str) -> Problem | None:
    unsized = 0
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                start = stream.read(4000)
            if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                return problem("file-entities", path=name, part=part.filename)
            if part.filename.endswith("/workbook.xml") and b"purl.oclc.org/ooxml" in start:
                return problem("file-strict", path=name)
            if "/worksheets/" in part.filename and b"dimension" not in start:
                unsized += part.file_size
    if unsized > _MAX_UNSIZED:
        return problem("file-too-large", path=name, size=unsized // 1_000_000)
    return None
