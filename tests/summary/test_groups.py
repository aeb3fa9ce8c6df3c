import re
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nhs_feedback.errors import FeedbackWarning, TableError
from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.model.tagger import Tagger, classify
from nhs_feedback.summary import groups
from nhs_feedback.summary.counts import Counts
from nhs_feedback.summary.counts import count_tags as count
from nhs_feedback.summary.grouping import Grouping, as_names
from nhs_feedback.summary.groups import figure_columns, for_writing, summarise_counts
from nhs_feedback.tables.schema import added_columns

HEADER = (
    "id, trust, staff_group, comment, sentiment, themes, it_project_framing, clinical_framing, "
    "training_support, infrastructure, sentiment_score, it_project_framing_p and 8 more"
)
summarise = partial(groups.summarise, method="count")
THEMES = ["clinical_framing", "it_project_framing"]
ROWS = [*THEMES, "sentiment", "perception_index"]
COLUMNS = [
    "group", "theme", "n_rows", "n_comments", "n_tagged", "share", "share_low", "share_high",
    "method", "negative", "mixed", "neutral", "positive", "net", "net_low", "net_high", "hidden",
]  # fmt: skip


def count_tags(tagged: pd.DataFrame, by: object = "trust", where: str = "the table") -> Counts:
    return count(tagged, Grouping(as_names(by)), codebook=default_codebook(), where=where)


def tagged_rows(*rows: tuple[str, str, str, str], check: str = "") -> pd.DataFrame:
    """Rows of trust, sentiment, feeling towards the clinical framing, and the project framing."""
    table = pd.DataFrame(rows, columns=["trust", "sentiment", *THEMES], dtype=object)
    table.insert(1, "comment", "said")
    for name in added_columns(THEMES):
        if name not in table:
            table[name] = 0.5 if name.endswith("_p") else ""
    return table.assign(check=check, model="m 12345678")


@pytest.fixture
def small() -> pd.DataFrame:
    said = tagged_rows(
        ("North", "positive", "positive", ""),
        ("North", "negative", "negative", "negative"),
        ("North", "mixed", "positive", "negative"),
        ("South", "neutral", "", "mixed"),
        ("South", "", "", ""),
        (None, "positive", "yes", ""),
    )
    silent = tagged_rows(("South", "positive", "positive", "positive"), check="no text")
    looked_at = tagged_rows(("South", "negative", "", ""), check="unsure; long")
    return pd.concat([said, silent, looked_at], ignore_index=True)


def test_counts_by_hand(small: pd.DataFrame) -> None:
    found = summarise(small, min_group=0)
    assert list(found.columns) == COLUMNS
    assert found["group"].tolist() == [
        group for group in ("All", "(not given)", "North", "South") for _ in ROWS
    ]
    assert found["theme"].tolist() == ROWS * 4
    rows = found.set_index(["group", "theme"])
    counts = ["n_rows", "n_comments", "n_tagged", "negative", "mixed", "neutral", "positive"]
    for key, expected in {
        ("All", "clinical_framing"): [8, 7, 4, 1, 0, 0, 2],
        ("All", "it_project_framing"): [8, 7, 3, 2, 1, 0, 0],
        ("All", "sentiment"): [8, 7, 7, 2, 1, 1, 2],
        ("North", "clinical_framing"): [3, 3, 3, 1, 0, 0, 2],
        ("South", "clinical_framing"): [4, 3, 0, 0, 0, 0, 0],
        ("South", "it_project_framing"): [4, 3, 1, 0, 1, 0, 0],
        ("(not given)", "clinical_framing"): [1, 1, 1, 0, 0, 0, 0],
    }.items():
        assert rows.loc[key, counts].tolist() == expected, key
    assert rows.loc[("All", "clinical_framing"), "share"] == pytest.approx(4 / 7, abs=5e-5)
    assert rows.loc[("South", "clinical_framing"), "share"] == 0
    assert rows.loc[("All", "clinical_framing"), "net"] == pytest.approx(1 / 3, abs=5e-5)
    assert rows.loc[("All", "sentiment"), "net"] == 0
    assert (found["method"].where(found["theme"] != "sentiment", "count") == "count").all()


