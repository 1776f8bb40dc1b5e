"""Putting files and folders in their place all at once, so that a stopped run leaves what stood there before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from model.errors import StoreError


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it in.

    Raises
    ------
    StoreError
        If it can not be written, such as when the file is open in Excel on Windows.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    except PermissionError:
        raise StoreError(f"{path} can not be written; if it is open in another program, close it there") from None
    except OSError as error:
        raise StoreError(f"{path} can not be written: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)


def write_folder(path: Path, fill: Callable[[Path], None], known: set[str]) -> None:
    """Let `fill` write into a folder beside its place and move it in, replacing an earlier one.

    Raises
    ------
    StoreError
        If the folder holds anything but files of the names `known`, or can not be written.
    """
    strangers = sorted(p.name for p in path.iterdir() if p.name not in known) if path.is_dir() else []
    if strangers or (path.exists() and not path.is_dir()):
        what = f"holds {strangers[0]!r}, which is not a table of a case" if strangers else "is a file"
        raise StoreError(f"{path} {what}; give a new folder")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    before = path.with_name(f".{path.name}.{os.getpid()}.before")
    try:
        part.mkdir(parents=True)
        fill(part)
        if path.exists():
            path.rename(before)
        part.rename(path)
    except OSError as error:
        if before.exists() and not path.exists():
            before.rename(path)
        raise StoreError(f"{path} can not be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)
