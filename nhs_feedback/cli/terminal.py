"""What the user sees: notes on stderr, progress on a terminal, tables that fit 80 columns."""

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from nhs_feedback.errors import FeedbackWarning

PLAIN_WIDTH = 80


def console(*, stderr: bool = False) -> Console:
    """Make a console: 80 plain columns when piped, and no character that it cannot show."""
    stream = sys.stderr if stderr else sys.stdout
    _never_fail(stream)
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = PLAIN_WIDTH
    return made


def put(screen: Console, shown: Table | str) -> None:
    """Print a table or a line; where it is piped, a line is never wrapped and nothing is padded."""
    if screen.is_terminal:
        screen.print(shown, soft_wrap=isinstance(shown, str))
        return
    with screen.capture() as held:
        screen.print(shown, soft_wrap=isinstance(shown, str))
    plain = "\n".join(line.rstrip() for line in held.get().splitlines())
    screen.out(plain)


@contextmanager
def notes(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Give a function that notes a sentence on stderr; our warnings are noted the same way.

    Of other libraries' warnings only the kind and the place: what they say may quote a comment.
    """

    def note(sentence: str) -> None:
        if not quiet:
            console(stderr=True).print(sentence, style="dim", soft_wrap=True)

    shown: set[str] = set()  # a table read in chunks may be warned of at each

    def show(
        message: Warning | str, category: type[Warning], file: str, line: int, *_: object
    ) -> None:
        place = f"{category.__name__} in {Path(file).name}, line {line}"
        said = str(message) if issubclass(category, FeedbackWarning) else place
        if said not in shown:
            note(f"Warning: {said}")
        shown.add(said)

    with warnings.catch_warnings():
        warnings.simplefilter("always", FeedbackWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        yield note


@contextmanager
def progress(rows: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show a bar of `rows` comments, on a terminal only; give a function to move it."""
    shown = console(stderr=True)
    bar = Progress(
        TextColumn("Reading comments"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=shown,
        disable=quiet or not shown.is_terminal,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=rows)
        yield lambda done: bar.advance(task, done)


def _never_fail(stream: TextIO) -> None:
    """Let a console of an old code page show "?" for what it lacks, rather than stop the run."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
