"""The bytes behind a path: a file, a gzipped file, or standard input."""

import gzip
import io
import shutil
import sys
import tempfile
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from nhs_feedback.errors import TableError
from nhs_feedback.tables.encodings import OpenBytes

STDIN = "-"
STDIN_NAME = "standard input"

_GZIP = b"\x1f\x8b"
_IN_MEMORY = 1 << 24  # bytes of standard input held in memory; more goes to a nameless file


def open_source(path: str) -> OpenBytes:
    """Return what opens the file from its first byte, unpacked if it is gzipped."""
    if path == STDIN:
        return _unpacked(_spooled(sys.stdin.buffer))
    if Path(path).is_dir():  # opening it is "no permission" on Windows
        raise IsADirectoryError
    if Path(path).exists() and not Path(path).is_file():  # a pipe, read once like standard input
        with Path(path).open("rb") as stream:
            return _unpacked(_spooled(stream))
    return _unpacked(lambda: Path(path).open("rb"))


def shown(path: str) -> str:
    """Name a source in messages."""
    return STDIN_NAME if path == STDIN else path


@contextmanager
def readable(path: str) -> Iterator[None]:
    """Turn what can go wrong while a file is read into one sentence."""
    try:
        yield
    except FileNotFoundError:
        raise TableError(f"{path}: no such file (check the name and the folder)") from None
    except IsADirectoryError:
        raise TableError(f"{path}: a folder, not a file (name a file in it)") from None
    except PermissionError:
        message = "no permission to read it (close it in other programs, or make a copy of it)"
        raise TableError(f"{path}: {message}") from None
    except (EOFError, gzip.BadGzipFile, zlib.error):
        message = "the gzip file is damaged or cut short (fetch it again, or unpack it first)"
        raise TableError(f"{path}: {message}") from None
    except OSError as error:
        raise TableError(f"{path}: cannot be read: {error.strerror or error}") from None


class _View(io.RawIOBase):
    """A stream with a place of its own over a shared file."""

    def __init__(self, shared: IO[bytes]) -> None:
        self.shared = shared
        self.at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self.shared.seek(self.at)
        block = self.shared.read(len(buffer))
        buffer[: len(block)] = block
        self.at += len(block)
        return len(block)


def _spooled(stream: IO[bytes]) -> OpenBytes:
    kept = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed below)
    shutil.copyfileobj(stream, kept)

    def reopen() -> io.BufferedReader:
        return io.BufferedReader(_View(kept))

    weakref.finalize(reopen, kept.close)
    return reopen


def _unpacked(open_bytes: OpenBytes) -> OpenBytes:
    with open_bytes() as stream:
        packed = stream.read(2) == _GZIP
    return (lambda: io.BufferedReader(_Gunzip(open_bytes()))) if packed else open_bytes


class _Gunzip(gzip.GzipFile):
    """A gzip reader that closes the stream it was given."""

    def __init__(self, packed: io.BufferedReader) -> None:
        super().__init__(fileobj=packed, mode="rb")
        self.packed = packed

    def close(self) -> None:
        super().close()
        self.packed.close()
