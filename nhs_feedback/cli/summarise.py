"""`feedback summarise`: tagged -> summary."""

from typing import Any

import click

from nhs_feedback.cli import options


@click.command()
@click.argument("file", metavar="TAGGED")
@options.output("Write the summary here as well as showing it; - is CSV on stdout.")
@click.option("--by", multiple=True, metavar="COL", help="Group by this column.  [default: trust]")
@click.option("--wide", is_flag=True, help="One row a group, one column a theme.")
@options.min_group
@options.model
@options.columns("trust")
@options.reading
@options.excel
@options.force
@options.quiet
def summarise(
    file: str,
    output: str | None,
    by: tuple[str, ...],
    wide: bool,
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
    from nhs_feedback.engines.local import count_table
    from nhs_feedback.model.store import find_model
    from nhs_feedback.summary.groups import TRUST, summarise_counts
    from nhs_feedback.summary.sheets import write_summary
    from nhs_feedback.tables.reading import open_table
    from nhs_feedback.tables.writing import check_target

    with notes(quiet=quiet) as note:
        if output:
            check_target(output, force=force, inputs=[file])
        table, tagger = open_table(file, **reading), find_model(model)
        counts = count_table(
            table, by or TRUST, trust_column=columns["trust"], codebook=tagger.codebook
        )
        say.made_by(note, counts.models, tagger)
        summary = summarise_counts(counts, wide=wide, min_group=min_group)
        if output:
            write_summary(summary, output, force=force, excel=excel)
        if output != "-":
            (show.wide if wide else show.summary)(console(), summary, tagger.codebook)
        say.written(note, output)
