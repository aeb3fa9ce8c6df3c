"""Summary, comparisons and trends -> Altair charts, for the report page and for notebooks.

Charts are fed with tables whose small numbers are hidden already: what is hidden is left out of
the chart's data, too. Nothing is told by colour alone.
"""

import textwrap
from collections.abc import Mapping

import altair as alt
import pandas as pd

from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.summary.grouping import ALL
from nhs_feedback.summary.trends import FULL
from nhs_feedback.tables.schema import PERCEPTION_INDEX, SENTIMENT

BLUE, DARK_BLUE, BLACK, GREY, PALE = "#005EB8", "#003087", "#231f20", "#425563", "#E8EDEE"
TINT = "#5C9AD3"  # the darkest that leaves black figures readable
WIDTH = 260  # narrow enough to be read on a phone, where the page scales it down

_ROW = 34
_LABEL = 200  # pixels for a name, which is broken into lines of so many characters
_LINE = 31
_BROKEN = alt.Axis(
    title=None, labelExpr="split(datum.label, '\\n')", labelLimit=_LABEL, labelLineHeight=13
)
_SOLID, _DASHED = [1, 0], [4, 3]
_LOOK = {
    "font": "Arial, sans-serif",
    "aria": False,  # the page says in words what a chart shows
    "background": "#ffffff",
    "view": {"stroke": None, "discreteHeight": {"step": _ROW}},
    "text": {"fontSize": 11},
    "legend": {"labelFontSize": 12, "labelColor": BLACK},
    "axis": {
        "labelColor": BLACK, "titleColor": BLACK, "domainColor": GREY, "tickColor": GREY,
        "gridColor": PALE, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "labelPadding": 6,
    },
}  # fmt: skip
_PERCENT = alt.Axis(format="%", tickCount=5)
_SIGNED = alt.Axis(format="+.1f", values=[-1, -0.5, 0, 0.5, 1])
Labels = Mapping[str, str]
"""Theme id to the name that readers see."""


def index_by_group(summary: pd.DataFrame, *, label: str = "Perception index") -> alt.LayerChart:
    """Show the perception index of each group with its interval, `All` on top."""
    rows = _shown(summary[summary["theme"] == PERCEPTION_INDEX], "group")
    everyone = rows.loc[rows["name"] == ALL, "share"]
    chart = _intervals(rows, "share", title=f"{label} (95% interval)", axis=_PERCENT, ends=(0, 1))
    return _styled(*([_rule(everyone)] if len(everyone) else []), *chart)


def group_themes(
    summary: pd.DataFrame, group: str = ALL, *, labels: Labels | None = None
) -> alt.LayerChart:
    """Show a group's share of each theme with its interval; a tick marks the share of `All`."""
    rows = _themes(summary[summary["group"] == group], labels)
    layers = _intervals(rows, "share", title="Share of comments (95% interval)", axis=_PERCENT)
    if group == ALL:
        return _styled(*layers)
    every = _themes(summary[summary["group"] == ALL], labels)
    every = every[every["name"].isin(rows["name"])]
    ticks = alt.Chart(every[["name", "share"]]).mark_tick(color=BLACK, thickness=2, size=18)
    return _styled(*layers, ticks.encode(x="share:Q", y=_names(rows)))


def net_feelings(
    summary: pd.DataFrame, group: str = ALL, *, labels: Labels | None = None
) -> alt.LayerChart:
    """Show how a group feels about each theme: positive minus negative, with its interval."""
    rows = _themes(summary[summary["group"] == group], labels, figure="net")
    nought = alt.Chart(pd.DataFrame({"net": [0.0]})).mark_rule(color=BLACK).encode(x="net:Q")
    title = "Net feeling: all negative -1, all positive +1"
    layers = _intervals(rows, "net", title=title, axis=_SIGNED, ends=(-1, 1))
    return _styled(nought, *layers)


