import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.names import no_names
from nhs_feedback.text.pipeline import text_pipeline
from nhs_feedback.text.redaction import FINDERS, Found, find_personal_data, mask, redact

LABELS = {label for label, _ in FINDERS}
NO_NAMES = no_names()  # so that a case shows one kind
PIPELINE = text_pipeline(names=NO_NAMES)

MASKED = [
    # e-mail addresses
    ("mail jo.bloggs@ward.example please", "mail [EMAIL] please"),
    ("(o'brien+x@ward.example).", "([EMAIL])."),
    ("jo_b-2@a.b.nhs.example, thanks", "[EMAIL], thanks"),
    ("jo.bloggs @ nhs.net", "[EMAIL]"),
    ("jo.bloggs[at]nhs.net", "[EMAIL]"),
    ("jo.bloggs (at) ward (dot) org", "[EMAIL]"),
    ("jo.bloggs at nhs dot net", "[EMAIL]"),
    ("JO@WARD.EXAMPLE", "[EMAIL]"),
    # telephone numbers
    ("ring 07700 900123 now", "ring [PHONE] now"),
    ("07700900123", "[PHONE]"),
    ("07700-900-123", "[PHONE]"),
    ("7700 900123", "[PHONE]"),
    ("+44 7700 900123", "[PHONE]"),
    ("+44 (0)20 7946 0123", "[PHONE]"),
    ("0044 20 7946 0123", "[PHONE]"),
    ("(020) 7946 0123", "[PHONE]"),
    ("01632 960 123", "[PHONE]"),
    ("0161/496/0000", "[PHONE]"),
    ("0161 – 496 – 0000", "[PHONE]"),
    ("0 7 7 0 0 9 0 0 1 2 3", "[PHONE]"),
    ("+353 1 234 5678", "[PHONE]"),
    ("+1 (415) 555-2671", "[PHONE]"),
    ("Jo,07700900123.", "Jo,[PHONE]."),
    # short numbers that a word gives away
    ("ext 4410", "ext [PHONE]"),
    ("Ext. 4410 or 4411", "Ext. [PHONE]"),
    ("extension number 60417", "extension number [PHONE]"),
    ("the extension has changed to 2206", "the extension has changed to [PHONE]"),
    ("bleep 2231/2232", "bleep [PHONE]"),
    ("Bleep me on 2231", "Bleep me on [PHONE]"),
    ("my pager number is 0417", "my pager number is [PHONE]"),
    ("x4410", "[PHONE]"),
    ("tel 960123", "tel [PHONE]"),
    ("ring 4417, ask for the porter", "ring [PHONE], ask for the porter"),
    ("020 7946 0123 ext 4410", "[PHONE] ext [PHONE]"),
    # NHS numbers
    ("943 476 5919", "[NHS_NUMBER]"),
    ("9434765919", "[NHS_NUMBER]"),
    ("pt 943-476-5919.", "pt [NHS_NUMBER]."),
    ("NHS no. 999 012 3456", "NHS no. [NHS_NUMBER]"),
    ("(NHS: 999-012-3456)", "(NHS: [NHS_NUMBER])"),
    ("nhs number is 9990123456", "nhs number is [NHS_NUMBER]"),
    # postcodes
    ("SW1A 1AA", "[POSTCODE]"),
    ("sw1a1aa", "[POSTCODE]"),
    ("at M1 1AE, EC1A 1BB", "at [POSTCODE], [POSTCODE]"),
    ("B33 8TH", "[POSTCODE]"),
    ("CR2 6XH and DN55 1PT", "[POSTCODE] and [POSTCODE]"),
    ("ZZ99 3VZ", "[POSTCODE]"),
    ("AB1 2CD", "[POSTCODE]"),
    # web addresses
    ("see https://a.example/x?y=1.", "see [URL]."),
    ("http://intranet/rota", "[URL]"),
    ("(www.ward.example)", "([URL])"),
    ("royalmarsh.nhs.uk/staff", "[URL]"),
    ("go to royalmarsh.co.uk!", "go to [URL]!"),
    ("ROYALMARSH.ORG", "[URL]"),
    ("ward9.org", "[URL]"),
]

UNMASKED = [
    "",
    "1-2-1 and 24/7, 50/50",
    "2013-2014, 2019/20, 1970s",
    "2019 2020 2021 2022",
    "10,000 or 1,000,000",
    "version 3.11.2, v0.12.3.4.5.6.7.8.9",
    "ward B12, bay A1, band 8a, FY1, ST3",
    "12.5mg 2.5 mg 250 mg 500",
    "3000 0000",
    "01/02/2013 10:30",
    "01.02.2013 10.30",
    "07/12/2023 10:30",
    "07-12-2023 1030",
    "01 02 2013 1030",
    "2023-07-12 08:30:00",
    "0745 to 0830, 0800-1600 0900-1700",
    "0800 0900 1000",
    "00:00 00:30 01:00 01:30 02:00",
    "0 1 2 3 4 5 6 7 8 9 10",
    "1 2 3 4 5 6 7 8 9 10",
    "0.5 0.75 0.25 0.12",
    "0/10 0/10 0/10 0/10 0/10",
    "9434765918",
    "1234567890",
    "ring 111 or 999",
    "phone 2000 patients in 2019",
    "bleep 500 times a night",
    "x1000 better, 1920 x1080",
    "A1 4pm",
    "bed B12 4PM, B12 5mg, W10 4hr",
    "bay B1 1st floor, b33 8th bed",
    "E2 is full",
    "NHS.net and nhs.uk are down, so is gov.uk",
    "slow.Very slow. e.g.that",
    "and/or w/e b.d. t.d.s.",
    "@ the desk, seen @9.30",
    "looked at nhs.net",
    "£07 and 50% of 12",
    "ref 0442, risk 1147",
    "[NAME] on [PHONE] at [EMAIL]",
]

