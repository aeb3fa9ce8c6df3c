"""The page as a reader meets it, in Debian's Chromium."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)"
)
DESKTOP, PHONE, SMALLEST = (1280, 900), (390, 844), (320, 640)
A4 = (680, 970)  # what 15 mm margins leave, at 96 pixels an inch


@pytest.fixture(scope="module")
def browser() -> Iterator["playwright.Browser"]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM)
        yield opened
        opened.close()


@pytest.fixture
def shown(browser: "playwright.Browser", page: Path) -> Iterator["playwright.Page"]:
    """The page at desktop width; in the end, no error was logged and nothing was fetched."""
    opened = browser.new_page(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    said: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(page.as_uri())
    yield opened
    assert said == []
    assert [url for url in asked if url != page.as_uri() and not url.startswith("blob:")] == []
    opened.close()


def resize(shown: "playwright.Page", size: tuple[int, int]) -> None:
    shown.set_viewport_size({"width": size[0], "height": size[1]})


def width(shown: "playwright.Page") -> int:
    found: int = shown.evaluate("document.documentElement.scrollWidth")
    return found


def cells(shown: "playwright.Page", table: str, column: int) -> list[str]:
    found = shown.locator(f"#{table} tbody tr > *:nth-child({column})").all_inner_texts()
    return [text.strip() for text in found]


def open_details(shown: "playwright.Page") -> None:
    shown.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")


def downloaded(shown: "playwright.Page", table: str) -> list[list[str]]:
    with shown.expect_download() as waited:
        shown.locator(f'button.download[data-table="{table}"]').first.click()
    assert waited.value.suggested_filename == f"{table}.csv"
    text = Path(waited.value.path()).read_bytes().decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_no_violation_of_accessibility(size: tuple[int, int], shown: "playwright.Page") -> None:
    resize(shown, size)
    shown.get_by_label("Choose a trust").select_option("Northmoor")
    open_details(shown)
    found = axe.Axe().run(shown)
    assert found.violations_count == 0, found.generate_report()


def test_a_trust_is_chosen(shown: "playwright.Page") -> None:
    chosen = shown.get_by_label("Choose a trust")
    assert chosen.locator("option").all_inner_texts() == [
        "All", "Eastmere <i>NHS</i>", "Fenside", "Northmoor", "Saltmere", "Westbeck",
    ]  # fmt: skip
    chosen.select_option("Northmoor")
    assert (
        shown.locator("#group-view")
        .inner_text()
        .startswith("Northmoor: 150 comments that say something. Net feeling overall")
    )
    assert len(cells(shown, "group-table", 1)) == 4
    assert "[c]" not in shown.locator("#group-table").inner_text()
    assert all(text.endswith("%") for text in cells(shown, "group-table", 3))
    assert shown.locator("#group-table svg circle").count() == 4


def test_a_trusts_words_and_its_themes_over_time(shown: "playwright.Page") -> None:
    shown.get_by_label("Choose a trust").select_option("Northmoor")
    assert any("zebra (" in text for text in cells(shown, "words-table", 2))
    shown.get_by_label("Theme of this trust to follow").select_option("Training and support")
    chart = shown.locator("#group-time")
    assert chart.get_attribute("aria-label").startswith("Chart: Northmoor: Training and support")
    shown.locator("#with-time summary").click()
    points = cells(shown, "group-time-table", 2)
    assert len(points) >= 6
    assert chart.locator("circle, polygon").count() == len(points)
    assert downloaded(shown, "group-time-table")[0] == ["Period", "Share", "Low", "High", "Signal"]
    shown.get_by_label("Choose a trust").select_option("Saltmere")
    assert shown.get_by_text("No word sets this trust apart.").is_visible()
    assert shown.get_by_text("This trust has too few comments a period").is_visible()
    assert not chart.is_visible()


def test_a_hidden_trust_shows_only_that_it_is_hidden(shown: "playwright.Page") -> None:
    shown.get_by_label("Choose a trust").select_option("Saltmere")
    assert shown.locator("#group-view").inner_text() == (
        "Saltmere: 8 comments that say something. Its figures are hidden: fewer than 10 comments."
    )
    assert set(cells(shown, "group-table", 3)) == {"[c]"}
    assert shown.locator("#group-table svg circle, #group-table svg rect").count() == 0


def test_comments_are_filtered_and_searched(shown: "playwright.Page") -> None:
    quotes = shown.locator("#quotes li")
    count = shown.locator("#count")
    everything = int(count.inner_text().split()[3])
    assert quotes.count() == min(10, everything)
    shown.get_by_label("Trust", exact=True).select_option("Westbeck")
    assert all("Westbeck ·" in text for text in quotes.all_inner_texts())
    shown.get_by_label("Theme", exact=True).select_option("Infrastructure and reliability")
    shown.get_by_label("Feeling towards it").select_option("positive")
    assert all("Infrastructure and reliability (positive)" in t for t in quotes.all_inner_texts())
    narrowed = int(count.inner_text().split()[3])
    assert 0 < narrowed < everything
    shown.get_by_label("Containing").fill("LAPTOPS are")
    assert all("laptops are quick" in text for text in quotes.all_inner_texts())
    shown.get_by_label("Containing").fill("no such word")
    assert count.inner_text() == "No comment matches."
    assert quotes.count() == 0


def test_more_comments_are_shown_on_demand(shown: "playwright.Page") -> None:
    before = shown.locator("#quotes li").count()
    shown.get_by_role("button", name="Show more").click()
    assert shown.locator("#quotes li").count() > before
    assert shown.evaluate("document.activeElement.tagName") == "LI"


def test_a_table_is_sorted_by_keyboard(shown: "playwright.Page") -> None:
    head = shown.locator("#heat-table thead button", has_text="Comments")
    head.focus()
    shown.keyboard.press("Enter")
    assert cells(shown, "heat-table", 2) == ["360", "150", "110", "83", "9", "8"]
    shown.keyboard.press("Enter")
    assert cells(shown, "heat-table", 2) == ["8", "9", "83", "110", "150", "360"]
    assert shown.locator("#heat-table th[aria-sort]").get_attribute("aria-sort") == "ascending"
    shown.locator("#heat-table thead button", has_text="Overall feeling").click()
    assert cells(shown, "heat-table", 7)[-2:] == ["[c]", "[c]"]  # what is hidden stands last


def test_the_skip_link_is_the_first_stop(shown: "playwright.Page") -> None:
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.textContent") == "Skip to the findings"


def test_tables_are_downloaded(shown: "playwright.Page") -> None:
    lines = downloaded(shown, "heat-table")
    assert lines[0][:2] == ["Trust", "Comments"]
    by_name = {line[0]: line[1:] for line in lines[1:]}
    assert by_name["Saltmere"] == ["8", *["[c]"] * 5]
    assert 0 <= float(by_name["Northmoor"][1]) <= 1
    shown.get_by_label("Choose a trust").select_option("Westbeck")
    theirs = downloaded(shown, "group-table")
    assert theirs[0] == [
        "Theme", "Share", "Low", "High", "All comments", "Net feeling", "Net low", "Net high",
        "Against the rest",
    ]  # fmt: skip
    assert float(theirs[1][4]) == pytest.approx(float(by_name["All"][1]))


def test_a_download_holds_no_formula(
    browser: "playwright.Browser", page: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "page.html"
    copy.write_text(page.read_text("utf-8").replace("Northmoor", "=1+1"), "utf-8")
    opened = browser.new_page()
    opened.goto(copy.as_uri())
    assert "'=1+1" in {line[0] for line in downloaded(opened, "heat-table")}
    opened.close()


@pytest.mark.parametrize(
    ("chooser", "part"), [("Theme to compare", "funnel"), ("Theme to follow", "over")]
)
def test_one_chart_at_a_time(chooser: str, part: str, shown: "playwright.Page") -> None:
    shown.get_by_label(chooser).select_option("Training and support")
    visible = shown.locator(f".of-{part}:visible")
    assert visible.count() == 1
    assert visible.locator("figcaption").inner_text() == "Training and support"
    assert visible.get_by_role("img").get_attribute("aria-label").endswith("in the table below.")
    visible.locator("summary").click()
    assert visible.locator("table").is_visible()


@pytest.mark.parametrize("size", [PHONE, SMALLEST])
def test_a_phone_needs_no_sideways_scrolling(
    size: tuple[int, int], shown: "playwright.Page"
) -> None:
    resize(shown, size)
    shown.get_by_label("Choose a trust").select_option("Northmoor")
    open_details(shown)
    assert width(shown) == size[0]


def test_it_prints_to_a4(shown: "playwright.Page") -> None:
    resize(shown, A4)
    shown.emulate_media(media="print")
    assert width(shown) == A4[0]
    for left_out in ("nav", ".download", ".control", "#more"):
        assert shown.locator(left_out).first.is_hidden(), left_out
    for kept in ("#glance svg", "#heat-table", "#method", "#quotes li"):
        assert shown.locator(kept).first.is_visible(), kept
    printed = shown.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 594.95" in printed


def test_without_scripts_charts_and_tables_are_there(
    browser: "playwright.Browser", page: Path
) -> None:
    opened = browser.new_page(java_script_enabled=False)
    opened.goto(page.as_uri())
    assert opened.locator("#glance svg").first.is_visible()
    assert opened.locator("#heat-table").is_visible()
    assert opened.get_by_text("Scripts are switched off here.").is_visible()
    opened.close()