def test_a_theme_added_by_hand_among_the_others_is_counted(small: pd.DataFrame) -> None:
    by_hand = small.copy()
    by_hand.insert(list(small).index("sentiment_score"), "fees", ["x", "positive"] + [None] * 6)
    found = summarise(by_hand, None, min_group=0).set_index("theme")
    counts = ["n_comments", "n_tagged", "negative", "positive"]
    assert found.loc["fees", counts].tolist() == [7, 2, 0, 1]
    pd.testing.assert_frame_equal(
        found.drop(index="fees"), summarise(small, None, min_group=0).set_index("theme")
    )


def test_a_column_among_the_themes_that_is_none_is_refused(small: pd.DataFrame) -> None:
    small.insert(list(small).index("sentiment_score"), "notes", ["", "Sister Bloggs"] + [""] * 6)
    with pytest.raises(TableError) as caught:
        count_tags(small, where="x.csv")
    assert str(caught.value) == (
        "x.csv: column 'notes': not a label in row 2; allowed: negative, mixed, neutral, "
        "positive, x, yes, true, 1; or no, false, 0, nothing; "
        "move a column that is no theme behind 'model'"
    )


def test_labels_behind_the_themes_are_said_not_to_count(small: pd.DataFrame) -> None:
    late = small.assign(fees=["x"] + [""] * 7, notes="Sister Bloggs", blank="")
    with pytest.warns(FeedbackWarning) as caught:
        found = summarise(late, min_group=0)
    assert [str(warning.message) for warning in caught] == [
        "column 'fees' holds labels but is not counted: it does not stand among the themes "
        "(move it in front of 'sentiment_score' if it is one)"
    ]
    pd.testing.assert_frame_equal(found, summarise(small, min_group=0))


def test_the_perception_index_by_hand(small: pd.DataFrame) -> None:
    """Of comments with either framing, the share with the clinical one felt positively.

    A framing whose feeling is not known ("yes") speaks neither for nor against.
    """
    rows = summarise(small, min_group=0).query("theme == 'perception_index'").set_index("group")
    assert rows["n_tagged"].tolist() == [4, 0, 3, 1]
    np.testing.assert_allclose(rows["share"], [2 / 4, np.nan, 2 / 3, 0], atol=5e-5)
    said = rows.dropna(subset="share")
    assert (said["share_low"] <= said["share"]).all()
    assert rows[["negative", "positive", "net", "net_low"]].isna().all(axis=None)


def test_a_theme_whose_feeling_is_not_known_is_tagged_with_no_net(small: pd.DataFrame) -> None:
    row = (
        summarise(small, min_group=0)
        .set_index(["group", "theme"])
        .loc[("(not given)", "clinical_framing")]
    )
    assert row["n_tagged"] == 1
    assert pd.isna(row["net"])


def test_sentiment_has_no_share(small: pd.DataFrame) -> None:
    rows = summarise(small, min_group=0).query("theme == 'sentiment'")
    assert rows[["share", "share_low", "share_high"]].isna().all(axis=None)
    assert (rows["n_tagged"] == rows["n_comments"]).all()
    assert (rows["method"] == "").all()


@pytest.mark.parametrize("reason", ["no text", "no comment", "not English", "long; not English"])
def test_what_says_nothing_is_in_no_denominator(reason: str) -> None:
    silent = tagged_rows(("North", "", "", ""), check=reason)
    row = summarise(silent, min_group=0).iloc[0]
    assert (row["n_rows"], row["n_comments"]) == (1, 0)
    assert pd.isna(row["share"])


def test_small_groups_are_hidden_and_all_is_not(small: pd.DataFrame) -> None:
    found = summarise(small, min_group=3)
    rows = found.groupby("group")["hidden"].unique().str.join("")
    assert rows.to_dict() == {
        "(not given)": "fewer than 3 comments",
        "All": "",
        "North": "",
        "South": "",
    }
    hidden = found[found["group"] == "(not given)"]
    assert hidden[figure_columns(found)].isna().all(axis=None)
    assert hidden["n_comments"].tolist() == [1] * 4
    assert (summarise(small)["hidden"] == "fewer than 10 comments").all()


