"""Small numbers hidden: one function, after all arithmetic."""

import pandas as pd

HIDDEN = "[c]"
"""The government symbol for a confidential figure, in files and on the terminal."""

MIN_GROUP = 10
"""Groups with fewer comments are hidden, unless the user says otherwise."""


def hide_small_groups(
    summary: pd.DataFrame, figures: list[str], *, min_group: int = MIN_GROUP
) -> pd.DataFrame:
    """Blank the figures of groups with fewer than `min_group` comments.

    Parameters
    ----------
    summary : DataFrame
        With `n_comments`, the comments that say something in the row's group.
    figures : list of str
        The columns to blank. The size of a group (`n_rows`, `n_comments`) stays, so that a reader
        sees why.

    Returns
    -------
    DataFrame
        With a column `hidden`: the rule that hid a row, else empty.
    """
    small = summary["n_comments"] < min_group
    shown = summary.copy()
    for name in figures:
        missing = None if shown[name].dtype == object else pd.NA
        shown[name] = shown[name].mask(small, missing)
    shown["hidden"] = small.map({True: f"fewer than {min_group} comments", False: ""})
    return shown


def mark_hidden(table: pd.DataFrame, hidden: pd.Series, figures: list[str]) -> pd.DataFrame:
    """Return the table as text cells, `[c]` in the figures of hidden rows and nothing where NaN."""
    cells = table.astype(object).where(table.notna(), "")
    cells.loc[hidden != "", [name for name in figures if name in cells]] = HIDDEN
    return cells
