"""`feedback summarise`: tagged -> summary."""

from typing import Any, Literal

import click

from nhs_feedback.cli import options


@click.command()
@click.argument("file", metavar="TAGGED")
@options.output("Write the summary here as well as showing it; - is CSV on stdout.")
@click.option(
    "--by",
    multiple=True,
    metavar="COL",
    help="Group by this column, or trust, region or type.  [default: trust]",
)
@click.option(
    "--period", type=click.Choice(["month", "quarter", "year"]), help="Group by date as well."
)
@click.option(
    "--method",
    type=click.Choice(["calibrated", "count"]),
    default="calibrated",
    show_default=True,
    help="How shares are estimated.",
)
@click.option("--wide", is_flag=True, help="One row a group, one column a theme.")
@click.option("--words", is_flag=True, help="Also the words that set each group apart.")
@click.option(
    "--checked",
    metavar="FILE",
    help="A random sample of these comments labelled by hand (see select --for-checking).",
)
@options.disclosure
@options.min_group
@options.model
@options.columns("trust", "id", "date")
@options.reading
@options.excel
@options.force
@options.quiet
def summarise(
    file: str,
    output: str | None,
    by: tuple[str, ...],
    period: Literal["month", "quarter", "year"] | None,
    method: Literal["calibrated", "count"],
    wide: bool,
    words: bool,
    checked: str | None,
    disclosure: Literal["none", "fft"],
    min_group: int,
    model: str | None,
    columns: dict[str, str | None],
    reading: dict[str, Any],
    excel: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Summarise a tagged table by group and theme, with 95% intervals.

    TAGGED is what `feedback classify` wrote, corrected by hand or not.
    """
    from nhs_feedback.cli import say
    from nhs_feedback.cli.show_summary import summarised
    from nhs_feedback.cli.terminal import notes
    from nhs_feedback.engines.summaries import summarise_table
    from nhs_feedback.model.store import find_model
    from nhs_feedback.summary.disclosure import rule_in_words
    from nhs_feedback.summary.grouping import Grouping
    from nhs_feedback.summary.sheets import check_summary_target, write_summary
    from nhs_feedback.tables.reading import open_table

    with notes(quiet=quiet) as note:
        check_summary_target(output, force=force, inputs=[file, checked])
        names = by or (() if period else ("trust",))
        done = summarise_table(
            open_table(file, **reading), Grouping(names, period, columns["trust"], columns["date"]),
            tagger := find_model(model), method=method, checked=checked, id_column=columns["id"],
            wide=wide, disclosure=disclosure, min_group=min_group,
        )  # fmt: skip
        say.summarised(note, done, tagger)
        if output:
            rule = (rule_in_words(disclosure, min_group),)
            write_summary(
                done.summary, output, force=force, excel=excel, others=done.sheets, notes=rule
            )
        summarised(done, tagger.codebook, words=words, to_stdout=output == "-")
        say.written(note, output)
