"""Tables on the terminal and the figures in them."""

import pandas as pd
from rich import box
from rich.table import Table

NONE = "-"


def make_table(title: str, *heads: str, names: tuple[int, ...] = (0,)) -> Table:
    """Make a table whose columns at `names` hold words that may wrap and the others figures."""
    table = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for number, head in enumerate(heads):
        if number in names:
            table.add_column(head, overflow="fold", min_width=12)
        else:
            table.add_column(head, justify="right", no_wrap=True)
    return table


def whole(value: float | None) -> str:
    """Write a count; nothing where there is none."""
    return "" if pd.isna(value) else f"{value:,.0f}"


def decimal(value: float | None) -> str:
    """Write a score."""
    return NONE if pd.isna(value) else f"{value:.2f}"


def signed(value: float | None) -> str:
    """Write a net or a difference."""
    return NONE if pd.isna(value) else f"{value:+.2f}"
