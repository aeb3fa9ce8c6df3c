"""The sentences that commands say beside their results; none holds the text of a comment."""

from collections import Counter
from collections.abc import Callable

from nhs_feedback.engines.local import Classified
from nhs_feedback.model.codebook import Codebook
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.tables.comments import OpenComments
from nhs_feedback.tables.schema import SAYS_NOTHING, own_names

Note = Callable[[str], None]
_MOST_NAMED = 5


def opened(note: Note, comments: OpenComments) -> None:
    """Say what was understood of a file."""
    table = comments.table
    found = table.understood
    how = ", ".join(filter(None, [found.format, found.encoding, _delimiter(found.delimiter)]))
    columns = comments.columns.sentence(table.columns)
    note(f"{table.path}: {table.n_rows:,} rows ({how}). {columns}.")
    for sentence in found.notes:
        note(sentence)
    for kind, problem in table.problems.items():
        note(f"{problem.count:,} rows kept with {kind}: {_listed(map(str, problem.rows))}")


def classified(note: Note, comments: OpenComments, result: Classified, codebook: Codebook) -> None:
    """Say what tagging met: columns renamed, rows without a comment, trusts not recognised."""
    for name, new in own_names(comments.table.columns, codebook.ids).items():
        if new:
            note(f"Your column '{name}' is kept as '{new}'.")
    silent = {reason: result.check[reason] for reason in SAYS_NOTHING if result.check[reason]}
    if silent:
        counts = ", ".join(f"{count:,} {reason}" for reason, count in silent.items())
        note(f"Not tagged and not in any denominator: {counts}.")
    if result.unresolved:
        _say_unresolved(note, result.unresolved, result.rows)


def written(note: Note, *paths: str | None) -> None:
    """Say which files were written."""
    if names := [path for path in paths if path and path != "-"]:
        note(f"Written: {', '.join(names)}")


def _say_unresolved(note: Note, unresolved: Counter[str], rows: int) -> None:
    note(
        f"{unresolved.total():,} of {rows:,} rows name a trust that is not in the NHS table and "
        f"are grouped by the name as written: {_listed(unresolved)}"
    )


def _listed(names: object) -> str:
    names = [str(name)[:60] for name in names]  # type: ignore[attr-defined]
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _delimiter(delimiter: str | None) -> str | None:
    names = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
    return None if delimiter is None else names.get(delimiter, "other delimiter")


def trained(note: Note, model: Tagger) -> None:
    """Say what a model was made from."""
    for line in model_lines(model):
        note(line)


def model_lines(model: Tagger) -> list[str]:
    """Say what a model is, a line each thing."""
    made, book = model.training, model.codebook
    return [
        f"Model {model.signature}: {len(book.themes)} themes, codebook {book.name}",
        f"Made from {made.own_rows:,} labelled comments given and {made.shipped_rows:,} that come "
        f"along, by {made.writers:,} writers; seed {made.seed}",
        f"Themes left out for too few examples: {', '.join(made.left_out) or 'none'}",
    ]


def made_by(note: Note, models: frozenset[str], tagger: Tagger) -> None:
    """Say when a table was tagged by another model than the one at hand."""
    if others := sorted(models - {tagger.signature, ""}):
        note(
            f"Tagged by {_listed(others)}, not by {tagger.signature}: "
            "give the model it was tagged with (--model) so that its codebook fits"
        )