def test_every_group_has_every_theme(many_tagged: pd.DataFrame) -> None:
    found = summarise(many_tagged.assign(infrastructure=""), min_group=0)
    themes = found["theme"].unique().tolist()
    assert len(themes) == 6
    for _, rows in found.groupby("group", dropna=False, observed=True):
        assert rows["theme"].tolist() == themes
    assert (found.query("theme == 'infrastructure'")["n_tagged"] == 0).all()


def test_an_empty_table_gives_all_of_nothing(many_tagged: pd.DataFrame) -> None:
    full = summarise(many_tagged, min_group=0)
    for by in ("trust", None, ["trust", "staff_group"]):
        empty = summarise(many_tagged.head(0), by, min_group=0)
        assert empty["group"].tolist() == ["All"] * 6
        assert empty["theme"].tolist() == full["theme"].tolist()[:6]
        assert empty["n_rows"].tolist() == [0] * 6
        assert empty["share"].isna().all()
    assert summarise(many_tagged.head(0), wide=True).shape[0] == 1


def test_one_comment(many_tagged: pd.DataFrame) -> None:
    found = summarise(many_tagged.head(1), min_group=0)
    assert found["group"].tolist() == ["All"] * 6 + ["Moorland and Vale"] * 6
    assert (found["n_rows"] == 1).all()


def test_the_input_is_left_alone(many_tagged: pd.DataFrame) -> None:
    before = many_tagged.copy(deep=True)
    summarise(many_tagged)
    pd.testing.assert_frame_equal(many_tagged, before)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.integers(0, 120), max_size=4),
    by=st.sampled_from(["trust", None, "staff_group"]),
)
def test_counts_add_up_for_any_split(
    cuts: list[int], by: str | None, many_tagged: pd.DataFrame
) -> None:
    edges = [0, *sorted(cuts), 120]
    parts = [count_tags(many_tagged.iloc[start:end], by) for start, end in pairwise(edges)]
    total = parts[0]
    for part in parts[1:]:
        total += part
    pd.testing.assert_frame_equal(summarise_counts(total), summarise(many_tagged, by))
    assert total.models == count_tags(many_tagged, by).models


def test_any_order_of_rows_and_a_doubled_index(many_tagged: pd.DataFrame) -> None:
    shuffled = many_tagged.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(summarise(shuffled), summarise(many_tagged))
    doubled = many_tagged.set_axis([0] * len(many_tagged))
    pd.testing.assert_frame_equal(summarise(doubled), summarise(many_tagged))


def test_a_file_read_back_gives_the_same(many_tagged: pd.DataFrame, tmp_path: object) -> None:
    path = f"{tmp_path}/tagged.csv"
    many_tagged.to_csv(path, index=False)
    expected = summarise(many_tagged)
    pd.testing.assert_frame_equal(summarise(pd.read_csv(path)), expected)
    pd.testing.assert_frame_equal(
        summarise(pd.read_csv(path, dtype=str, keep_default_na=False)), expected
    )


def test_trust_is_the_organisation_or_the_name_as_written(many_tagged: pd.DataFrame) -> None:
    groups = summarise(many_tagged, "trust")["group"].unique().tolist()
    assert groups == [
        "All",
        "Cambridge University Hospitals NHS Foundation Trust",
        "Moorland and Vale",
        "Saltmere",
    ]
    codes = summarise(many_tagged, "org_code")["group"].unique().tolist()
    assert codes == ["All", "(not given)", "RGT"]


@pytest.mark.parametrize("place", [0, 1, 3])
def test_the_trust_column_may_stand_anywhere(place: int, many: pd.DataFrame, model: Tagger) -> None:
    moved = many.drop(columns="trust")
    moved.insert(place, "Trust Code", many["trust"])
    found = summarise(classify(moved, model=model))
    assert found["group"].nunique() == 4


