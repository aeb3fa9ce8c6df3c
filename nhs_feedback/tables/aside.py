"""A file that appears whole or not at all: written aside, then put in place in one step.

The place aside is a hidden folder beside the target, ``.NAME.TOKEN.feedback-part``, with a lock
file that the operating system lets go when the run ends, however it ends. So a later run knows a
killed run's leftovers, which it removes, from the work of a run that is still going.
"""

import os
import re
import secrets
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from nhs_feedback.errors import TableError

if sys.platform != "win32":  # on Windows an open file cannot be renamed, which is lock enough
    import fcntl

_LOCK = "lock"
_ABANDONED = 86_400.0  # seconds after which work on a file system without locks is a leftover
_NAME_CHARS = 40  # of the target's name: with the rest below any system's limit


@dataclass(frozen=True)
class Aside:
    """A place beside `target`; what is written to `whole` can be put in its place."""

    target: Path
    folder: Path
    lock: BinaryIO

    @property
    def whole(self) -> Path:
        """The file to write."""
        return self.folder / f"whole{self.target.suffix}"


def claim(target: Path) -> Aside:
    """Make a place aside, having removed what killed runs left of theirs."""
    target = target.resolve()  # a link stays a link: what it points to is replaced
    remove_leftovers(target)
    while True:
        folder = target.parent / f"{_prefix(target)}{secrets.token_hex(4)}.feedback-part"
        folder.mkdir()
        with suppress(FileNotFoundError):  # another run took the empty folder for a leftover
            lock = (folder / _LOCK).open("xb")
            if _locked(lock, unsure=True) and (folder / _LOCK).exists():
                return Aside(target, folder, lock)
            lock.close()


def put(place: Aside, *, force: bool) -> None:
    """Put the finished file in the target's place, in one step."""
    target, whole = place.target, place.whole
    with whole.open("r+b") as stream:
        os.fsync(stream.fileno())
    if target.exists() and not force:
        kept = _keep(whole, target)
        raise TableError(
            f"{target}: another run has made this file meanwhile; nothing is lost, yours is {kept} "
            "(rename it, or say --force next time)"
        )
    try:
        whole.replace(target)
    except PermissionError:
        kept = _keep(whole, target)
        raise TableError(
            f"{target}: held open by another program; nothing is lost, the result is {kept} "
            "(close the file in Excel, or choose another name with -o)"
        ) from None


def release(place: Aside) -> None:
    """Leave nothing of the place aside."""
    with place.lock, suppress(OSError):
        _remove(place.folder, place.lock)


def remove_leftovers(target: Path) -> None:
    """Remove what killed runs left of this target, and nothing of a run still going."""
    pattern = re.compile(re.escape(_prefix(target)) + r"[0-9a-f]{8}\.feedback-part")
    for folder in [path for path in target.parent.iterdir() if pattern.fullmatch(path.name)]:
        with suppress(OSError):
            _remove_if_abandoned(folder)


def _prefix(target: Path) -> str:
    return f".{target.name[:_NAME_CHARS]}."


def _remove_if_abandoned(folder: Path) -> None:
    path = folder / _LOCK
    if not path.exists():
        folder.rmdir()  # killed before it was locked; fails if it has been locked since
        return
    if sys.platform == "win32":
        path.rename(path)  # fails while a run holds it open
    with path.open("r+b") as lock:
        if _locked(lock, unsure=time.time() - path.stat().st_mtime > _ABANDONED):
            _remove(folder, lock)


def _remove(folder: Path, lock: BinaryIO) -> None:
    """Remove a folder whose lock is ours, the lock last, so that a kill leaves a leftover."""
    for inner in [inner for inner in folder.iterdir() if inner.name != _LOCK]:
        inner.unlink()
    if sys.platform == "win32":  # where an open file cannot be removed
        lock.close()
    (folder / _LOCK).unlink()
    lock.close()
    folder.rmdir()


def _locked(lock: BinaryIO, *, unsure: bool) -> bool:
    """Whether the lock is ours now; `unsure` is the answer where the file system has no locks."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return unsure
    return True


def _keep(whole: Path, target: Path) -> Path:
    """Put the finished file beside the target under the first free name, and say which."""
    names = (target.with_name(f"{target.stem}.{number}{target.suffix}") for number in count(2))
    kept = next(path for path in names if not path.exists())
    whole.replace(kept)
    return kept
