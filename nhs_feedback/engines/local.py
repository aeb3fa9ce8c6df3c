"""Tagging, masking and counting on this machine: file to file, in chunks, over processes."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from operator import add
from pathlib import Path

import pandas as pd

from nhs_feedback.engines.processes import closing, mapped
from nhs_feedback.model.codebook import Codebook
from nhs_feedback.model.store import find_model
from nhs_feedback.model.tagger import Tagger, tag_table
from nhs_feedback.summary.counts import Counts, count_tags
from nhs_feedback.summary.grouping import TRUST, Grouping
from nhs_feedback.tables.cells import Kinds
from nhs_feedback.tables.comments import OpenComments
from nhs_feedback.tables.problems import displaced
from nhs_feedback.tables.reading import DEFAULT_CHUNK
from nhs_feedback.tables.schema import CHECK, JOIN, ORG_CODE, Columns, own_names
from nhs_feedback.tables.writing import writing
from nhs_feedback.text.columns import count_elsewhere, count_masked, redact_columns

Progress = Callable[[int], None]
"""Told how many rows were just done."""


@dataclass(frozen=True)
class Classified:
    """What came of tagging some rows; that of two parts adds up to that of the whole.

    Attributes
    ----------
    counts : Counts
        By trust where there is a trust column, else of all rows: what a summary needs.
    check : Counter
        Rows by reason to look at them.
    unresolved : Counter
        Rows by trust as written, for those that are none of the table of organisations.
    rows : int
    """

    counts: Counts
    check: Counter[str]
    unresolved: Counter[str]
    rows: int

    def __add__(self, other: "Classified") -> "Classified":
        """Add what came of further rows."""
        return Classified(
            self.counts + other.counts,
            self.check + other.check,
            self.unresolved + other.unresolved,
            self.rows + other.rows,
        )


@dataclass(frozen=True)
class Redacted:
    """What came of masking some rows; that of two parts adds up to that of the whole.

    Attributes
    ----------
    pieces : Counter
        Pieces masked by kind.
    elsewhere : Counter
        Rows that seem to hold personal data in a column that was not masked, by column.
    rows : int
    """

    pieces: Counter[str]
    elsewhere: Counter[str]
    rows: int

    def __add__(self, other: "Redacted") -> "Redacted":
        """Add what came of further rows."""
        return Redacted(
            self.pieces + other.pieces, self.elsewhere + other.elsewhere, self.rows + other.rows
        )


def classify_file(
    comments: OpenComments,
    target: str | Path,
    *,
    model: str | Path | None = None,
    organisations: str | Path | None = None,
    jobs: int = 1,
    chunk_size: int = DEFAULT_CHUNK,
    excel: bool = False,
    force: bool = False,
    redact: bool = False,
    evidence: bool = False,
    progress: Progress = lambda _: None,
) -> Classified:
    """Tag an open file of comments into another, whole or not at all.

    Neither `jobs` nor `chunk_size` changes a tag; a chunk a job is what memory holds at once.
    With `redact` every column of comments is masked in the target; `evidence` adds its column.

    Raises
    ------
    TableError
        If the target cannot be written; then there is no target.
    """
    table, columns = comments.table, comments.columns
    tagger = find_model(model)
    # Tagging renames a column whose name it needs.
    renamed = own_names(table.columns, tagger.codebook.ids)
    trust, id_column = (renamed.get(name or "") or name for name in (columns.trust, columns.id))
    if dict(columns.why).get("id") != "as asked":
        id_column = None  # the one that tells respondents apart is looked for

    def kinds() -> Kinds:
        return {renamed.get(name) or name: kind for name, kind in table.kinds().items()}

    with writing(target, force=force, excel=excel, inputs=comments.paths, kinds=kinds) as writer:

        def written(tagged: pd.DataFrame) -> Classified:
            writer.write(tagged)
            progress(len(tagged))
            return _classified(tagged, trust, tagger.codebook, id_column)

        chunks = tag_chunks(
            table.chunks(chunk_size), columns, model=model, organisations=organisations, jobs=jobs,
            redact=comments.texts if redact else (), evidence=evidence,
        )  # fmt: skip
        with closing(chunks, table.path):
            return reduce(add, map(written, chunks))


def redact_file(
    comments: OpenComments,
    target: str | Path,
    *,
    jobs: int = 1,
    chunk_size: int = DEFAULT_CHUNK,
    excel: bool = False,
    force: bool = False,
    progress: Progress = lambda _: None,
) -> Redacted:
    """Copy an open file of comments with personal data in its comments masked.

    Neither `jobs` nor `chunk_size` changes a cell.

    Raises
    ------
    TableError
        If the target cannot be written; then there is no target.
    """
    table = comments.table
    with writing(
        target, force=force, excel=excel, inputs=comments.paths, kinds=table.kinds
    ) as writer:

        def written(done: tuple[pd.DataFrame, Redacted]) -> Redacted:
            masked, result = done
            writer.write(masked)
            progress(result.rows)
            return result

        task = partial(_redact_chunk, texts=comments.texts, known=comments.known)
        chunks = mapped(task, table.chunks(chunk_size), jobs=jobs)
        with closing(chunks, table.path):
            return reduce(add, map(written, chunks))


def tag_chunks(
    chunks: Iterable[pd.DataFrame],
    columns: Columns,
    *,
    model: str | Path | None = None,
    organisations: str | Path | None = None,
    jobs: int = 1,
    redact: Sequence[str] = (),
    evidence: bool = False,
) -> Generator[pd.DataFrame, None, None]:
    """Tag chunks in order, over `jobs` processes, each of which opens the model once."""
    task = partial(
        _tag_chunk,
        model=find_model(model) if jobs == 1 else model,
        columns=columns,
        organisations=organisations,
        redact=redact,
        evidence=evidence,
    )
    return mapped(task, chunks, jobs=jobs)


def _tag_chunk(
    chunk: pd.DataFrame,
    *,
    model: Tagger | str | Path | None,
    columns: Columns,
    organisations: str | Path | None,
    redact: Sequence[str],
    evidence: bool,
) -> pd.DataFrame:
    return tag_table(
        chunk,
        find_model(model),
        columns,
        organisations=organisations,
        redact=redact,
        evidence=evidence,
    )


def _redact_chunk(
    chunk: pd.DataFrame, *, texts: Sequence[str], known: Sequence[str]
) -> tuple[pd.DataFrame, Redacted]:
    masked = redact_columns(chunk, texts)
    pieces, elsewhere = count_masked(chunk, masked, texts), count_elsewhere(chunk, known)
    return masked, Redacted(pieces, elsewhere, len(chunk))


def _classified(
    tagged: pd.DataFrame, trust: str | None, codebook: Codebook, id_column: str | None
) -> Classified:
    grouping = Grouping((TRUST,) if trust else (), trust_column=trust)
    return Classified(
        counts=count_tags(tagged, grouping, codebook=codebook, id_column=id_column),
        check=Counter(reason for cell in tagged[CHECK] if cell for reason in cell.split(JOIN)),
        unresolved=_unresolved(tagged, trust),
        rows=len(tagged),
    )


def _unresolved(tagged: pd.DataFrame, trust: str | None) -> Counter[str]:
    if trust is None:
        return Counter()
    unsure = (tagged[ORG_CODE] == "") & ~displaced(tagged)
    written = tagged.loc[unsure, trust].str.strip()
    return Counter(written[written != ""].tolist())
