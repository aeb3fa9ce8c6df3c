"""`feedback model`: a model's card, its scores, and whether its files are as they were written."""

import click


@click.command()
@click.argument("folder", metavar="[DIR]", required=False)
def model(folder: str | None) -> None:
    """Check a model folder and show what it is and how it scored.

    Without DIR: the model that comes along.
    """
    from nhs_feedback.cli import say, show
    from nhs_feedback.cli.terminal import console, put
    from nhs_feedback.model.store import load_model

    tagger = load_model(folder)
    screen = console()
    for line in (*say.model_lines(tagger), "Every file matches its checksum"):
        put(screen, line)
    show.scores(screen, tagger.scores, show.UNSEEN, tagger.codebook)
