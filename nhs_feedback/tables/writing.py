"""Table -> file: whole or not at all, safe to open in a spreadsheet, the same when read again."""

import errno
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from xlsxwriter.exceptions import FileCreateError

from nhs_feedback.errors import FeedbackWarning, TableError
from nhs_feedback.tables import aside
from nhs_feedback.tables.cells import CONTROL, Kinds, without_controls
from nhs_feedback.tables.formats import DelimitedText, Format, JsonLines, Parquet, import_arrow
from nhs_feedback.tables.sheets import Workbook, check_size

STDOUT = "-"
ENDINGS = (".csv", ".tsv", ".xlsx", ".parquet", ".jsonl")

_BLOCK = 5_000  # rows formatted at a time, whatever size the frames have
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class TableWriter:
    """Takes the frames of one table, all with the same columns."""

    def __init__(self, name: str, start: Callable[[], Format]) -> None:
        self.name = name
        self.start = start
        self.format: Format | None = None
        self.columns: list[str] = []

    def write(self, frame: pd.DataFrame) -> None:
        """Write the rows of a frame below those before; a frame without rows writes the header.

        Control characters are left out, in every format.
        """
        frame = _without_controls(frame)
        columns = list(map(str, frame.columns))
        with writable(self.name):
            if self.format is None:
                self._check_columns(columns)
                self.columns = columns
                self.format = self.start()
            elif columns != self.columns:
                raise ValueError("all frames written to one table must have the same columns")
            for start in range(0, max(len(frame), 1), _BLOCK):
                self.format.write(frame.iloc[start : start + _BLOCK])

    def close(self) -> bool:
        """Finish the file and say whether there is one: nothing written makes none."""
        if self.format is None:
            return False
        with writable(self.name):
            self.format.close()
        return True

    def say_what_was_changed(self) -> None:
        """Warn of each change that the format needed, once the file is in its place."""
        for remark in self.format.remarks if self.format is not None else ():
            warnings.warn(f"{self.name}: {remark}", FeedbackWarning, stacklevel=5)

    def stop(self) -> None:
        """Let go of a file that will not be finished."""
        if self.format is not None:
            self.format.stop()

    def _check_columns(self, columns: list[str]) -> None:
        twice = sorted({name for name in columns if columns.count(name) > 1})
        if twice:
            raise TableError(
                f"{self.name}: columns of the same name: {', '.join(twice)} (rename one)"
            )


def check_target(
    path: str | Path,
    *,
    force: bool,
    inputs: Iterable[str | Path] = (),
    rows: int | None = None,
    also: tuple[str, ...] = (),
) -> None:
    """Refuse now what could not be written later.

    Parameters
    ----------
    inputs
        Files that are read, none of which may be written.
    rows
        How many rows will be written, where it is known.
    also
        Endings that the caller writes itself.

    Raises
    ------
    TableError
        The file exists, is an input, or cannot be made there; or the table does not fit.
    """
    if str(path) == STDOUT:
        return
    path = Path(path)
    _check_ending(path, also)
    if any(_same_file(path, Path(read)) for read in inputs):
        raise TableError(f"{path}: this file is the input (choose another name with -o)")
    if path.is_dir():
        raise TableError(f"{path}: a folder, not a file (add a file name to it)")
    if not path.parent.is_dir():
        raise TableError(f"{path}: there is no folder {path.parent} (make it first)")
    if path.exists() and not force:
        raise TableError(f"{path}: exists already (choose another name, or say --force)")
    with writable(str(path)):
        if path.exists():
            path.open("r+b").close()  # Excel on Windows lets nobody else write
        aside.release(aside.claim(path))
    if rows is not None and path.suffix.lower() == ".xlsx":
        check_size(rows, 0)