def heat_map(summary: pd.DataFrame, *, labels: Labels | None = None) -> alt.LayerChart:
    """Show the share of each theme in each group, in figures upon a tint."""
    labels = default_codebook().labels if labels is None else labels
    rows = _shown(summary[summary["theme"].isin(list(labels))], "group")
    rows = rows.assign(label=[labels[theme] for theme in rows["theme"]])
    base = alt.Chart(rows[["name", "label", "share"]]).encode(
        x=alt.X("label:N", sort=None, axis=alt.Axis(title=None, orient="top", labelAngle=-60)),
        y=_names(rows),
    )
    scale = alt.Scale(range=["#ffffff", TINT], domainMin=0, interpolate="rgb")
    squares = base.mark_rect(stroke=PALE).encode(
        color=alt.Color("share:Q", scale=scale, legend=None)
    )
    text = alt.Text("share:Q", format=".0%")
    figures = base.mark_text(color=BLACK).encode(text=text)
    return _styled(squares, figures, width=42 * len(labels))


def funnel(comparisons: pd.DataFrame, theme: str, *, label: str | None = None) -> alt.LayerChart:
    """Show each group's share by its comments, with the limits of what chance explains."""
    rows = comparisons[(comparisons["theme"] == theme) & comparisons["share"].notna()]
    rows = rows.sort_values("n_comments", kind="stable")
    rows = rows.assign(
        name=[_broken(name) for name in rows["group"]],
        place=rows["outside"].map({"": "within", "95%": "outside 95%", "99.8%": "outside 99.8%"}),
    )
    title = f"Share: {label or default_codebook().labels.get(theme, theme)}"
    points = alt.Chart(rows[["n_comments", "share", "name", "place"]]).encode(
        x=alt.X("n_comments:Q", title="Comments", scale=alt.Scale(zero=False, padding=20)),
        y=alt.Y("share:Q", title=title, axis=_PERCENT, scale=alt.Scale(nice=True)),
    )
    return _styled(*_funnel_limits(rows), _marks(points), _names_outside(points), height=260)


def over_time(
    trends: pd.DataFrame, theme: str, group: str = ALL, *, label: str | None = None
) -> alt.LayerChart:
    """Show a theme's share by period with the limits of an XmR chart, dashed while on trial."""
    rows = trends[(trends["theme"] == theme) & (trends["group"] == group)]
    periods = rows.iloc[:, 1].astype(str)  # every period has its place, shown or not
    shown = rows.assign(period=periods, point=rows["signal"].where(rows["signal"] == "", "signal"))
    shown = shown[shown["share"].notna()]
    x = alt.X("period:O", title=None, sort=list(periods), scale=alt.Scale(domain=list(periods)))
    base = alt.Chart(shown[["period", "share", "share_low", "share_high", "point"]]).encode(
        x=x.axis(labelAngle=-45, labelOverlap=True)
    )
    title = f"Share: {label or default_codebook().labels.get(theme, theme)}"
    y = alt.Y("share:Q", title=title, axis=_PERCENT, scale=alt.Scale(domainMin=0))
    whiskers = base.mark_rule(color=BLUE, opacity=0.4, strokeWidth=3).encode(
        y=alt.Y("share_low:Q", title=title, axis=_PERCENT), y2="share_high:Q"
    )
    line = base.mark_line(color=BLUE).encode(y=y)
    marks = base.mark_point(filled=True, opacity=1).encode(y=y, **_signal_marks())
    return _styled(*_limit_lines(shown), whiskers, line, marks, height=220)


def _limit_lines(shown: pd.DataFrame) -> list[alt.Chart]:
    """Draw the centre and the two limits across the whole width, dashed while on trial."""
    lines = []
    dash = _SOLID if shown["points"].max() >= FULL else _DASHED
    for column, style in (("centre", _SOLID), ("limit_low", dash), ("limit_high", dash)):
        value = shown[[column]].dropna().head(1)
        if len(value):
            mark = alt.Chart(value).mark_rule(color=GREY, strokeDash=style)
            lines.append(mark.encode(y=alt.Y(f"{column}:Q")))
    return lines


def _signal_marks() -> dict[str, alt.Shape | alt.Size | alt.Color]:
    kinds = ["", "signal"]
    return {
        "shape": alt.Shape(
            "point:N", scale=alt.Scale(domain=kinds, range=["circle", "diamond"]), legend=None
        ),
        "size": alt.Size("point:N", scale=alt.Scale(domain=kinds, range=[45, 130]), legend=None),
        "color": alt.Color(
            "point:N", scale=alt.Scale(domain=kinds, range=[BLUE, DARK_BLUE]), legend=None
        ),
    }


