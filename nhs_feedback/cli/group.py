"""`feedback`: the group of commands, and where our errors become one line and exit 1."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from nhs_feedback import __version__
from nhs_feedback.cli.bugs import bare_traceback
from nhs_feedback.cli.check import check
from nhs_feedback.cli.classify import classify
from nhs_feedback.cli.evaluate import evaluate
from nhs_feedback.cli.explain import explain
from nhs_feedback.cli.model import model
from nhs_feedback.cli.redact import redact
from nhs_feedback.cli.report import report
from nhs_feedback.cli.select import select
from nhs_feedback.cli.summarise import summarise
from nhs_feedback.cli.themes import themes
from nhs_feedback.cli.train import train
from nhs_feedback.errors import FeedbackError

_NO_BUGS = (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError)


class FeedbackGroup(click.Group):
    """Print our own errors as one line; a bug keeps its traceback, without what messages quote."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 (click's own signature)
        """Run the command."""
        try:
            with _told_to_end_as_by_keyboard():
                return super().invoke(ctx)
        except FeedbackError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt as stop:
            said = "; ".join(getattr(stop, "__notes__", [])) or "no file was left half-written"
            click.echo(f"Stopped: {said}.", err=True)
            raise click.exceptions.Exit(1) from None
        except _NO_BUGS:
            raise
        except Exception as error:  # noqa: BLE001 (a bug can be anything)
            click.echo(bare_traceback(error), err=True)
            ctx.exit(1)


@contextmanager
def _told_to_end_as_by_keyboard() -> Iterator[None]:
    """Take a request of the system to end (SIGTERM) for Ctrl-C, so that nothing is left behind."""
    if threading.current_thread() is not threading.main_thread():  # where no signal comes
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@click.group(cls=FeedbackGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="feedback")
def main() -> None:
    """Themes and feelings in NHS staff comments about digital change, by trust, offline.

    Start with: feedback classify comments.csv
    """


for command in (
    classify, check, redact, summarise, report, train, evaluate, select, explain,
    themes, model,
):  # fmt: skip
    main.add_command(command)
