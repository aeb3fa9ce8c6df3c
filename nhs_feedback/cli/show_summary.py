"""What `feedback summarise` shows: the summary, words that set groups apart, a checked sample."""

import pandas as pd
from rich.console import Console

from nhs_feedback.cli import show
from nhs_feedback.cli.figures import make_table
from nhs_feedback.cli.terminal import console, put
from nhs_feedback.engines.summaries import Summarised
from nhs_feedback.model.codebook import Codebook


def summarised(done: Summarised, codebook: Codebook, *, words: bool, to_stdout: bool) -> None:
    """Show a summary on stdout, unless its table goes there: then only the sample's scores."""
    if not to_stdout:
        screen = console()
        (show.summary if "theme" in done.summary else show.wide)(screen, done.summary, codebook)
        if words:
            _words(screen, done.words, codebook)
        show.rule(screen, done.rules["disclosure"], done.rules["min_group"])
    if done.sample:
        show.scores(console(stderr=to_stdout), done.sample.scores, show.ON_FILE, codebook)


def _words(screen: Console, words: pd.DataFrame | None, codebook: Codebook) -> None:
    if words is None or words.empty:
        put(screen, "No words that set a group apart may be shown, or there are none.\n")
        return
    table = make_table(
        "Words that set a group's comments on a theme apart (comments)",
        "Group", "Theme", "Words", names=(0, 1, 2),
    )  # fmt: skip
    for (group, theme), rows in words.groupby(["group", "theme"], sort=False, observed=True):
        listed = [f"{row['word']} ({row['n_comments']})" for row in rows.to_dict("records")]
        table.add_row(str(group), codebook.labels.get(str(theme), str(theme)), ", ".join(listed))
    put(screen, table)
