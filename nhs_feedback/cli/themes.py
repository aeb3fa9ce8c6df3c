"""`feedback themes`: the codebook."""

import click

from nhs_feedback.cli import options


@click.command()
@click.option("--codebook", "codebook_file", metavar="FILE", help="Read and check this file.")
@options.model
@click.option("--toml", is_flag=True, help="Print it as TOML, to edit and give to `train`.")
def themes(codebook_file: str | None, model: str | None, toml: bool) -> None:
    """Show the themes: what each means and where its edges are."""
    from nhs_feedback.cli import show
    from nhs_feedback.cli.terminal import console
    from nhs_feedback.model.codebook import default_codebook, dump_codebook, load_codebook
    from nhs_feedback.model.store import find_model

    if codebook_file:
        book = load_codebook(codebook_file)
    else:
        book = find_model(model).codebook if model else default_codebook()
    if toml:
        click.echo(dump_codebook(book).encode(), nl=False)  # UTF-8, whatever the console has
    else:
        show.codebook(console(), book)