@pytest.mark.parametrize("name", ["org_code", "org_name"])
def test_a_trust_column_that_tagging_renamed(
    name: str, many: pd.DataFrame, many_tagged: pd.DataFrame, model: Tagger
) -> None:
    tagged = classify(many.rename(columns={"trust": name}), model=model)
    assert f"{name}_original" in tagged
    expected = summarise(many_tagged)
    pd.testing.assert_frame_equal(summarise(tagged), expected)
    pd.testing.assert_frame_equal(summarise(tagged, trust_column=name), expected)


def test_several_columns_each_under_its_own_name(many_tagged: pd.DataFrame) -> None:
    found = summarise(many_tagged, ["trust", "staff_group"], min_group=5)
    assert list(found.columns) == [COLUMNS[0], "trust", "staff_group", *COLUMNS[1:]]
    assert found.loc[0, ["group", "trust", "staff_group"]].tolist() == ["All"] * 3
    assert found["group"].nunique() == 1 + 3 * 3
    last = found.iloc[-1]
    assert (last["group"], last["trust"]) == (f"Saltmere / {last['staff_group']}", "Saltmere")
    assert "(not given)" in found["staff_group"].tolist()
    assert summarise(many_tagged, ["trust", "trust"])["group"].nunique() == 4


def test_without_a_grouping(many_tagged: pd.DataFrame) -> None:
    found = summarise(many_tagged, None)
    assert found["group"].tolist() == ["All"] * 6
    pd.testing.assert_frame_equal(found, summarise(many_tagged).head(6))


@pytest.mark.parametrize("wide", [True, False])
def test_a_group_called_all_is_not_ours(wide: bool, many_tagged: pd.DataFrame) -> None:
    odd = many_tagged.assign(staff_group=["All"] * 60 + ["Nursing"] * 60)
    groups = summarise(odd, "staff_group", wide=wide)["group"].unique().tolist()
    assert groups == ["All", "All (as written)", "Nursing"]


@pytest.mark.parametrize("wide", [True, False])
def test_names_that_join_to_the_same_stay_apart(wide: bool, many_tagged: pd.DataFrame) -> None:
    odd = many_tagged.assign(a=["x / y"] * 60 + ["x"] * 60, b=["z"] * 60 + ["y / z"] * 60)
    found = summarise(odd, ["a", "b"], wide=wide)
    assert found["group"].unique().tolist() == ["All", "x / y / z"]
    assert len(found) == 3 * (1 if wide else 6)
    assert set(found["n_rows"]) == {120, 60}


@pytest.mark.parametrize(
    ("values", "groups"),
    [
        (["  a ", "a", "a\n"] * 40, ["a"]),
        ([2024, 2025, 2026] * 40, ["2024", "2025", "2026"]),
        ([2024.0, None, 2025.0] * 40, ["(not given)", "2024", "2025"]),
        (
            pd.Categorical(["b", "a", None] * 40, categories=["b", "a", "unused"]),
            ["(not given)", "a", "b"],
        ),
        (["b", "A", "c"] * 40, ["A", "b", "c"]),
    ],
)
def test_any_kind_of_grouping_column(
    values: object, groups: list, many_tagged: pd.DataFrame
) -> None:
    found = summarise(many_tagged.assign(by=values), "by")
    assert found["group"].unique().tolist() == ["All", *groups]


def test_wide_is_one_row_a_group(many_tagged: pd.DataFrame) -> None:
    long = summarise(many_tagged).set_index(["group", "theme"])
    wide = summarise(many_tagged, wide=True)
    themes = long.index.get_level_values("theme").unique().tolist()
    assert list(wide.columns) == ["group", "n_rows", "n_comments", *themes, "hidden"]
    assert wide["group"].tolist() == long.index.get_level_values("group").unique().tolist()
    for row in wide.to_dict("records"):
        for theme in themes:
            cell = long.loc[(row["group"], theme), "net" if theme == "sentiment" else "share"]
            np.testing.assert_equal(row[theme], cell)
    both = summarise(many_tagged, ["trust", "staff_group"], wide=True)
    assert list(both.columns)[:5] == ["group", "trust", "staff_group", "n_rows", "n_comments"]


