from collections import Counter

import pytest

from nhs_feedback.cli.say import are_comments, read_first


@pytest.mark.parametrize(
    ("different", "rows", "expected"),
    [(0, 0, False), (1, 1, False), (50, 50, False), (51, 60, True), (51, 102, False),
     (52, 102, True)],
)  # fmt: skip
def test_as_many_trusts_as_rows_are_no_trusts(different: int, rows: int, expected: bool) -> None:
    assert are_comments(Counter(map(str, range(different))), rows) is expected


def test_rows_to_read_first_are_said_only_where_there_are_any() -> None:
    said: list[str] = []
    read_first(said.append, 0)
    read_first(said.append, 1200)
    assert said == [
        "Read first: 1,200 marked 'welfare', where someone may be at risk. "
        "A list of expressions marks them, and it misses some."
    ]
