"""Columns of a table with their personal data masked, and what was masked, in counts."""

from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.headers import normalise_header
from nhs_feedback.text.names import no_names
from nhs_feedback.text.redaction import PLACEHOLDER, redact_texts

# Headers that say what is below them, folded by `normalise_header`. Forms exports have "Email" and
# "Name", Qualtrics ones an IP address and a location.
_PERSONAL_HEADERS = frozenset(
    {
        "name", "email", "full name", "your name", "first name", "forename", "given name",
        "last name", "surname", "family name", "staff name", "patient name", "respondent name",
        "recipient name", "recipient first name", "recipient last name", "contact name",
        "completed by", "submitted by", "manager", "line manager", "manager name",
        "email address", "your email", "your email address", "e-mail", "e-mail address",
        "recipient email", "recipientemail", "recipientfirstname", "recipientlastname",
        "work email", "contact details", "phone", "phone number", "telephone",
        "telephone number", "mobile", "mobile number", "contact number", "address",
        "home address", "postcode", "post code", "date of birth", "dob", "birth date",
        "nhs number", "nhs no", "hospital number", "staff number", "employee number",
        "payroll number", "assignment number", "ni number", "national insurance number",
        "username", "user name", "ip address", "ipaddress", "location latitude",
        "location longitude", "locationlatitude", "locationlongitude",
    }
)  # fmt: skip


def redact_columns(table: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """Return the table with personal data in these columns as `[LABEL]`; all else as it was."""
    masked = table.copy(deep=False)
    for name in dict.fromkeys(names):
        masked[name] = _redact_cells(table[name])
    return masked


def count_masked(before: pd.DataFrame, after: pd.DataFrame, names: Iterable[str]) -> Counter[str]:
    """Count by kind the pieces that `redact_columns` masked in these columns."""
    return sum((_kinds(after[name]) - _kinds(before[name]) for name in names), Counter[str]())


def count_elsewhere(table: pd.DataFrame, names: Sequence[str]) -> Counter[str]:
    """Count, by column, the rows that seem to hold personal data outside the columns `names`."""
    return Counter(
        {
            name: rows
            for name in table.columns
            if name not in names and (rows := _personal_rows(name, table[name]))
        }
    )


def _redact_cells(cells: pd.Series) -> pd.Series:
    texts = column_as_text(cells)
    distinct = list(dict.fromkeys(texts))
    masks = dict(zip(distinct, redact_texts(distinct), strict=True))
    same = [masks[text] == text for text in texts]
    # A cell that is masked becomes text whatever it was; the others keep their kind.
    held = cells if isinstance(cells.dtype, pd.StringDtype) else cells.astype(object)
    masked = pd.Series([masks[text] for text in texts], index=cells.index, dtype=held.dtype)
    return cells if all(same) else held.where(pd.Series(same, index=cells.index), masked)


def _kinds(cells: pd.Series) -> Counter[str]:
    return Counter(kind for text in column_as_text(cells) for kind in PLACEHOLDER.findall(text))


def _personal_rows(name: str, cells: pd.Series) -> int:
    rows = Counter(column_as_text(cells))
    if normalise_header(name) in _PERSONAL_HEADERS:
        return sum(count for text, count in rows.items() if text.strip())
    masked = redact_texts(list(rows), names=no_names())
    return sum(rows[text] for text, mask in zip(rows, masked, strict=True) if mask != text)
