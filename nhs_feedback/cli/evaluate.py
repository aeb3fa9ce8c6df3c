"""`feedback evaluate`: labelled -> scores, of one model or of two compared."""

from typing import Any

import click

from nhs_feedback.cli import options


@click.command()
@click.argument("file", metavar="LABELLED")
@options.model
@click.option("--against", metavar="DIR", help="Another model, compared on the same comments.")
@options.columns("text")
@options.sentiment
@options.seed
@options.reading
@options.output("Write the scores here as well as showing them; - is CSV on stdout.")
@options.excel
@options.force
@options.quiet
def evaluate(
    file: str,
    model: str | None,
    against: str | None,
    columns: dict[str, str | None],
    sentiment_column: str | None,
    sentiment_order: str | None,
    seed: int,
    reading: dict[str, Any],
    output: str | None,
    excel: bool,
    force: bool,
    quiet: bool,
) -> None:
    """Score a model on comments that people labelled, theme by theme, with 95% intervals.

    LABELLED should hold comments that the model was not trained on.
    """
    from nhs_feedback.cli import say, show
    from nhs_feedback.cli.terminal import console, notes
    from nhs_feedback.model.evaluation import evaluate as score
    from nhs_feedback.model.store import find_model
    from nhs_feedback.tables.reading import read_table
    from nhs_feedback.tables.writing import check_target, write_table

    with notes(quiet=quiet) as note:
        if output:
            check_target(output, force=force, inputs=[file])
        scores = score(
            read_table(file, **reading),
            model=model,
            against=against,
            text_column=columns["text"],
            sentiment_column=sentiment_column,
            sentiment_order=sentiment_order,  # type: ignore[arg-type]
            seed=seed,
            where=file,
        )
        if output:
            write_table(scores, output, force=force, excel=excel)
        if output != "-":
            show.scores(console(), scores, f"Scores on {file}", find_model(model).codebook)
        say.written(note, output)
