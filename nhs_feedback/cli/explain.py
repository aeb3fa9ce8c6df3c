"""`feedback explain`: a comment -> its tags, and the words and sentences behind each."""

import click

from nhs_feedback.cli import options


@click.command()
@click.argument("text")
@click.option(
    "--theme", "themes", multiple=True, metavar="ID", help="This theme, found or not; repeatable."
)
@options.model
@options.output("Write every part of every theme's score here; - is CSV on stdout.")
@options.force
@options.quiet
def explain(
    text: str,
    themes: tuple[str, ...],
    model: str | None,
    output: str | None,
    force: bool,
    quiet: bool,
) -> None:
    """Say why a comment has its tags: the words and sentences for and against each.

    TEXT is the comment; "-" reads it from standard input, which keeps it out of the shell's
    history.
    """
    from nhs_feedback.cli import reasons, say
    from nhs_feedback.cli.terminal import console, notes
    from nhs_feedback.model.explanation import check_themes
    from nhs_feedback.model.explanation import explain as explained
    from nhs_feedback.model.store import find_model
    from nhs_feedback.tables.writing import check_target, write_table

    with notes(quiet=quiet) as note:
        if output:
            check_target(output, force=force)
        tagger = find_model(model)
        check_themes(themes, tagger)
        comment = click.open_file("-", errors="replace").read() if text == "-" else text
        parts = explained(comment, model=tagger)
        if output:
            write_table(parts, output, force=force)
        if output != "-":
            tags = tagger.tag([comment], evidence=True)
            reasons.show(console(), tags, parts, tagger.codebook, themes)
        say.written(note, output)
