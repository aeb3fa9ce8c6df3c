"""The judge of the personal data benchmark is itself judged."""

import importlib
import re
from pathlib import Path

import nhs_number
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def part(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return lambda name: importlib.import_module(f"personal_data.{name}")


@pytest.fixture
def judge(part):
    """Score one comment in the notation against masks given as the text they hide."""
    marked, scoring = part("marked"), part("scoring")

    def score(line, *hidden):
        one = marked.parse(line)
        starts = [(one.text.index(text), text, kind) for text, kind in hidden]
        masks = [scoring.Mask(start, start + len(text), kind) for start, text, kind in starts]
        done = scoring.tally([one], [masks])
        return [hit for _, hit in done.found], [hit for _, hit in done.right]

    return score


@pytest.mark.parametrize(
    ("line", "text", "golds"),
    [
        ("", "", []),
        ("no one", "no one", []),
        ("ask {{NAME|Jo}}", "ask Jo", [(4, 6, "NAME", 4)]),
        ("{{NAME|Dr |Rao}} is in", "Dr Rao is in", [(3, 6, "NAME", 0)]),
        ("a{{?|b}}{{URL|c}}", "abc", [(1, 2, "?", 1), (2, 3, "URL", 2)]),
        (r"hi\n{{NAME|Jo}}", "hi\nJo", [(3, 5, "NAME", 3)]),
    ],
)
def test_notation_gives_text_and_places(part, line, text, golds):
    one = part("marked").parse(line)
    assert one.text == text
    assert [tuple(gold) for gold in one.golds] == golds


@pytest.mark.parametrize("line", ["{{NAME|Jo", "{{name|Jo}}", "{{NAME}}", "Jo}}"])
def test_broken_mark_is_refused(part, line):
    with pytest.raises(ValueError, match=r"a mark is not \{\{KIND\|text\}\}"):
        part("marked").parse(line)


@pytest.mark.parametrize(
    ("line", "hidden", "found", "right"),
    [
        ("ask {{NAME|Jo Rao}} now", [], [False], []),
        ("ask {{NAME|Jo Rao}} now", [("Jo Rao", "NAME")], [True], [True]),
        ("ask {{NAME|Jo Rao}} now", [("Rao", "NAME")], [False], [True]),
        ("ask {{NAME|Jo Rao}} now", [("Jo", "NAME"), ("Rao", "NAME")], [True], [True, True]),
        ("ask {{NAME|Jo}} now", [("Jo", "URL")], [True], [True]),
        ("ask {{NAME|Jo}} now", [("ask", "NAME")], [False], [False]),
        ("ask {{NAME|Jo}} right now", [("Jo right now", "NAME")], [True], [False]),
        ("{{NAME|Dr |Rao}}", [("Dr Rao", "NAME")], [True], [True]),
        ("{{NAME|Dr |Rao}}", [("Rao", "NAME")], [True], [True]),
        ("{{NAME|Dr |Rao}}", [("Dr", "NAME")], [False], [True]),
        ("{{PHONE|0123456789}}", [("012345678", "PHONE")], [True], [True]),
        ("{{PHONE|0123456789}}", [("01234567", "PHONE")], [False], [True]),
        ("in {{?|Leeds}}", [("Leeds", "NAME")], [], []),
        ("in {{?|Leeds}} today", [("Leeds today", "NAME")], [], []),
        ("in {{?|Leeds}}", [("in", "NAME")], [], [False]),
        (
            "{{EMAIL|jo@x.example}}",
            [("jo@x.example", "EMAIL"), ("x.example", "URL")],
            [True],
            [True],
        ),
    ],
)
def test_found_and_right(judge, line, hidden, found, right):
    assert judge(line, *hidden) == (found, right)


def test_no_comments_score_nothing(part):
    done = part("scoring").tally([], [])
    assert (done.comments, done.found, done.right) == (0, [], [])
    assert done.recall(lambda _: True).of == 0


def test_share_has_wilsons_interval(part):
    low, high = part("scoring").Share(92, 100).interval()
    assert (round(low, 4), round(high, 4)) == (0.8500, 0.9589)


def test_groups_part_names_from_all_else(part):
    scoring = part("scoring")
    done = scoring.Tally(found=[("NAME", True), ("PHONE", False), ("URL", True)])
    assert done.recall(scoring.in_group(scoring.NAMES)) == (1, 1)
    assert done.recall(scoring.in_group(scoring.STRUCTURED)) == (1, 2)


def test_corpus_marks_every_place_of_whole_words(part):
    marked = part("corpus").mark_all(
        "In January Jan, Mr Rao and Rao.", ["NAME|Jan", "NAME|Mr |Rao"]
    )
    assert marked == "In January {{NAME||Jan}}, {{NAME|Mr |Rao}} and {{NAME||Rao}}."


def test_corpus_mark_that_is_not_there_is_refused(part):
    with pytest.raises(ValueError, match="'Jo' is not in the comment"):
        part("corpus").mark_all("Ask John.", ["NAME|Jo"])


def test_handwritten_set_is_read_and_is_half_traps(part):
    comments = part("marked").read_marked(BENCHMARKS / "personal_data" / "handwritten.txt")
    personal = sum(any(gold.kind != "?" for gold in one.golds) for one in comments)
    assert len(comments) >= 400
    assert 0.4 <= personal / len(comments) <= 0.6


def test_generated_set_repeats_by_seed_and_holds_what_it_says(part):
    pytest.importorskip("faker")
    generate = part("generating").generate
    made = generate(300, seed=3)
    assert made == generate(300, seed=3)
    assert made != generate(300, seed=4)
    assert {gold.kind for one in made for gold in one.golds} >= {"NAME", "PHONE", "NHS_NUMBER"}
    assert not any("{" in one.text for one in made)


def test_generated_numbers_are_reserved_ones(part):
    pytest.importorskip("faker")
    values = part("values").Values(seed=5)
    for _ in range(50):
        digits = {
            slot: "".join(filter(str.isdigit, values.draw(slot)))
            for slot in ("nhs", "mobile", "chi")
        }
        assert digits["nhs"].startswith("999")
        assert nhs_number.is_valid(digits["nhs"])
        assert nhs_number.is_valid(digits["chi"], for_region=nhs_number.REGION_SCOTLAND)
        assert re.fullmatch(r"(0|44|0044)7700900\d{3}", digits["mobile"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("on 077 0090 0600 now", "on 079 1112 3600 now"),
        ("+44 (0)7700-900-123", "+44 (0)7911-123-123"),
        ("0115 496 0116, 01632 960 637", "0114 496 0116, 01642 960 637"),
        ("0113 496 0116 and 7 times", "0113 496 0116 and 7 times"),
    ],
)
def test_peers_are_shown_numbers_in_use_of_the_same_length(part, text, shown):
    assert part("systems").in_use(text) == shown