PIECES = [
    *"0179 .-/@+()[]xa\n",
    *("07700", "900123", "943 476 5919", "9434765919", "nhs no ", "ext ", "bleep ", "tel ", "+44 "),
    *("SW1A", "1AA", "jo@", "a.co.uk", "www.", "http://", ".nhs.uk", " at ", " dot ", "net"),
    *(
        "dob ",
        "1/2/60",
        "QQ123456C",
        "gmc ",
        "mrn ",
        "staff no ",
        "datix ",
        "14 ",
        "Acacia ",
        "Road",
    ),
    *("AB12 CDE", "reg ", "10.0.0.1", "@jo", "insta: ", "4111 1111 1111 1111", "sort code ", "on "),
    *("12-34-56 ", "12345678", "passport ", "lives at ", "postcode ", "M14", "Flat 2, ", "pt "),
    *("[NAME]", "[PHONE]", "[A", "4410", "x4410", "is ", "or "),
]
TEXTS = st.text() | st.lists(st.sampled_from(PIECES)).map("".join)


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_masks(text, expected):
    assert redact(text, names=NO_NAMES) == expected


@pytest.mark.parametrize("text", UNMASKED)
def test_leaves_alone(text):
    assert find_personal_data(text, names=NO_NAMES) == []
    assert redact(text, names=NO_NAMES) == text


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_finds_the_same_within_a_sentence(text, expected):
    assert redact(f"Please {text} (thanks)", names=NO_NAMES) == f"Please {expected} (thanks)"


def test_offsets_are_of_characters():
    text = "Zoë \U0001f44d jo@ward.example x4410"
    assert find_personal_data(text) == [
        Found(0, 3, "NAME"), Found(6, 21, "EMAIL"), Found(22, 27, "PHONE")
    ]  # fmt: skip


@given(TEXTS)
@settings(max_examples=1000, deadline=None)
def test_found_is_in_order_and_apart(text):
    found = find_personal_data(text)
    edges = [edge for one in found for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert {one.label for one in found} <= LABELS | {"NAME"}


@given(TEXTS)
@settings(max_examples=1000, deadline=None)
def test_masking_twice_is_masking_once(text):
    once = redact(text)
    assert redact(once) == once


@pytest.mark.parametrize("text", ["[NAME] rang", "[PHONE]", "ask [STAFF_NAME] (07700 900123)"])
def test_placeholders_survive(text):
    assert text.split("]")[0] in redact(clean(text))


def test_placeholders_are_walls():
    assert redact("bleep [NAME] 2231 or 07700 [NAME] 900123") == (
        "bleep [NAME] 2231 or 07700 [NAME] 900123"
    )


def test_every_kind_is_in_the_docs():
    page = Path(__file__).parents[2].joinpath("docs", "privacy.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) == LABELS | {"NAME"}
    assert all(re.fullmatch("[A-Z_]+", label) for label in LABELS)


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_mask_of_a_document_leaves_nothing(text, expected):
    masked = mask(PIPELINE(text))
    assert find_personal_data(masked, names=NO_NAMES) == []
    assert masked.count("[") == expected.count("[")


def test_mask_without_spans_is_the_text(nlp):
    assert mask(nlp.make_doc("ring 07700 900123")) == "ring 07700 900123"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Ward  9,\r\nring\tx4410 ", "  Ward  9,\r\nring\t[PHONE] "),
        ("It&rsquo;s slow, x4410", "It&rsquo;s slow, [PHONE]"),
        ("<b>x4410</b>", "<b>[PHONE]</b>"),
        ("Itâ€™s slow at SW1A 1AA", "Itâ€™s slow at [POSTCODE]"),
        # Damage hides a piece: the text is repaired, then masked.
        ("jo&#64;ward.example,  thanks", "[EMAIL], thanks"),
        ("07700&nbsp;900123  now", "[PHONE] now"),
        ("943\u200b476\u200b5919", "[NHS_NUMBER]"),
        ("０７７００ ９００１２３", "[PHONE]"),
        ("jo.bloggs&#46;x@ward.example", "[EMAIL]"),
    ],
)
def test_the_writers_words_stay_unless_damage_hides_something(text, expected):
    assert redact(text) == expected


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_no_repair_brings_out_what_was_left(text):
    assert find_personal_data(clean(redact(text))) == []


def test_a_text_with_names_without_end_is_masked_whole():
    text = "14 Ab " * 2000
    assert redact(text) == redact(redact(text))
