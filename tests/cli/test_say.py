from collections import Counter

import pytest

from nhs_feedback.cli.say import are_comments


@pytest.mark.parametrize(
    ("different", "rows", "expected"),
    [(0, 0, False), (1, 1, False), (50, 50, False), (51, 60, True), (51, 102, False),
     (52, 102, True)],
)  # fmt: skip
def test_as_many_trusts_as_rows_are_no_trusts(different: int, rows: int, expected: bool) -> None:
    assert are_comments(Counter(map(str, range(different))), rows) is expected
