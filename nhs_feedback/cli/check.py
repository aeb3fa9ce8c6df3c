"""`feedback check`: what is in a file and what is wrong with it, before a long run."""

from typing import Any

import click

from nhs_feedback.cli import options


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@options.texts
@options.columns("trust", "id", "date")
@options.organisations
@options.reading
def check(
    files: tuple[str, ...],
    text: tuple[str, ...],
    join: bool,
    columns: dict[str, Any],
    organisations: str | None,
    reading: dict[str, Any],
) -> None:
    """Read FILE as `classify` would, tag nothing, and say what was found and what is wrong.

    Personal data is counted by kind and never shown.
    """
    from pathlib import Path

    from nhs_feedback.cli import show
    from nhs_feedback.cli.terminal import console, notes
    from nhs_feedback.tables.comments import open_comments
    from nhs_feedback.tables.organisations import load_organisations
    from nhs_feedback.text.inspection import inspect_comments

    with notes(quiet=False):
        known = load_organisations(Path(organisations) if organisations else None)
        comments = open_comments(*files, text=text, join=join, **columns, **reading)
        show.inspection(console(), comments, inspect_comments(comments, known))