@pytest.mark.parametrize("wide", [True, False])
def test_written_cells_mark_what_is_hidden_and_name_whose(
    wide: bool, many_tagged: pd.DataFrame
) -> None:
    summary = summarise(many_tagged, ["trust", "staff_group"], wide=wide, min_group=5)
    cells = for_writing(summary)
    hidden = cells[cells["hidden"] != ""]
    assert len(hidden)
    figures = [name for name in figure_columns(summary) if name not in ("method", "hidden")]
    assert (hidden[figures] == "[c]").all(axis=None)
    for name in ("group", "trust", "staff_group", "n_rows", "n_comments"):
        assert cells[name].tolist() == summary[name].tolist()
    assert not (cells[cells["hidden"] == ""] == "[c]").any(axis=None)
    assert not cells.isna().any(axis=None)


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("ward", f"x.csv: no column 'ward' to group by; it has: {HEADER} (--by)"),
        (
            ["ward", "trust", "team"],
            f"x.csv: no column 'ward' or 'team' to group by; it has: {HEADER} (--by)",
        ),
        (
            "theme",
            "x.csv: cannot group by 'theme', a column of the summary itself; rename the column",
        ),
    ],
)
def test_what_cannot_be_grouped_by(by: object, message: str, many_tagged: pd.DataFrame) -> None:
    with pytest.raises(TableError, match=f"^{re.escape(message)}$"):
        count_tags(many_tagged.assign(theme="x"), by, where="x.csv")


def test_a_trust_column_asked_for_and_missing(many_tagged: pd.DataFrame) -> None:
    grouping = Grouping(("trust",), trust_column="site")
    with pytest.raises(
        TableError, match=r"^x.csv: no column 'site'; it has: id, trust, .*use --trust-column\)$"
    ):
        count(many_tagged, grouping, codebook=default_codebook(), where="x.csv")


def test_no_trust_column(many_tagged: pd.DataFrame) -> None:
    without = many_tagged.drop(columns=["trust", "org_code", "org_name"])
    with pytest.warns(FeedbackWarning, match="^no trust column found: one summary of all rows$"):
        found = summarise(without)
    assert found["group"].unique().tolist() == ["All"]
    message = "the table: no trust column found (name it with --trust-column)"
    with pytest.raises(TableError, match=f"^{re.escape(message)}$"):
        summarise(without, ["trust", "staff_group"])


def test_a_table_that_was_not_tagged(many: pd.DataFrame) -> None:
    with pytest.raises(TableError) as caught:
        summarise(many)
    assert str(caught.value) == "the table: not a tagged table; run `feedback classify` on it first"


def test_a_summary_needs_no_comments(many_tagged: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(
        summarise(many_tagged.drop(columns="comment")), summarise(many_tagged)
    )


def test_cells_corrected_by_hand_are_read_as_labels_are(many_tagged: pd.DataFrame) -> None:
    corrected = many_tagged.astype({"infrastructure": object, "sentiment": object}).head(20)
    corrected["infrastructure"] = ["0"] * 10 + ["no"] * 4 + ["Positive "] * 5 + ["x"]
    corrected["sentiment"] = "Negative"
    corrected["check"] = ""
    summary = summarise(corrected, by=None).set_index("theme")
    assert summary.loc["infrastructure", ["n_tagged", "positive"]].tolist() == [6, 5]
    assert summary.loc["sentiment", "negative"] == 20


@pytest.mark.parametrize("name", ["share", "method", "hidden", "net_low", "theme"])
def test_no_column_of_the_summary_can_group_it(many_tagged: pd.DataFrame, name: str) -> None:
    with pytest.raises(TableError, match=f"cannot group by '{name}'"):
        summarise(many_tagged.assign(**{name: "a"}), by=name)


def test_a_damaged_rows_trust_is_named_only_where_it_is_certain(model: Tagger) -> None:
    comments = pd.DataFrame({"comment": ["It is slow"] * 3, "trust": ["RGT", "and left", "Moor"]})
    tagged = classify(comments, model=model)
    tagged["check"] = ["too many cells", "unsure; too many cells", "unsure"]
    groups = summarise(tagged, min_group=0)["group"].unique().tolist()
    assert groups == [
        "All", "(not given)", "Cambridge University Hospitals NHS Foundation Trust", "Moor"
    ]  # fmt: skip
