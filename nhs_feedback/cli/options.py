"""Options that several commands share."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., object])

quiet = click.option("-q", "--quiet", is_flag=True, help="No notes, warnings or progress.")
force = click.option("--force", is_flag=True, help="Replace an output that exists.")
organisations = click.option(
    "--organisations",
    metavar="FILE",
    help="A CSV with the columns written and code, which settles how trusts are spelt.",
)
excel = click.option("--excel", is_flag=True, help="Mark CSV as UTF-8 for Excel.")
seed = click.option(
    "--seed", type=int, default=0, show_default=True, help="Decides what is left to chance."
)
jobs = click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes to use."
)
model = click.option(
    "--model", metavar="DIR", help="A model folder.  [default: the model that comes along]"
)
min_group = click.option(
    "--min-group",
    type=click.IntRange(0, 100),
    default=10,
    show_default=True,
    help="Hide groups with fewer comments or respondents.",
)
disclosure = click.option(
    "--disclosure",
    type=click.Choice(["none", "fft"]),
    default="none",
    show_default=True,
    help="fft, to publish: hide counts of 1 to 4 too, and what gives them away.",
)


def output(help_text: str) -> Callable[[Command], Command]:
    """Make the `-o` option with a command's own words."""
    return click.option("-o", "--output", metavar="FILE", help=help_text)


def columns(*roles: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make an option `--ROLE-column` a role; the command gets them as one dict, `columns`."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def gathered(**given: Any) -> Any:  # noqa: ANN401 (whatever click parsed)
            asked = {role: given.pop(f"{role}_column") for role in roles}
            return command(columns=asked, **given)

        for role in reversed(roles):
            text = f"The {role} column, if not found by name."
            gathered = click.option(f"--{role}-column", metavar="NAME", help=text)(gathered)
        return gathered

    return add


def reading(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that overrule how a file is read; the command gets one dict, `reading`."""

    @wraps(command)
    def gathered(**given: Any) -> Any:  # noqa: ANN401 (whatever click parsed)
        asked = {name: given.pop(name) for name in ("sheet", "header_row")}
        return command(reading=asked, **given)

    row = click.option(
        "--header-row", type=click.IntRange(min=0), metavar="N", help="Its number; 0: none."
    )
    sheet = click.option("--sheet", metavar="NAME", help="The sheet of a workbook.")
    return sheet(row(gathered))


def text_columns(help_text: str) -> Callable[[Command], Command]:
    """Make an option `--text-column` that may be given several times, with a command's words."""
    return click.option("--text-column", "text", multiple=True, metavar="NAME", help=help_text)


def texts(command: Command) -> Command:
    """Add `--text-column`, which may be given several times, and `--join`."""
    join = click.option(
        "--join", is_flag=True, help="Several text columns: one comment a row, not one an answer."
    )
    text = text_columns("The text column, if not found by name; may be given more than once.")
    return text(join(command))


def sentiment(command: Command) -> Command:
    """Add the options that say where and how sentiment was labelled."""
    order = click.option(
        "--sentiment-order",
        type=click.Choice(["positive-first", "negative-first"]),
        help="For numbers 1 to 5: what 1 means.",
    )
    name = click.option(
        "--sentiment-column", metavar="NAME", help="Words, or numbers 1 to 5.  [default: sentiment]"
    )
    return name(order(command))
