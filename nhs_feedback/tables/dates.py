"""Dates as surveys write them -> timestamps; the day comes first unless proved otherwise."""

import pandas as pd

_NUMERIC = r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)"
_ISO = r"^\s*(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?!\d)"
_WORDED = r"^\s*(\d{1,2})(?:st|nd|rd|th)?[ -]+([A-Za-z]{3})[a-z]*\.?,?[ -]+(\d{4}|\d{2})(?!\d)"
_SERIAL = r"^\s*(\d{5})(?:\.\d+)?\s*$"
_EPOCH = pd.Timestamp("1899-12-30")  # day 0 of Excel on Windows
_SERIALS = (20_000, 80_000)  # 1954 to 2119: other whole numbers are not dates
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_PIVOT = 70  # two-digit years from here up are of the last century


def month_first_votes(cells: pd.Series) -> tuple[int, int, int]:
    """Count dates that only make sense with the day first, with the month first, and either way."""
    parts = _cells(cells).str.extract(_NUMERIC).astype("Float64")
    first, second = parts[0], parts[1]
    day, month = (first > 12) & (second <= 12), (first <= 12) & (second > 12)
    either = (first <= 12) & (second <= 12) & (first != second)
    return int(day.sum()), int(month.sum()), int(either.sum())


def is_month_first(day_votes: int, month_votes: int) -> bool:
    """Say whether a column's dates prove that the month comes first: some do and none denies it."""
    return month_votes > 0 and day_votes == 0


def read_dates(cells: pd.Series, *, month_first: bool = False) -> pd.Series:
    """Read the date at the start of each cell; a time behind it is left off.

    Takes DD/MM/YYYY, D/M/YY (also with `-` or `.`), ISO, `2 April 2024`, and Excel's day numbers.

    Returns
    -------
    Series of datetime64
        NaT where there is no date, or one that no calendar has.
    """
    texts = _cells(cells)
    numeric = texts.str.extract(_NUMERIC)
    if month_first:
        numeric = numeric[[1, 0, 2]].set_axis([0, 1, 2], axis="columns")
    worded = texts.str.extract(_WORDED)
    worded[1] = worded[1].str.lower().map(_MONTHS)
    iso = texts.str.extract(_ISO).set_axis([2, 1, 0], axis="columns")
    found = _calendar(numeric)
    for parts in (worded, iso):
        found = found.fillna(_calendar(parts))
    days = texts.str.extract(_SERIAL)[0].astype("Float64")
    days = days.where(days.between(*_SERIALS))
    return found.fillna(_EPOCH + pd.to_timedelta(days.astype("float64"), unit="D"))


def _cells(cells: pd.Series) -> pd.Series:
    return cells.astype(object).where(cells.notna(), "").astype("str")


def _calendar(parts: pd.DataFrame) -> pd.Series:
    """Put day (0), month (1) and year (2) together; NaT where they are no date."""
    numbers = parts.astype("Float64")
    years = numbers[2]
    century = years.lt(_PIVOT).map({True: 2000, False: 1900})
    years = years.where(years >= 100, years + century)
    dates = pd.DataFrame({"year": years, "month": numbers[1], "day": numbers[0]})
    return pd.to_datetime(dates.astype("float64"), errors="coerce")
