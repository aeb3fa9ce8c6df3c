"""`feedback redact`: comments -> the same comments with personal data masked."""

from typing import Any

import click

from nhs_feedback.cli import options


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@options.output("Masked table.  [default: FILE with .redacted before its ending; - is stdout]")
@options.text_columns("The text column, if not found by name; once for each column to mask.")
@options.reading
@options.jobs
@options.excel
@options.force
@options.quiet
def redact(
    files: tuple[str, ...],
    output: str | None,
    text: tuple[str, ...],
    reading: dict[str, Any],
    jobs: int,
    excel: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Copy FILE with personal data in its comments marked [NAME], [PHONE] and so on.

    Rows, other columns and the writers' other words stay as they are. Masking is not
    anonymisation: read docs/privacy.md before you pass the copy on.
    """
    from nhs_feedback.cli import say, show
    from nhs_feedback.cli.terminal import console, notes, progress
    from nhs_feedback.engines.local import redact_file
    from nhs_feedback.tables.comments import open_unarranged, redacted_name
    from nhs_feedback.tables.writing import check_target

    target = output or redacted_name(files[0])
    with notes(quiet=quiet) as note:
        check_target(target, force=force, inputs=files)
        comments = open_unarranged(*files, text=text, **reading)
        check_target(target, force=force, inputs=files, rows=comments.table.n_rows)
        say.opened(note, comments)
        with progress(comments.table.n_rows, quiet=quiet) as done:
            result = redact_file(
                comments, target, jobs=jobs, excel=excel, force=force, progress=done
            )
        show.personal_data(console(stderr=target == "-"), result.pieces, "Masked, by kind")
        say.redacted(note, comments, result)
        say.written(note, target)
