import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nhs_feedback.errors import FeedbackWarning, TableError
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.report import report
from nhs_feedback.summary.trends import trends
from nhs_feedback.tables.schema import added_columns

PERSONAL = ("07700", "900123", "jo.bloggs", "ward.example", "Karen", "Thompson", "karen")
HIDDEN_TRUSTS = ("Fenside", "Saltmere")


def data_of(page: str) -> dict[str, Any]:
    """What the page's script is given."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def written(tagged: pd.DataFrame, tmp_path: Path, name: str = "page.html", **options: Any) -> str:
    report(tagged, tmp_path / name, **options)
    return (tmp_path / name).read_text("utf-8")


def test_the_page_holds_every_part(page: Path) -> None:
    text = page.read_text("utf-8")
    for part in ("glance", "trusted", "index", "heat", "one", "compare", "time", "comments"):
        assert f'<section id="{part}"' in text, part
    assert "360 comments" in text
    assert "Masking is not anonymisation" in text
    assert "<dt>Comments that suggest somebody may be at risk</dt><dd>1</dd>" in text
    assert page.stat().st_size < 1_000_000


def test_nothing_is_fetched_from_anywhere(page: Path) -> None:
    text = page.read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha")
    assert not re.findall(r'(?:src|href|action)="(?!#)[^"]*"', text)
    outside = set(re.findall(r"\bhttps?://[^\"' )]+", text))
    assert outside <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_personal_data_is_nowhere_in_the_source(page: Path) -> None:
    text = page.read_text("utf-8")
    quotes = data_of(text)["quotes"]
    assert quotes
    for mask in ("[PHONE]", "[EMAIL]", "[NAME]"):
        assert all(mask in quote[0] for quote in quotes), mask
    assert not [piece for piece in PERSONAL if piece in text]


def test_a_hidden_group_has_no_figure_in_the_source(page: Path) -> None:
    text = page.read_text("utf-8")
    groups = {group["name"]: group for group in data_of(text)["groups"]}
    for name in HIDDEN_TRUSTS:
        assert groups[name]["net"] == ["[c]"] * 3
        assert {tuple(theme[:6]) for theme in groups[name]["themes"]} == {("[c]",) * 6}
        assert {theme[6] for theme in groups[name]["themes"]} == {"[c]"}
    assert -1 <= groups["Northmoor"]["net"][0] <= 1
    charts = "".join(re.findall(r"<svg.*?</svg>", text, re.S))
    assert "Northmoor" in charts
    assert not [name for name in HIDDEN_TRUSTS if name in charts]


def test_what_hidden_groups_say_changes_no_byte(
    board: pd.DataFrame, model: Tagger, page: Path, tmp_path: Path
) -> None:
    # Tags change hands between the two hidden trusts: whatever of one of them were on the page,
    # in a chart's data or a script's, would change.
    hidden = np.flatnonzero(board["trust"].isin(HIDDEN_TRUSTS))
    tags = [name for name in added_columns(model.codebook.ids) if name in board]
    mixed = board.drop(columns="date").copy()
    same = board.drop(columns="date")
    mixed.loc[hidden, tags] = mixed.loc[hidden[::-1], tags].to_numpy()
    assert not mixed.equals(same)
    before = written(same, tmp_path, "before.html", model=model)
    assert written(mixed, tmp_path, "after.html", model=model) == before


def test_only_large_groups_are_quoted(board: pd.DataFrame, model: Tagger, tmp_path: Path) -> None:
    def quoted(**options: Any) -> set[str]:
        data = data_of(written(board, tmp_path, model=model, force=True, **options))
        return {data["groups"][quote[1]]["name"] for quote in data["quotes"]}

    assert quoted() == {"Northmoor", "Eastmere <i>NHS</i>", "Westbeck"}
    assert quoted(min_quoted=100) == {"Northmoor", "Eastmere <i>NHS</i>"}
    # Whoever may not be shown may not be quoted, whatever the quoting minimum.
    assert quoted(min_quoted=1) == {"Northmoor", "Eastmere <i>NHS</i>", "Westbeck"}
    # Thirty respondents are asked for as well.
    few = board.assign(id=[f"r{n % 12}" for n in range(len(board))])
    data = data_of(
        written(few.rename(columns={"id": "respondent_id"}), tmp_path, "few.html", model=model)
    )
    assert data["quotes"] == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"min_quoted": None}, "Comments were left out of this page."),
        ({"disclosure": "fft"}, "This page is made for publication, so no comment is quoted"),
        ({"min_quoted": 900}, "No trust has the 900 comments from which some may be quoted."),
    ],
)
def test_comments_left_out(
    options: dict[str, Any], sentence: str, board: pd.DataFrame, model: Tagger, tmp_path: Path
) -> None:
    text = written(board, tmp_path, model=model, **options)
    assert sentence in text
    assert data_of(text)["quotes"] == []
    assert not [piece for piece in ("That is all that I have", *PERSONAL) if piece in text]


def test_a_trusts_own_words_are_those_of_large_trusts_only(
    board: pd.DataFrame, model: Tagger, page: Path, tmp_path: Path
) -> None:
    text = page.read_text("utf-8")
    words = {group["name"]: group.get("words", {}) for group in data_of(text)["groups"]}
    assert any("zebra" in said for said in words["Northmoor"].values())
    assert not words["Saltmere"]
    assert not words["All"]
    assert "ferret" not in text  # in all comments of a trust too small to show
    public = written(board, tmp_path, model=model, disclosure="fft")
    assert not [word for word in ("zebra", "Its own words") if word in public]


def test_a_trust_is_followed_over_time_where_there_is_enough(
    board: pd.DataFrame, model: Tagger, page: Path, tmp_path: Path
) -> None:
    data = data_of(page.read_text("utf-8"))
    followed = {group["name"]: group.get("time", {}) for group in data["groups"]}
    assert {name for name, series in followed.items() if series} == {"Northmoor"}
    series = followed["Northmoor"]["0"]
    assert len(series["points"]) >= 6
    found = trends(board, "month", by="trust", model=model)
    rows = found[(found["group"] == "Northmoor") & (found["theme"] == found["theme"].iloc[0])]
    known = rows[rows["share"].notna()]
    assert [data["periods"][point[0]] for point in series["points"]] == known["month"].tolist()
    assert [point[1] for point in series["points"]] == known["share"].tolist()
    assert series["limits"][0] == known["centre"].iloc[0]
    public = written(board, tmp_path, model=model, disclosure="fft")
    assert not any("time" in group for group in data_of(public)["groups"])


def test_several_groupings(board: pd.DataFrame, model: Tagger, tmp_path: Path) -> None:
    text = written(board, tmp_path, model=model, by=["trust", "staff_group"])
    assert "One trust and staff group at a time" in text
    groups = {group["name"]: group for group in data_of(text)["groups"]}
    assert groups["Northmoor / Nursing"]["n"] == 50
    assert groups["Saltmere / Nursing"]["net"] == ["[c]"] * 3
    assert {data_of(text)["groups"][quote[1]]["n"] for quote in data_of(text)["quotes"]} == {
        group["n"] for group in groups.values() if 30 <= group["n"] < 360
    }


def test_for_publication_small_counts_are_hidden(
    board: pd.DataFrame, model: Tagger, tmp_path: Path
) -> None:
    text = written(board, tmp_path, model=model, disclosure="fft")
    assert "counts of 1 to 4" in text
    assert "<dd>[c]</dd>" in text  # the one comment that worries for somebody's welfare


def test_names_are_text_and_never_markup(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "<i>NHS</i>" not in text
    assert "Eastmere &lt;i&gt;NHS&lt;/i&gt;" in text
    assert "Eastmere <i>NHS</i>" in {group["name"] for group in data_of(text)["groups"]}


def test_without_trusts_dates_or_comments(
    board: pd.DataFrame, model: Tagger, tmp_path: Path
) -> None:
    bare = board.drop(columns=["date", "trust", "comment", "org_code", "org_name", "staff_group"])
    with pytest.warns(FeedbackWarning, match="no trust column found"):
        text = written(bare.assign(org_code="", org_name=""), tmp_path, model=model)
    assert 'id="compare"' not in text
    assert 'id="time"' not in text
    assert [group["name"] for group in data_of(text)["groups"]] == ["All"]
    assert data_of(text)["quotes"] == []


@pytest.mark.parametrize("rows", [0, 1, 9])
def test_a_file_with_too_little_to_show(
    rows: int, board: pd.DataFrame, model: Tagger, tmp_path: Path
) -> None:
    text = written(board.head(rows), tmp_path, model=model)
    assert "There are too few comments to say anything." in text
    assert "<svg" not in text


def test_another_grouping_and_title(board: pd.DataFrame, model: Tagger, tmp_path: Path) -> None:
    text = written(
        board, tmp_path, model=model, by="staff_group", period="quarter", title="Wards & tablets"
    )
    assert "<title>Wards &amp; tablets</title>" in text
    assert "One staff group at a time" in text
    assert {group["name"] for group in data_of(text)["groups"]} == {
        "All", "Nursing", "Medical", "(not given)",
    }  # fmt: skip
    assert "2024 Q1" in text


def test_a_checked_sample(board: pd.DataFrame, model: Tagger, tmp_path: Path) -> None:
    sample = board[board["trust"] == "Northmoor"].head(60)
    text = written(board, tmp_path, model=model, checked=sample)
    assert "a person checked" in text
    assert "Themes: a score (F1) of 1.00" in text  # its labels are the tags themselves
    assert "checked by hand, an estimate" in text


def test_the_same_table_gives_the_same_page(
    board: pd.DataFrame, model: Tagger, page: Path, tmp_path: Path
) -> None:
    before = board.copy(deep=True)
    assert written(board, tmp_path, model=model) == page.read_text("utf-8")
    pd.testing.assert_frame_equal(board, before)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "ward"}, "staff.csv: no column 'ward' to group by; it has: id, date, trust"),
        ({"trust_column": "ward"}, "staff.csv: no column 'ward'; it has: id, date, trust"),
        ({"date_column": "when"}, "staff.csv: no column 'when'; it has: id, date, trust"),
        ({"text_column": "said"}, "staff.csv: no column 'said'; it has: id, date, trust"),
    ],
)
def test_a_column_that_is_not_there(
    options: dict[str, str], message: str, board: pd.DataFrame, model: Tagger, tmp_path: Path
) -> None:
    with pytest.raises(TableError, match=f"^{re.escape(message)}"):
        report(board, tmp_path / "page.html", model=model, where="staff.csv", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_is_not_tagged(many: pd.DataFrame, model: Tagger, tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"^the table: not a tagged table; run"):
        report(many, tmp_path / "page.html", model=model)