def _funnel_limits(rows: pd.DataFrame) -> list[alt.Chart]:
    """Draw the limits of 99.8%, and those of 95% dashed."""
    return [
        alt.Chart(rows[["n_comments", name]])
        .mark_line(color=GREY, strokeDash=_DASHED if name.endswith("95") else _SOLID)
        .encode(x="n_comments:Q", y=f"{name}:Q")
        for name in rows.columns
        if name.startswith("funnel_")
    ]


def _marks(points: alt.Chart) -> alt.Chart:
    kinds = ["within", "outside 95%", "outside 99.8%"]
    shapes = alt.Scale(domain=kinds, range=["circle", "triangle-up", "diamond"])
    legend = alt.Legend(title=None, orient="bottom", symbolFillColor=BLUE)
    marks: alt.Chart = points.mark_point(filled=True, size=75, opacity=1, color=BLUE).encode(
        shape=alt.Shape("place:N", scale=shapes, legend=legend)
    )
    return marks


def _names_outside(points: alt.Chart) -> alt.Chart:
    outside: alt.Chart = points.transform_filter(alt.datum.place != "within")
    text = outside.mark_text(align="left", dx=8, color=BLACK, lineBreak="\n", baseline="middle")
    named: alt.Chart = text.encode(text="name:N")
    return named


def _shown(rows: pd.DataFrame, column: str, figure: str = "share") -> pd.DataFrame:
    """Leave out what is hidden or unknown, and name each row by a column, broken into lines."""
    rows = rows[rows[figure].notna()]
    return rows.assign(name=[_broken(str(name)) for name in rows[column]])


def _themes(rows: pd.DataFrame, labels: Labels | None, figure: str = "share") -> pd.DataFrame:
    labels = default_codebook().labels if labels is None else labels
    names = {**labels, **({SENTIMENT: "Overall sentiment"} if figure == "net" else {})}
    rows = rows[rows["theme"].isin(list(names))]
    rows = rows.assign(label=[names[theme] for theme in rows["theme"]])
    order = rows.sort_values(figure, ascending=False, kind="stable")
    return _shown(order, "label", figure)


def _intervals(
    rows: pd.DataFrame,
    figure: str,
    *,
    title: str,
    axis: alt.Axis,
    ends: tuple[float, float] | None = None,
) -> list[alt.Chart]:
    """Draw a line from low to high and a point at the figure, a row a name."""
    scale = alt.Scale(domain=list(ends)) if ends else alt.Scale(domainMin=0)
    columns = ["name", figure, f"{figure}_low", f"{figure}_high"]
    base = alt.Chart(rows[columns]).encode(y=_names(rows))
    lines = base.mark_rule(color=BLUE, opacity=0.45, strokeWidth=7).encode(
        x=alt.X(f"{figure}_low:Q", title=title, axis=axis, scale=scale), x2=f"{figure}_high:Q"
    )
    points = base.mark_point(filled=True, size=70, color=DARK_BLUE, opacity=1)
    return [lines, points.encode(x=f"{figure}:Q")]


def _rule(everyone: pd.Series) -> alt.Chart:
    """Draw a dashed line at the figure of all."""
    data = pd.DataFrame({"share": everyone.head(1)})
    rule: alt.Chart = alt.Chart(data).mark_rule(color=GREY, strokeDash=_DASHED).encode(x="share:Q")
    return rule


def _names(rows: pd.DataFrame) -> alt.Y:
    return alt.Y("name:N", sort=list(rows["name"]), axis=_BROKEN)


def _broken(name: str) -> str:
    return "\n".join(textwrap.wrap(name, _LINE) or [name])


def _styled(*layers: alt.Chart, width: int = WIDTH, height: int | None = None) -> alt.LayerChart:
    """Lay charts over one another in the page's type and colours, with room for two-line names."""
    chart = alt.LayerChart(layer=list(layers), config=_LOOK, width=width)
    if height is not None:
        chart.height = height
    return chart
