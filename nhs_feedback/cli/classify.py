"""`feedback classify`: comments -> tagged, and the summary by trust."""

from typing import Any

import click

from nhs_feedback.cli import options


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@options.output("Tagged table.  [default: FILE with .tagged before its ending; - is stdout]")
@options.model
@options.texts
@options.columns("trust", "id", "date")
@options.organisations
@options.reading
@options.jobs
@click.option("--summary", "summary_file", metavar="FILE", help="Also write the summary by trust.")
@options.min_group
@click.option("--redact", is_flag=True, help="Mask personal data in the comments written.")
@click.option("--evidence", is_flag=True, help="Add the sentence behind each theme; slower.")
@options.excel
@options.force
@options.quiet
def classify(
    files: tuple[str, ...],
    output: str | None,
    model: str | None,
    text: tuple[str, ...],
    join: bool,
    columns: dict[str, Any],
    organisations: str | None,
    reading: dict[str, Any],
    jobs: int,
    summary_file: str | None,
    min_group: int,
    redact: bool,
    evidence: bool,
    excel: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Tag each comment of FILE with its themes and feelings, and summarise by trust.

    FILE is a table with a column of comments, "-" standard input; several files, or a folder, are
    read as one. Rows and columns are all kept; the tags come behind them.
    """
    from pathlib import Path

    from nhs_feedback.cli import say, show
    from nhs_feedback.cli.terminal import console, notes, progress
    from nhs_feedback.engines.local import classify_file
    from nhs_feedback.model.store import find_model
    from nhs_feedback.summary.groups import summarise_counts
    from nhs_feedback.summary.measure import known_error
    from nhs_feedback.summary.sheets import write_summary
    from nhs_feedback.tables.comments import open_comments, tagged_name
    from nhs_feedback.tables.writing import check_target

    target = output or tagged_name(files[0])
    if summary_file and Path(summary_file).resolve() == Path(target).resolve():
        raise click.UsageError("--output and --summary name the same file.")
    with notes(quiet=quiet) as note:
        for path in filter(None, (target, summary_file)):
            check_target(path, force=force, inputs=files)
        tagger = find_model(model)  # a damaged model is said before a long read
        comments = open_comments(*files, text=text, join=join, **columns, **reading)
        check_target(target, force=force, inputs=files, rows=comments.table.n_rows)
        say.opened(note, comments)
        with progress(comments.table.n_rows, quiet=quiet) as done:
            result = classify_file(
                comments, target, model=model, organisations=organisations,
                jobs=jobs, excel=excel, force=force, redact=redact, evidence=evidence,
                progress=done,
            )  # fmt: skip
        say.classified(note, comments, result, tagger.codebook, organisations)
        if redact:
            say.masked(note, comments)
        error = known_error(result.counts, tagger)
        summary = summarise_counts(result.counts, error, min_group=min_group)
        if summary_file:
            write_summary(summary, summary_file, force=force, excel=excel)
        streams = "-" in (target, summary_file)
        if not (streams and quiet):
            shown = console(stderr=streams)
            show.summary(shown, summary, tagger.codebook)
            show.rule(shown, "none", min_group)
        say.written(note, target, summary_file)
