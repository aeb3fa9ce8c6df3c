"""`feedback report`: tagged -> one page to read, show and print."""

from typing import Any, Literal

import click

from nhs_feedback.cli import options


@click.command()
@click.argument("file", metavar="TAGGED")
@click.option("-o", "--output", metavar="FILE", required=True, help="The page, FILE.html.")
@click.option(
    "--by",
    multiple=True,
    metavar="COL",
    help="Group by this column, or trust, region or type.  [default: trust]",
)
@click.option(
    "--period",
    type=click.Choice(["month", "quarter", "year"]),
    default="month",
    show_default=True,
    help="Of the charts over time.",
)
@click.option(
    "--checked",
    metavar="FILE",
    help="A random sample of these comments labelled by hand (see select --for-checking).",
)
@click.option("--title", metavar="TEXT", help="The page's heading.")
@click.option("--no-comments", is_flag=True, help="Quote no comment.")
@click.option(
    "--min-quoted",
    type=click.IntRange(1, 1000),
    default=30,
    show_default=True,
    help="Quote comments only from groups of so many comments and respondents.",
)
@options.disclosure
@options.min_group
@options.model
@options.columns("text", "trust", "id", "date")
@options.reading
@options.force
@options.quiet
def report(
    file: str,
    output: str,
    by: tuple[str, ...],
    period: Literal["month", "quarter", "year"],
    checked: str | None,
    title: str | None,
    no_comments: bool,
    min_quoted: int,
    disclosure: Literal["none", "fft"],
    min_group: int,
    model: str | None,
    columns: dict[str, Any],
    reading: dict[str, Any],
    force: bool,
    quiet: bool,
) -> None:
    """Write a page about a tagged table that a board can read, offline, in one file.

    TAGGED is what `feedback classify` wrote, corrected by hand or not. Comments are quoted with
    personal data masked, which is not anonymisation: read the page before you pass it on.
    """
    from nhs_feedback.cli import say
    from nhs_feedback.cli.terminal import notes
    from nhs_feedback.model.store import find_model
    from nhs_feedback.summary import report as page
    from nhs_feedback.tables.pages import check_page
    from nhs_feedback.tables.reading import read_table

    with notes(quiet=quiet) as note:
        check_page(output, force=force, inputs=[file, checked] if checked else [file])
        tagger = find_model(model)
        page.report(
            read_table(file, **reading), output, by=by or ("trust",), period=period,
            title=title or page.TITLE, checked=read_table(checked) if checked else None,
            min_quoted=None if no_comments else min_quoted, disclosure=disclosure,
            min_group=min_group, model=tagger, force=force, where=file,
            **{f"{role}_column": name for role, name in columns.items()},
        )  # fmt: skip
        say.written(note, output)