@contextmanager
def writing(
    path: str | Path,
    *,
    force: bool = False,
    excel: bool = False,
    inputs: Iterable[str | Path] = (),
    kinds: Callable[[], Kinds] = dict,
) -> Iterator[TableWriter]:
    """Write a table in as many pieces as wanted; the file appears when all went well.

    The format follows the ending; "-" is standard output, as CSV, which is written at once.

    Parameters
    ----------
    excel
        Begin CSV with the mark by which Excel knows UTF-8.
    inputs
        Files that are read, none of which may be written.
    kinds
        Tells the columns whose text is written as numbers and dates again in a workbook.
    """
    check_target(path, force=force, inputs=inputs)
    if str(path) == STDOUT:
        writer = TableWriter(
            "standard output", lambda: DelimitedText(_Stdout(), delimiter=",", mark=excel)
        )
        yield writer
        writer.close()
        return
    with writable(str(path)):
        place = aside.claim(Path(path))
    writer = TableWriter(str(path), lambda: _format(place.whole, excel, kinds))
    try:
        yield writer
        if writer.close():
            with writable(str(path)):
                aside.put(place, force=force)
            writer.say_what_was_changed()
    except KeyboardInterrupt as stop:
        kept = "; the file of that name is as it was" if Path(path).exists() else ""
        stop.add_note(f"{path} was not written{kept}")
        raise
    finally:
        writer.stop()
        aside.release(place)


def write_table(
    frame: pd.DataFrame,
    path: str | Path,
    *,
    force: bool = False,
    excel: bool = False,
    inputs: Iterable[str | Path] = (),
) -> None:
    """Write one frame, as `writing` does."""
    if str(path) != STDOUT and Path(path).suffix.lower() == ".xlsx":
        check_size(*frame.shape)
    with writing(path, force=force, excel=excel, inputs=inputs) as table:
        table.write(frame)


def _without_controls(frame: pd.DataFrame) -> pd.DataFrame:
    columns = [without_controls(str(name)) for name in frame.columns]
    texts = [i for i in range(frame.shape[1]) if frame.dtypes.iloc[i].kind in "OSU"]
    spoiled = [i for i in texts if _has_controls(frame.iloc[:, i])]
    if spoiled or columns != list(frame.columns):
        frame = frame.copy()
        for i in spoiled:
            frame.isetitem(i, [_cell_without_controls(c) for c in frame.iloc[:, i].tolist()])
        frame.columns = columns
    return frame


def _has_controls(column: pd.Series) -> bool:
    return any(isinstance(cell, str) and CONTROL.search(cell) for cell in column.tolist())


def _cell_without_controls(cell: object) -> object:
    return without_controls(cell) if isinstance(cell, str) else cell


@contextmanager
def writable(name: str) -> Iterator[None]:
    """Turn what can go wrong while a file is written into one sentence."""
    try:
        yield
    except BrokenPipeError:
        raise  # the reader of our output has seen enough: the command line ends in silence
    except (OSError, FileCreateError) as error:
        cause = error.args[0] if isinstance(error, FileCreateError) else error
        raise TableError(f"{name}: {_reason(cause)}") from None


def _reason(error: OSError) -> str:
    if error.errno in _FULL:
        return "the disk is full; nothing was written (free some space, or choose another folder)"
    if isinstance(error, PermissionError):
        return "no permission to write it (close it in Excel, or choose another name or folder)"
    return f"cannot be written: {error.strerror or error} (choose another name with -o)"


def _check_ending(path: Path, also: tuple[str, ...]) -> None:
    endings = (*ENDINGS, *also)
    if path.suffix.lower() not in endings:
        raise TableError(
            f"{path}: no format is known by the ending '{path.suffix}' (use {', '.join(endings)})"
        )
    if path.suffix.lower() == ".parquet":
        import_arrow(str(path))


def _same_file(path: Path, read: Path) -> bool:
    return path.exists() and read.exists() and path.samefile(read)


def _format(path: Path, excel: bool, kinds: Callable[[], Kinds]) -> Format:
    match path.suffix.lower():
        case ".csv":
            return DelimitedText(path.open("wb"), delimiter=",", mark=excel)
        case ".tsv":
            return DelimitedText(path.open("wb"), delimiter="\t", mark=excel)
        case ".jsonl":
            return JsonLines(path.open("wb"))
        case ".parquet":
            return Parquet(path)
        case _:
            return Workbook(path, kinds())


class _Stdout:
    """Standard output as bytes, UTF-8 whatever the console's code page; it is never closed."""

    def write(self, block: bytes) -> int:
        return sys.stdout.buffer.write(block)

    def close(self) -> None:
        sys.stdout.buffer.flush()
