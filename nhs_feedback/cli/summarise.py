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
    from nhs_feedback.cli import say, show
    from nhs_feedback.cli.terminal import console, notes
    from nhs_feedback.engines.local import check_file, count_table
    from nhs_feedback.model.store import find_model
    from nhs_feedback.summary.disclosure import rule_in_words
    from nhs_feedback.summary.grouping import TRUST, Grouping
    from nhs_feedback.summary.groups import Rules, summarise_counts
    from nhs_feedback.summary.measure import known_error
    from nhs_feedback.summary.sheets import MARKDOWN, further_sheets, write_summary
    from nhs_feedback.tables.reading import open_table
    from nhs_feedback.tables.writing import check_target

    with notes(quiet=quiet) as note:
        if output:
            inputs = [file, checked] if checked else [file]
            check_target(output, force=force, inputs=inputs, also=(MARKDOWN,))
        table, tagger = open_table(file, **reading), find_model(model)
        names = by or (() if period else (TRUST,))
        grouping = Grouping(names, period, columns["trust"], columns["date"])
        counts = count_table(table, grouping, codebook=tagger.codebook, id_column=columns["id"])
        say.made_by(note, counts.models, tagger)
        say.unlike(note, counts)
        error = known_error(counts, tagger, method)
        sample = check_file(table, checked, grouping, columns["id"]) if checked else None
        rules = Rules(
            disclosure=disclosure, min_group=min_group, index=tagger.codebook.perception_index,
            checked=sample.shares if sample else None,
        )  # fmt: skip
        summary = summarise_counts(counts, error, wide=wide, **rules)
        if output:
            write_summary(
                summary, output, force=force, excel=excel,
                others=lambda: further_sheets(counts, error, wide=wide, **rules),
                notes=(rule_in_words(disclosure, min_group),),
            )  # fmt: skip
        if output != "-":
            (show.wide if wide else show.summary)(console(), summary, tagger.codebook)
            show.rule(console(), disclosure, min_group)
        if sample:
            say.checked(note, sample)
            show.scores(console(stderr=output == "-"), sample.scores, show.ON_FILE, tagger.codebook)
        say.written(note, output)
