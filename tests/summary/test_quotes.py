import pandas as pd
import pytest

from nhs_feedback.summary.quotes import Quote, choose_quotes
from nhs_feedback.tables.schema import added_columns

THEMES = ("training", "wifi")
LONG_ENOUGH = "The wifi drops out on the ward, comment number {}."


def rows(*given: dict[str, object]) -> pd.DataFrame:
    """Tagged rows of one trust, negative on the wifi unless told otherwise."""
    usual = dict.fromkeys(added_columns(THEMES), "") | {
        "trust": "North", "sentiment": "negative", "wifi": "negative", "wifi_p": 0.9,
        "training_p": 0.1, "model": "m 12345678",
    }  # fmt: skip
    table = pd.DataFrame(
        [usual | {"comment": LONG_ENOUGH.format(n)} | row for n, row in enumerate(given)]
    )
    return table[["trust", "comment", *added_columns(THEMES)]]


def choose(tagged: pd.DataFrame, *quotable: str, **options: int) -> list[Quote]:
    return choose_quotes(tagged, "comment", tagged["trust"], quotable or ("North",), **options)


def test_the_surest_of_each_cell_first() -> None:
    tagged = rows(
        {"wifi_p": 0.6}, {"wifi_p": 0.95}, {"wifi_p": 0.7}, {"wifi_p": 0.5, "wifi": "positive"}
    )
    found = choose(tagged, each=2)
    assert [quote.text[-2] for quote in found] == ["1", "3", "2"]
    assert found[0] == Quote(
        LONG_ENOUGH.format(1), "North", "negative", (("wifi", "negative"),)
    )  # fmt: skip


def test_a_comment_on_two_themes_comes_once_with_both() -> None:
    found = choose(rows({"training": "mixed", "training_p": 0.8}))
    assert [quote.tags for quote in found] == [(("training", "mixed"), ("wifi", "negative"))]


@pytest.mark.parametrize(
    "row",
    [
        {"check": "welfare"},
        {"check": "long; unsure"},
        {"check": "no comment"},
        {"comment": "Bad wifi."},
        {"comment": "Whole stories point to people. " * 30},
        {"comment": None},
        {"trust": "South"},
        {"wifi": ""},
        {"wifi": "yes"},  # a feeling that was never learnt
    ],
    ids=str,
)
def test_what_is_never_quoted(row: dict[str, object]) -> None:
    assert choose(rows(row)) == []
    assert len(choose(rows(row, {}))) == 1


def test_personal_data_is_masked_and_one_text_comes_once() -> None:
    said = "Ring 07700 900{} when the wifi is down again."
    found = choose(rows({"comment": said.format(123)}, {"comment": said.format(124)}))
    assert [quote.text for quote in found] == ["Ring [PHONE] when the wifi is down again."]


def test_each_group_has_its_own_and_all_stay_within_the_limit() -> None:
    tagged = rows(*[{"trust": trust} for trust in ("North", "South") for _ in range(5)])
    both = choose(tagged, "North", "South", each=2)
    assert [quote.group for quote in both] == ["North", "South", "North", "South"]
    size = len(LONG_ENOUGH.format(0))
    assert len(choose(tagged, "North", "South", each=2, most_characters=3 * size)) == 3


def test_of_no_rows_or_no_group_nothing() -> None:
    assert choose(rows({}).head(0)) == []
    assert choose(rows({}), "South") == []
