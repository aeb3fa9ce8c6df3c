import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_feedback.errors import LabelError
from nhs_feedback.tables.labels import (
    UNKNOWN,
    Labels,
    join_labels,
    read_labels,
)
from nhs_feedback.tables.schema import POLARITIES

SECRET = "Sister Bloggs shouts"


def labels_of(cells: list, kind: str = "object") -> Labels:
    return read_labels(pd.DataFrame({"a": pd.Series(cells, dtype=kind)}), ["a"])


@pytest.mark.parametrize(
    ("cell", "present", "word"),
    [
        *((word, 1, word) for word in POLARITIES),
        (" Negative ", 1, "negative"),
        ("POSITIVE", 1, "positive"),
        *(
            (cell, 1, None)
            for cell in ("1", "1.0", "true", "TRUE", "yes", "Y", "x", " X ", 1, 1.0, True)
        ),
        *((cell, 0, None) for cell in ("0", "0.0", "false", "no", "N", "", "  ", 0, 0.0, False)),
        *((cell, 0, None) for cell in (None, np.nan, pd.NA, "nan", "None", "<NA>")),
    ],
)
def test_each_form_of_cell(cell: object, present: int, word: str | None) -> None:
    found = labels_of([cell, "positive"])
    assert found.present[:, 0].tolist() == [present, 1]
    assert found.polarity[0, 0] == (UNKNOWN if word is None else POLARITIES.index(word))


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Series([1, 0, 1]), [1, 0, 1]),
        (pd.Series([1.0, np.nan, 0.0]), [1, 0, 0]),
        (pd.Series([True, False, True]), [1, 0, 1]),
        (pd.Series([1, pd.NA, 0], dtype="Int64"), [1, 0, 0]),
        (pd.Series(["x", None, ""], dtype="str"), [1, 0, 0]),
        (pd.Series(["positive", None, "x"], dtype="category"), [1, 0, 1]),
    ],
)
def test_each_kind_of_column(column: pd.Series, expected: list[int]) -> None:
    found = read_labels(pd.DataFrame({"a": column}), ["a"])
    assert found.present[:, 0].tolist() == expected


def test_a_theme_without_a_column_is_unknown() -> None:
    found = read_labels(pd.DataFrame({"a": ["1", ""]}), ["b", "a"])
    np.testing.assert_array_equal(found.present, [[np.nan, 1], [np.nan, 0]])
    assert found.polarity.tolist() == [[UNKNOWN] * 2] * 2
    assert found.sentiment.tolist() == [UNKNOWN] * 2


def test_no_rows_and_no_themes() -> None:
    assert labels_of([]).present.shape == (0, 1)
    assert read_labels(pd.DataFrame({"t": ["x"]}), []).present.shape == (1, 0)


@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        ([SECRET], "1"),
        (["1", SECRET, "", "2"], "2, 4"),
        (["?"] * 7, "1, 2, 3, 4, 5 and 2 more"),
    ],
)
def test_a_cell_that_is_no_label_is_named_by_row_and_never_repeated(
    cells: list[str], rows: str
) -> None:
    with pytest.raises(LabelError) as caught:
        read_labels(pd.DataFrame({"a": cells}), ["a"], where="x.csv")
    assert str(caught.value) == (
        f"x.csv: column 'a': not a label in row {rows}; "
        "allowed: negative, mixed, neutral, positive, x, yes, true, 1; or no, false, 0, nothing"
    )


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("positive-first", ["positive", "positive", "neutral", "negative", "negative", None]),
        ("negative-first", ["negative", "negative", "neutral", "positive", "positive", None]),
    ],
)
@pytest.mark.parametrize(
    "cells",
    [
        ["1", "2", "3", "4", "5", ""],
        ["1.0", "2.0", "3.0", "4.0", "5.0", "nan"],
        [1, 2, 3, 4, 5, None],
        [1.0, 2.0, 3.0, 4.0, 5.0, np.nan],
    ],
)
def test_a_scale_of_five_both_ways(cells: list, order: str, words: list) -> None:
    table = pd.DataFrame({"a": ["1"] * 6, "Felt": cells})
    found = read_labels(table, ["a"], sentiment_column="felt", sentiment_order=order)
    assert [None if c == UNKNOWN else POLARITIES[c] for c in found.sentiment] == words


