import json
from typing import Any

import altair as alt
import pandas as pd
import pytest

from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary import charts
from nhs_feedback.summary.comparisons import compare
from nhs_feedback.summary.groups import summarise
from nhs_feedback.summary.page import to_svg
from nhs_feedback.summary.trends import trends

SHOWN, HIDDEN = {"Northmoor", "Eastmere <i>NHS</i>", "Westbeck"}, {"Fenside", "Saltmere"}


@pytest.fixture(scope="module")
def summary(board: pd.DataFrame, model: Tagger) -> pd.DataFrame:
    return summarise(board, model=model)


@pytest.fixture(scope="module")
def comparisons(board: pd.DataFrame, model: Tagger) -> pd.DataFrame:
    return compare(board, model=model)


@pytest.fixture(scope="module")
def by_month(board: pd.DataFrame, model: Tagger) -> pd.DataFrame:
    return trends(board, "month", model=model)


def data_of(chart: alt.LayerChart) -> list[dict[str, Any]]:
    """Every row of data in a chart, of all its layers."""
    spec = chart.to_dict()
    return [row for rows in spec["datasets"].values() for row in rows]


def names_of(chart: alt.LayerChart) -> set[str]:
    return {row["name"] for row in data_of(chart) if "name" in row}


def test_each_shown_group_has_its_index(summary: pd.DataFrame) -> None:
    chart = charts.index_by_group(summary, label="Seen as clinical")
    assert names_of(chart) == {"All", *SHOWN}
    assert "Seen as clinical (95% interval)" in json.dumps(chart.to_dict())


def test_hidden_groups_are_in_no_data(summary: pd.DataFrame, comparisons: pd.DataFrame) -> None:
    assert names_of(charts.heat_map(summary)) == {"All", *SHOWN}
    assert names_of(charts.funnel(comparisons, "infrastructure")) == SHOWN
    for draw in (charts.group_themes, charts.net_feelings):
        assert names_of(draw(summary, "Saltmere")) == set()


def test_themes_come_with_their_labels_the_most_frequent_first(summary: pd.DataFrame) -> None:
    chart = charts.group_themes(summary, "Northmoor")
    order = chart.to_dict()["layer"][0]["encoding"]["y"]["sort"]
    shares = summary[summary["group"] == "Northmoor"].set_index("theme")["share"]
    most = shares.drop(["sentiment", "perception_index"]).idxmax()
    assert order[0] == default_codebook().labels[str(most)]
    figures = {row["share"] for row in data_of(chart) if row["name"] == "Training and support"}
    everyone = summary.query("group == 'All' and theme == 'training_support'")["share"].item()
    assert figures == {shares["training_support"], everyone}


def test_net_feelings_hold_the_overall_one_too(summary: pd.DataFrame) -> None:
    chart = charts.net_feelings(summary, labels={"infrastructure": "Kit"})
    assert names_of(chart) == {"Kit", "Overall sentiment"}


def test_a_funnel_tells_by_shape_what_is_outside(comparisons: pd.DataFrame) -> None:
    rows = comparisons[comparisons["theme"] == "infrastructure"].copy()
    rows.loc[rows["group"] == "Westbeck", "outside"] = "99.8%"
    chart = charts.funnel(rows, "infrastructure", label="Kit")
    places = {row["name"]: row["place"] for row in data_of(chart) if "place" in row}
    assert places["Westbeck"] == "outside 99.8%"
    shapes = [layer["encoding"].get("shape") for layer in chart.to_dict()["layer"]]
    assert [shape["field"] for shape in shapes if shape] == ["place"]


def test_limits_are_dashed_while_on_trial(by_month: pd.DataFrame) -> None:
    def dashes(table: pd.DataFrame) -> list[Any]:
        layers = charts.over_time(table, "infrastructure").to_dict()["layer"]
        return [layer["mark"].get("strokeDash") for layer in layers[:3]]

    assert by_month["points"].max() >= 12
    assert dashes(by_month) == [[1, 0]] * 3
    assert dashes(by_month.assign(points=11)) == [[1, 0], [4, 3], [4, 3]]


def test_a_hidden_period_keeps_its_place_and_has_no_figure(by_month: pd.DataFrame) -> None:
    table = by_month.copy()
    gone = (table["month"] == "2024-03") & (table["theme"] == "infrastructure")
    table.loc[gone, ["share", "share_low", "share_high"]] = None
    chart = charts.over_time(table, "infrastructure")
    assert "2024-03" not in {row.get("period") for row in data_of(chart)}
    x = chart.to_dict()["layer"][-1]["encoding"]["x"]
    assert "2024-03" in x["scale"]["domain"]


def test_a_picture_has_no_parts_that_are_read_out(summary: pd.DataFrame) -> None:
    drawn = to_svg(charts.index_by_group(summary))
    assert drawn.startswith('<svg aria-hidden="true"')
    assert "role=" not in drawn
    assert " id=" not in drawn  # so that several pictures fit in one page
    assert "Eastmere &lt;i&gt;NHS&lt;/i&gt;" in drawn


def test_long_names_are_broken(summary: pd.DataFrame) -> None:
    long = "Northern and Western Borders Integrated Care Partnership"
    chart = charts.index_by_group(summary.replace({"group": {"Northmoor": long}}))
    assert "Northern and Western Borders\nIntegrated Care Partnership" in names_of(chart)
