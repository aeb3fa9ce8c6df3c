"""The sentences that commands say beside their results; none holds the text of a comment."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from nhs_feedback.engines.local import Classified, Redacted
from nhs_feedback.engines.summaries import Summarised
from nhs_feedback.model.codebook import Codebook
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.checking import Checked
from nhs_feedback.tables.comments import OpenComments
from nhs_feedback.tables.organisations import Organisations, load_organisations
from nhs_feedback.tables.schema import SAYS_NOTHING, own_names, shown_columns
from nhs_feedback.text.checks import WELFARE

Note = Callable[[str], None]
_MOST_NAMED = 5
_LONGEST_NAME = 60
_MOST_TRUSTS = 50
MANY_TRUSTS = "most rows name a trust of their own; is it the right column? (use --trust-column)"
_SHORT_CELL = 12
_SIGNATURE = re.compile(r".{1,60} [0-9a-f]{8}")
_LINKS = {
    "of", "and", "the", "for", "in", "on", "upon", "at", "by", "with", "a", "ac", "y", "yr"
}  # small in names too  # fmt: skip


def opened(note: Note, comments: OpenComments) -> None:
    """Say what was understood of a file, and which rows are kept although damaged."""
    for line in understood_lines(comments):
        note(line)
    for kind, problem in comments.table.problems.items():
        rows = listed(map(str, problem.rows), of=problem.count)
        note(f"{counted(problem.count, 'row')} kept with {kind}: {rows}")


def understood_lines(comments: OpenComments) -> list[str]:
    """Say how a file was read and which column plays which part."""
    table, found = comments.table, comments.table.understood
    sheet = f"sheet '{found.sheet}'" if found.sheet else None
    row = found.header_row
    header = "no header" if row == 0 else f"header in row {row}" if row and row > 1 else None
    how = [found.format, found.encoding, _delimiter(found.delimiter), sheet, header]
    rows = counted(table.n_rows, "row")
    first = f"{table.path}: {rows} ({', '.join(filter(None, how))})."
    others = comments.columns.others_sentence(table.columns)
    said = [first, comments.columns.sentence(table.columns) + ".", others, *found.notes]
    return list(filter(None, said))


def classified(
    note: Note,
    comments: OpenComments,
    result: Classified,
    codebook: Codebook,
    organisations: str | None,
) -> None:
    """Say what tagging met: columns renamed, rows without a comment, trusts not recognised."""
    fates = own_names(comments.table.columns, codebook.ids)
    renamed = {name: new for name, new in fates.items() if new}
    if len(renamed) == 1:
        note(*(f"Your column '{name}' is kept as '{new}'." for name, new in renamed.items()))
    elif renamed:
        pairs = listed(f"'{name}' as '{new}'" for name, new in renamed.items())
        note(f"{len(renamed)} of your columns are kept under other names: {pairs}.")
    silent = {reason: result.check[reason] for reason in SAYS_NOTHING if result.check[reason]}
    if silent:
        counts = ", ".join(f"{count:,} {reason}" for reason, count in silent.items())
        note(f"Not tagged and not in any denominator: {counts}.")
    read_first(note, result.check[WELFARE])
    if result.unresolved:
        known = load_organisations(Path(organisations) if organisations else None)
        _say_unresolved(note, result.unresolved, result.rows, known)


def redacted(note: Note, comments: OpenComments, result: Redacted) -> None:
    """Say what masking left: columns that seem to hold personal data, and what it is not."""
    shown = shown_columns(comments.table.columns)
    for name, rows in result.elsewhere.items():
        note(
            f"Warning: column '{shown[name]}' was not masked and seems to hold personal data "
            f"in {rows:,} rows (take it out, or mask it too with --text-column)"
        )
    masked(note, comments)


def masked(note: Note, comments: OpenComments) -> None:
    """Say which columns were masked, and that masking is not anonymisation."""
    shown = shown_columns(comments.table.columns)
    note(
        f"Masked: {listed(shown[name] for name in comments.texts)}. No other column was touched. "
        "Masking is not anonymisation: a name may be missed, and a role, a place and a date may "
        "point to a person."
    )


def read_first(note: Note, rows: int) -> None:
    """Say how many rows may be about someone at risk."""
    if rows:
        note(
            f"Read first: {rows:,} marked '{WELFARE}', where someone may be at risk. "
            "A list of expressions marks them, and it misses some."
        )


def written(note: Note, *paths: str | None) -> None:
    """Say which files were written."""
    if names := [path for path in paths if path and path != "-"]:
        note(f"Written: {', '.join(names)}")


def _say_unresolved(note: Note, unresolved: Counter[str], rows: int, known: Organisations) -> None:
    name, are = ("names", "is") if unresolved.total() == 1 else ("name", "are")
    note(
        f"{unresolved.total():,} of {counted(rows, 'row')} {name} a trust that is not surely one "
        f"of the NHS table and {are} grouped by the name as written: "
        + ("(not shown)" if are_comments(unresolved, rows) else listed(map(nameable, unresolved)))
    )
    if are_comments(unresolved, rows):
        note(f"Warning: {MANY_TRUSTS}")
        return
    maybe = {name: known.match(name).suggestions for name, _ in unresolved.most_common()}
    for name, near in [(n, s) for n, s in maybe.items() if s][:_MOST_NAMED]:
        names = ", ".join(f"{organisation.name} ({organisation.code})" for organisation in near)
        note(f"'{nameable(name)}' may be: {names} (settle it with --organisations)")


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
    given = [f"{theme} {count:,}" for theme, count in made.given.items()]
    return [
        f"Model {model.signature}: {counted(len(book.themes), 'theme')}, codebook {book.name}",
        f"Made from {counted(made.own_rows, 'labelled comment')} given and {made.shipped_rows:,} "
        f"that come along, by {counted(made.writers, 'writer')}; seed {made.seed}",
        *(
            [f"Columns taken as themes, and comments with each: {', '.join(given)}"]
            if given
            else []
        ),
        f"Themes left out for too few examples: {', '.join(made.left_out) or 'none'}",
    ]


def made_by(note: Note, models: frozenset[str], tagger: Tagger) -> None:
    """Say when a table was tagged by another model than the one at hand."""
    names = {name if _SIGNATURE.fullmatch(name) else "another model" for name in models if name}
    if others := sorted(names - {tagger.signature}):
        note(
            f"Tagged by {listed(others)}, not by {tagger.signature}: "
            "give the model it was tagged with (--model) so that its codebook fits"
        )


def summarised(note: Note, done: Summarised, tagger: Tagger) -> None:
    """Say what to know of a summary: other models, comments of another kind, checked ones."""
    made_by(note, done.counts.models, tagger)
    unlike(note, done.unlike(tagger))
    if done.sample:
        checked(note, done.sample)


def checked(note: Note, sample: Checked) -> None:
    """Say how many checked comments were found, and by what."""
    note(f"Checked by hand: {sample.matched:,} of {sample.given:,} comments found by {sample.by}.")


def unlike(note: Note, reasons: list[str]) -> None:
    """Say when the comments are unlike those the model learnt from, and in what."""
    if reasons:
        note(
            "Warning: the text is unlike what the model learnt from, so shares are less certain "
            f"than their intervals say: {'; '.join(reasons)}. Check a sample by hand "
            "(feedback select --for-checking, then --checked)"
        )


def are_comments(unresolved: Counter[str], rows: int) -> bool:
    """Whether trusts as written are so many that they are more likely comments, not to be shown."""
    return len(unresolved) > max(_MOST_TRUSTS, rows / 2)


def nameable(cell: str) -> str:
    """Return a cell if it may be an organisation's name; one that may be a comment is hidden.

    Names are written with capitals (Moorland and Vale), or are one word or two; a comment in a
    trust's column, which damage can put there, is not.
    """
    words = cell.split()
    cell = " ".join(words)  # a message is one line
    small = [word for word in words if word[:1].islower() and word.casefold() not in _LINKS]
    if len(cell) > _LONGEST_NAME:
        return "(a long cell)"
    return cell if not small or len(cell) < _SHORT_CELL else "(a cell that may be no name)"


def counted(number: int, noun: str) -> str:
    """Return "1 row", "2 rows"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def listed(names: Iterable[str], *, most: int = _MOST_NAMED, of: int | None = None) -> str:
    """Join the first few names, and say how many more there are (of `of`, if not all are given)."""
    every = list(names)
    more = (len(every) if of is None else of) - most
    return ", ".join(every[:most]) + (f" and {more:,} more" if more > 0 else "")