def test_words_need_no_order_and_the_column_is_found() -> None:
    table = pd.DataFrame({"sentiment": ["Positive", None, " mixed"]})
    assert read_labels(table, []).sentiment.tolist() == [3, UNKNOWN, 1]
    assert read_labels(table, [], sentiment_order="positive-first").sentiment[0] == 3


@pytest.mark.parametrize(
    ("cells", "given_options", "message"),
    [
        (
            ["1", "2"],
            {},
            "x.csv: column 'sentiment' holds numbers; say which end is 1 with --sentiment-order "
            "positive-first or negative-first",
        ),
        (
            ["1", "6", "2.5", "good", "0"],
            {"sentiment_order": "positive-first"},
            "x.csv: column 'sentiment': not a label in row 2, 3, 4, 5; "
            "allowed: whole numbers 1 to 5 or nothing",
        ),
        (
            ["positive", SECRET],
            {},
            "x.csv: column 'sentiment': not a label in row 2; "
            "allowed: negative, mixed, neutral, positive or nothing",
        ),
        (
            ["positive"],
            {"sentiment_column": "felt"},
            "x.csv: no column 'felt' (name it with --sentiment-column)",
        ),
    ],
)
def test_sentiments_that_cannot_be_read(cells: list, given_options: dict, message: str) -> None:
    with pytest.raises(LabelError, match=f"^{re.escape(message)}$"):
        read_labels(pd.DataFrame({"sentiment": cells}), [], where="x.csv", **given_options)


def test_rows_are_counted_as_their_file_counts_them() -> None:
    table = pd.DataFrame({"a": ["1", SECRET], "sentiment": ["", SECRET]}, index=[7, 8])
    table.attrs["first_row"] = 4
    for themes, column in ((["a"], "a"), ([], "sentiment")):
        with pytest.raises(LabelError, match=f"column '{column}': not a label in row 5; "):
            read_labels(table, themes)


CELLS = st.sampled_from(["", *POLARITIES, "1", "x"])


@given(st.lists(st.tuples(CELLS, CELLS, st.sampled_from(["", *POLARITIES])), min_size=1))
def test_labels_written_as_cells_are_read_back(rows: list[tuple[str, str, str]]) -> None:
    found = read_labels(pd.DataFrame(rows, columns=["a", "b", "sentiment"]), ["a", "b"])
    words = [*POLARITIES, ""]
    cells = np.where(
        (found.present == 1) & (found.polarity == UNKNOWN), "yes", np.array(words)[found.polarity]
    )
    written = pd.DataFrame(cells, columns=["a", "b"])
    written["sentiment"] = np.array(words)[found.sentiment]
    again = read_labels(written, ["a", "b"])
    np.testing.assert_array_equal(again.present, found.present)
    np.testing.assert_array_equal(again.polarity, found.polarity)
    np.testing.assert_array_equal(again.sentiment, found.sentiment)
    for theme, column in zip(("a", "b"), cells.T, strict=True):
        assert [bool(c) for c in column] == [bool(row["ab".index(theme)]) for row in rows]


def test_take_align_and_join() -> None:
    first = read_labels(pd.DataFrame({"a": ["1", "negative"], "sentiment": ["mixed", ""]}), ["a"])
    assert first.take(np.array([1])).polarity.tolist() == [[0]]
    aligned = first.align(["b", "a"])
    np.testing.assert_array_equal(aligned.present, [[np.nan, 1], [np.nan, 1]])
    assert first.align([]).present.shape == (2, 0)
    both = join_labels(aligned, aligned.take(np.array([0])))
    assert both.themes == ("b", "a")
    assert both.sentiment.tolist() == [1, UNKNOWN, 1]
