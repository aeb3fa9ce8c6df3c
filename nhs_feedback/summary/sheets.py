"""Summary -> file: hidden figures marked where cells are text, null where they are typed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Unpack

import pandas as pd

from nhs_feedback.summary.comparisons import compare_counts
from nhs_feedback.summary.counts import Counts
from nhs_feedback.summary.grouping import PERIODS
from nhs_feedback.summary.groups import Rules, for_writing, summarise_counts
from nhs_feedback.summary.trends import trend_counts
from nhs_feedback.summary.workbook import write_workbook
from nhs_feedback.tables.aside import claim, put, release
from nhs_feedback.tables.writing import check_target, writable, write_table

MARKDOWN = ".md"
_TYPED = (".parquet", ".jsonl")


def write_summary(
    summary: pd.DataFrame,
    path: str | Path,
    *,
    force: bool = False,
    excel: bool = False,
    others: Callable[[], dict[str, pd.DataFrame]] = dict,
    notes: tuple[str, ...] = (),
) -> None:
    """Write a summary, long or wide, whole or not at all; `[c]` stands for a hidden figure.

    Parameters
    ----------
    path : path
        Ending in .csv, .tsv, .parquet, .jsonl, .md or .xlsx; "-" is CSV on standard output.
    excel : bool
        Begin CSV with the mark by which Excel knows UTF-8.
    others : callable
        Makes further sheets of a workbook, by name; the summary is the first.
    notes : tuple of str
        Sentences for the workbook's notes.
    """
    ending = Path(path).suffix.lower() if str(path) != "-" else ".csv"
    if ending == ".xlsx":
        sheets = {"Wide" if "theme" not in summary else "Summary": summary} | others()
        cells = {name: _cells(sheet) for name, sheet in sheets.items()}
        _whole(path, force, lambda target: write_workbook(cells, target, notes=notes))
    elif ending == MARKDOWN:
        text = as_markdown(for_writing(summary))
        _whole(path, force, lambda target: target.write_text(text, "utf-8", newline="\n"))
    else:
        table = summary if ending in _TYPED else for_writing(summary)
        write_table(table, path, force=force, excel=excel)


def check_summary_target(
    path: str | None, *, force: bool, inputs: Sequence[str | None] = ()
) -> None:
    """Refuse a path that cannot be written to, before the work; None is no path."""
    if path:
        check_target(path, force=force, inputs=list(filter(None, inputs)), also=(MARKDOWN,))


def further_sheets(
    counts: Counts, error: pd.DataFrame | None, *, wide: bool, **rules: Unpack[Rules]
) -> dict[str, pd.DataFrame]:
    """Make the sheets that stand beside a summary in a workbook: comparisons, trends, its rows."""
    sheets = {}
    if wide:
        sheets["Summary"] = summarise_counts(counts, error, **rules)
    if counts.by:
        sheets["Comparisons"] = compare_counts(counts, error, **rules)
    if counts.by and counts.by[-1] in PERIODS:
        sheets["Trends"] = trend_counts(counts, error, **rules)
    return sheets


def as_markdown(table: pd.DataFrame) -> str:
    """Write a table in Markdown, a bar in a cell escaped."""
    numbers = [pd.api.types.is_numeric_dtype(table[name]) for name in table]
    lines = [list(map(str, table.columns)), ["---:" if n else "---" for n in numbers]]
    lines += table.astype(str).to_numpy().tolist()
    rows = (" | ".join(" ".join(c.replace("|", "\\|").split()) for c in line) for line in lines)
    return "".join(f"| {row} |\n" for row in rows)


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers as numbers, `[c]` where hidden, nothing where there is no figure."""
    if "hidden" not in table:
        return table.astype(object).where(table.notna(), "")
    return for_writing(table)


def _whole(path: str | Path, force: bool, write: Callable[[Path], object]) -> None:
    check_target(path, force=force, also=(MARKDOWN,))
    with writable(str(path)):
        place = claim(Path(path))
        try:
            write(place.whole)
            put(place, force=force)
        finally:
            release(place)
