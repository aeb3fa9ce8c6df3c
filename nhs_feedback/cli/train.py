"""`feedback train`: labelled -> model, its scores."""

from typing import Any

import click

from nhs_feedback.cli import options


@click.command()
@click.argument("files", metavar="LABELLED...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="DIR", required=True, help="The model folder to write.")
@click.option("--codebook", "codebook_file", metavar="FILE", help="The themes, as TOML.")
@click.option(
    "--theme-column", multiple=True, metavar="NAME", help="A theme's column, if not found."
)
@options.columns("text")
@options.sentiment
@options.seed
@click.option("--from-scratch", is_flag=True, help="Learn from these labels alone.")
@options.jobs
@options.reading
@options.force
@options.quiet
def train(
    files: tuple[str, ...],
    output: str,
    codebook_file: str | None,
    theme_column: tuple[str, ...],
    columns: dict[str, str | None],
    sentiment_column: str | None,
    sentiment_order: str | None,
    seed: int,
    from_scratch: bool,
    jobs: int,
    reading: dict[str, Any],
    force: bool,
    quiet: bool,
) -> None:
    """Learn themes and feelings from labelled comments, and from those that come along.

    LABELLED is a table of comments with a column a theme: its polarity word, 1, x or yes where
    the theme is present, nothing elsewhere. A tagged table corrected by hand is one.
    """
    from pathlib import Path

    from nhs_feedback.cli import say, show
    from nhs_feedback.cli.terminal import console, notes
    from nhs_feedback.model.codebook import load_codebook
    from nhs_feedback.model.store import check_model_target
    from nhs_feedback.model.training import train as learn
    from nhs_feedback.tables.reading import read_table

    with notes(quiet=quiet) as note:
        check_model_target(Path(output), force=force)
        codebook = load_codebook(codebook_file) if codebook_file else None
        model = learn(
            [read_table(file, **reading) for file in files],
            codebook=codebook,
            text_column=columns["text"],
            theme_columns=theme_column,
            sentiment_column=sentiment_column,
            sentiment_order=sentiment_order,  # type: ignore[arg-type]
            seed=seed,
            from_scratch=from_scratch,
            jobs=jobs,
            where=files,
        )
        model = model.renamed(Path(output).resolve().name)
        model.save(output, force=force)
        say.trained(note, model)
        show.scores(console(), model.scores, show.UNSEEN, model.codebook)
        say.written(note, output)
