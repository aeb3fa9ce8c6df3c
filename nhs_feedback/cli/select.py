"""`feedback select`: comments -> a table of them to label."""

from typing import Any

import click

from nhs_feedback.cli import options


@click.command()
@click.argument("file", metavar="COMMENTS")
@click.option(
    "-n",
    "n",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="How many; for checking, of each group.",
)
@click.option("-o", "--output", metavar="FILE", required=True, help="Such as to_label.xlsx.")
@click.option(
    "--for-checking",
    is_flag=True,
    help="A random sample of each group, for summarise --checked.",
)
@click.option("--no-redact", is_flag=True, help="Leave names and numbers in the comments.")
@click.option("--by", multiple=True, metavar="COL", help="Its groups.  [default: trust]")
@options.model
@options.seed
@options.columns("text", "trust")
@options.reading
@options.force
@options.quiet
def select(
    file: str,
    n: int,
    output: str,
    for_checking: bool,
    no_redact: bool,
    by: tuple[str, ...],
    model: str | None,
    seed: int,
    columns: dict[str, str | None],
    reading: dict[str, Any],
    force: bool,
    quiet: bool,
) -> None:
    """Choose comments to label, those the model is likeliest to tag wrongly first.

    The table written has the comments' columns, then sentiment and a column a theme, empty.
    COMMENTS may be a tagged table; its tags are left off. Personal data is masked, which does not
    make a comment anonymous.
    """
    from nhs_feedback.cli.say import written
    from nhs_feedback.cli.terminal import notes
    from nhs_feedback.model.labelling import draw_to_check, most_useful, to_label
    from nhs_feedback.model.store import find_model
    from nhs_feedback.summary.grouping import Grouping, joined_keys
    from nhs_feedback.tables.cells import column_as_text
    from nhs_feedback.tables.reading import read_table
    from nhs_feedback.tables.schema import find_columns
    from nhs_feedback.tables.writing import check_target, write_table
    from nhs_feedback.text.columns import redact_columns

    with notes(quiet=quiet) as note:
        check_target(output, force=force, inputs=[file])
        tagger, comments = find_model(model), read_table(file, **reading)
        text = find_columns(comments, text=columns["text"], trust=columns["trust"], where=file).text
        texts = column_as_text(comments[text])
        if for_checking:
            grouping = Grouping(by or ("trust",), trust_column=columns["trust"])
            groups = joined_keys(comments, grouping, where=file)
            places = draw_to_check(groups, texts, n, seed=seed)
        else:
            places = most_useful(texts, n, tagger)
        table = to_label(comments, places, tagger.codebook.ids)
        write_table(table if no_redact else redact_columns(table, [text]), output, force=force)
        note(f"{len(places):,} comments to label.")
        written(note, output)
