import csv
import pickle
import random
import re
import string
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_feedback.errors import TableError
from nhs_feedback.tables.organisations import HOW, Match, Organisation, load_organisations

DATA = resources.files("nhs_feedback") / "data"
ROWS = list(csv.DictReader((DATA / "organisations.csv").read_text(encoding="utf-8").splitlines()))
UNRESOLVED = {"ambiguous", "not found", "blank"}


def values(row, column):
    return [value for value in row[column].split("|") if value]


def current(row):
    return row["current_code"] or row["ods_code"]


NAMES = list(
    dict.fromkeys(
        (name, current(row))
        for row in ROWS
        for column in ("name", "display_name", "short_name", "former_names", "aliases")
        for name in values(row, column)
    )
)


def code_of(spelling, organisations=None):
    organisation = (organisations or load_organisations()).match(spelling).organisation
    return organisation.code if organisation else None


def how(spelling):
    return load_organisations().match(spelling).how


def suggested(spelling):
    match = load_organisations().match(spelling)
    assert match.organisation is None
    return [organisation.code for organisation in match.suggestions]


# The table


def test_the_table_is_sound():
    codes = [row["ods_code"] for row in ROWS]
    assert len(codes) == len(set(codes)) == 308
    for row in ROWS:
        assert set(values(row, "successor_code")) | set(values(row, "current_code")) <= set(codes)
        assert (row["status"] == "open") == (row["current_code"] == row["ods_code"])


def test_the_description_names_every_column():
    described = (DATA / "ORGANISATIONS.md").read_text(encoding="utf-8")
    assert [column for column in ROWS[0] if f"`{column}`" not in described] == []


# Codes


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda code: f" {code.title()}. "])
def test_every_code_leads_to_the_current_organisation(change):
    wrong = [r["ods_code"] for r in ROWS if code_of(change(r["ods_code"])) != current(r)]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "found", "expected_how"),
    [
        ("RR8", "RR8", "code"),
        ("g6v2s", "G6V2S", "code"),  # not of the usual shape
        ("K0N6A", "K0N6A", "code"),
        ("RVJ", "RA7", "old code"),
        ("RM4", "R0A", "old code"),  # by way of RW3
        ("TAF", "G6V2S", "old code"),
        ("RNK", "G6V2S", "old code"),
        ("RW6", "RM3", "old code"),  # split; the main successor
        ("S08000018", "S08000029", "old code"),
        ("W11000023", "7A1", "alias"),
        ("RYK", "RYK", "code"),  # closed without a successor
        ("RGZ", "RGZ", "code"),
        ("RAN", "RAN", "code"),  # a word, but it fills the cell
        ("RR801", "RR8", "site code"),
        ("rtv01", "RW4", "site code"),  # the trust has closed
        ("RW601", "RM3", "site code"),
        ("RW602", "R0A", "site code"),
        ("RM318", "R0A", "site code"),
        ("7A4BV", "7A4", "site code"),
        ("ＲＲ８", "RR8", "code"),
    ],
)
def test_codes(code, found, expected_how):
    assert (code_of(code), how(code)) == (found, expected_how)


@pytest.mark.parametrize(
    ("code", "suggestions"),
    [("R0B0A", ["R0B"]), ("Y8Z1Y", []), ("RENAL", []), ("Range", []), ("RR9", []), ("QOP", [])],
)
def test_codes_that_are_not_certain(code, suggestions):
    assert suggested(code) == suggestions


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Mid And South Essex NHS Foundation Trust (RAJ)", "RAJ"),
        ("Southend site (RAJ)", "RAJ"),
        ("RAJ - Southend", "RAJ"),
        ("Main site [RVJ]", "RA7"),
        ("RR8 Leeds General Infirmary", "RR8"),
        ("ODS code: RR8", "RR8"),
        ("St James's (RR813)", "RR8"),
        ("RVJ/RA7", "RA7"),
        ("Royal Cornwall Hospitals (REF)", "REF"),
        ("Somerset (RH5)", "RH5"),
        ("Harold Wood, RM3 0BE", None),  # a postcode
        ("Dorking (RH5)", None),  # a postcode district
        ("Feedback (REF)", None),
        ("RAN - over by a trolley", None),
        ("Dr Raj (raj)", None),
        ("RAJ clinic", None),
        ("RR8/RAE", None),
        ("RR8 RAE", None),
        ("Leeds Teaching Hospitals NHS Trust (RAE)", None),
    ],
)
def test_a_code_inside_a_mixed_cell(cell, found):
    assert code_of(cell) == found


def test_two_codes_are_both_suggested():
    assert how("RR8/RAE") == "ambiguous"
    assert suggested("RR8/RAE") == ["RR8", "RAE"]


# Names


def test_every_name_leads_to_the_current_organisation():
    assert [name for name, code in NAMES if code_of(name) != code] == []


def test_every_name_is_found_as_a_name_and_not_by_its_spelling():
    assert {how(name) for name, _ in NAMES} == {"name", "former name", "alias"}


def test_every_ambiguous_alias_is_refused_with_the_organisation_suggested():
    refused = [(alias, r["ods_code"]) for r in ROWS for alias in values(r, "ambiguous_aliases")]
    assert len(refused) == 3
    for alias, code in refused:
        assert how(alias) == how(f"{alias} NHS Trust") == "ambiguous"
        assert suggested(alias)[0] == code


@pytest.mark.parametrize(
    ("spelling", "code", "name", "region", "kind"),
    [
        ("Barts", "R1H", "Barts Health NHS Trust", "London", "acute"),
        ("Swansea Bay UHB", "7A3", "Swansea Bay University Health Board", "Wales", "health board"),
        ("NHS Fife", "S08000029", "NHS Fife", "Scotland", "health board"),
        (
            "Belfast HSC Trust",
            "BHSCT",
            "Belfast Health and Social Care Trust",
            "Northern Ireland",
            "health and social care trust",
        ),
    ],
)
def test_every_nation(spelling, code, name, region, kind):
    assert load_organisations().match(spelling).organisation == Organisation(
        code, name, region, kind
    )


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        # with and without
        ("Royal Marsden", "RPY"),
        ("the royal marsden nhs ft", "RPY"),
        ("Royal Marsden Foundation", "RPY"),
        ("Guy's & St. Thomas'", "RJ1"),
        ("Guys St Thomas NHSFT", "RJ1"),
        ("Guy\N{RIGHT SINGLE QUOTATION MARK}s and Saint Thomas\N{PRIME}", "RJ1"),
        ("Guy?s and St Thomas? NHS FT", "RJ1"),
        ("Hull &amp; East Yorkshire Hospitals", "RWA"),
        ("Kent & Medway NHS & Social Care Partnership", "RXY"),
        ("BARTS_HEALTH_NHS_TRUST", "R1H"),
        ("Bar\N{SOFT HYPHEN}ts Health", "R1H"),
        ("Ba\N{COMBINING ACUTE ACCENT}rts Health", "R1H"),
        ("Hinchingbrooke Healthcare", "RGN"),
        ("N.H.S. Fife", "S08000029"),
        ("U.C.L.H.", "RRV"),
        # short forms
        ("Oxford Univ. Hosps", "RTH"),
        ("Utd Lincolnshire Hosps", "RWD"),
        ("Notts Healthcare", "RHA"),
        ("S. Tees Hospital", "RTR"),
        ("UH Leicester", "RWE"),
        ("Betsi Cadwaladr", "7A1"),
        ("Powys LHB", "7A7"),
        ("Fife Health Board", "S08000029"),
        ("UHB", "RRK"),  # Birmingham's stated alias, no health board
        ("UHB NHS Trust", "RRK"),
        # word order
        ("University Hospitals of Oxford", "RTH"),
        ("Birmingham University Hospitals", "RRK"),
        ("Partnership, Sussex", "RX2"),
        # "University" missing or extra
        ("Oxford Hospitals", "RTH"),
        ("Luton & Dunstable Hospital", "RC9"),
        ("Welsh Ambulance Services University NHS Trust", "RT4"),
        # renamed and merged
        ("Bristol", "RA7"),
        ("UHBW", "RA7"),
        ("North Bristol NHS Trust", "RA7"),
        ("Tavistock", "G6V2S"),
        ("Bridgewater", "RWW"),
        ("Solent NHS Trust", "RW1"),
        ("Dudley and Walsall Mental Health Partnership", "RYK"),
        # places that fill the cell
        ("Online", "K0N6A"),
        ("medway", "RPA"),
        ("St Mary's", "RYJ"),
        # stated aliases whose letters fit another trust too
        ("MFT", "R0A"),
        ("MFT Medway", "RPA"),
        ("bch", "RQ3"),
    ],
)
def test_names_as_people_write_them(spelling, code):
    assert code_of(spelling) == code


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Bristol NHS Foundation Trust - Ward 4", "RA7"),
        ("Leeds Teaching Hospitals NHS Trust Ward 4", "RR8"),
        ("Leeds Teching Hospitals NHS Trust (St James's)", "RR8"),
        ("Bristol NHS FT (formerly UHBW)", "RA7"),
        ("Northern Care Alliance formerly known as Salford Royal", "RM3"),
        ("Queen Victoria Hospital NHS FT, East Grinstead", "RPC"),
        ("Ysbyty Gwynedd, Betsi Cadwaladr UHB", "7A1"),
        ("University Hospitals Dorset \N{EN DASH} Poole Hospital", "R0D"),
        ("NHS Fife - Queen Margaret", "S08000029"),
        ("Bristol - Ward 4", None),
        ("UHBW - Ward 4", None),
        ("Queen Victoria Hospital, Herne Bay", None),
        ("Ysbyty (UHB)", None),
        ("Leeds Teaching Hospitals - Barts Health", None),
        ("NHS Somerset - survey", None),
    ],
)
def test_a_name_beside_other_text(spelling, code):
    assert code_of(spelling) == code
    assert how(spelling) == ("name in text" if code else how(spelling))


@pytest.mark.parametrize(
    ("spelling", "suggestions"),
    [
        ("NHFT", ["RHA", "RP1", "RTF"]),
        ("Dorset Hospitals", ["R0D", "RBD"]),
        ("Leeds", ["RGD", "RR8", "RY6"]),
        ("Powys", ["7A7"]),
        ("UHBW - Ward 4", ["RA7"]),
        ("Leeds Teaching Hospitals Ward 4", ["RR8"]),
        ("NHS Somerset", ["RH5"]),
        ("Bradfield Teaching Hospitals", ["RAE", "RHQ"]),
        ("London - West", ["R1K", "RKL", "RQY", "RV3"]),
    ],
)
def test_what_is_not_certain_is_suggested(spelling, suggestions):
    assert suggested(spelling) == suggestions


@pytest.mark.parametrize(
    "spelling",
    [
        "Westmarch Teaching Hospitals",
        "Northbridge University Hospitals",
        "Carrick Vale Specialist Eye and Dental",
        "Saltmere Mental Health Partnership",
        "Kingsferry General Hospital",
        "Moorland and Vale Acute",
        "Tidewater Ambulance and Urgent Care",
        "Ellerdale Community Health",
        "Southdale Diagnostics and Elective Centre",
        "Fenwick Children's Hospital",
        "Westmarch Teaching Hospitals NHS Foundation Trust",
        "Ward 4",
        "N/A",
        "Other",
        "Community",
        "HR",
        "Trust HQ",
        "The Trust",
        "NHS Foundation Trust",
        "University Hospitals",
        "Health and Social Care Trust",
        "Mental Health",
    ],
)
def test_what_is_no_organisation_of_the_table(spelling):
    assert load_organisations().match(spelling) == Match(None, "not found", ())


@pytest.mark.parametrize("spelling", ["", "  ", "-", "...", "\N{ZERO WIDTH SPACE}", "'"])
def test_blank(spelling):
    assert load_organisations().match(spelling) == Match(None, "blank", ())


# Typing errors


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Barts Helth NHS Trust", "R1H"),
        ("BartsHealth NHSTrust", "R1H"),
        ("Bolton NHS Foundaton Trust", "RMC"),
        ("Boltonn NHS Foundation Trust", "RMC"),
        ("Scarbrough and North East Yorkshir Health Care", "RCB"),
        ("Teh Royal Marsden NHS Foundation Trust", "RPY"),
        ("Moorfeilds", "RP6"),
        # another place, not a typing error
        ("Boston NHS Foundation Trust", None),
        ("Medford Hospital", None),
        ("Buxton Hospitals", None),
        ("Chichester Hospital University NHS Foundation Trust", None),
        ("West Lancashire Hospitals NHS Trust", None),
        ("Christine", None),
        ("Boltn", None),
    ],
)
def test_typing_errors(spelling, code):
    assert code_of(spelling) == code
    assert how(spelling) == ("spelling" if code else "not found")


def test_an_error_that_fits_two_names_is_refused():
    assert how("Est London NHS Trust") == "ambiguous"
    assert suggested("Est London NHS Trust") == ["RKL", "RWK"]


def mistype(name, draw):
    at = draw.randrange(len(name) - 1)
    letter = draw.choice(string.ascii_lowercase)
    return draw.choice(
        [
            name[:at] + letter + name[at:],
            name[:at] + name[at + 1 :],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        ]
    )


def test_one_typing_error_in_a_long_name_is_nearly_always_seen_through():
    draw = random.Random(1)
    tried = [(name, code) for name, code in NAMES[::3] if len(name) >= 10 and not name.isupper()]
    got = [(code_of(mistype(name, draw)), code) for name, code in tried for _ in range(3)]
    assert len(got) > 500
    assert sum(found not in (None, code) for found, code in got) == 0
    assert sum(found == code for found, code in got) / len(got) >= 0.97


# Properties


@given(
    st.sampled_from(NAMES),
    st.randoms(use_true_random=False),
    st.sampled_from([" ", "  ", "\N{NO-BREAK SPACE}", "-", "_", ", ", ". ", "\n"]),
    st.sampled_from(["", ".", " ", '"', "*"]),
)
def test_case_spaces_and_punctuation_do_not_change_the_answer(named, draw, space, end):
    name, code = named
    changed = "".join(draw.choice([c.upper(), c.lower()]) for c in name).replace(" ", space)
    assert code_of(f"{end}{changed}{end}") == code


@given(st.text() | st.text(alphabet="RA J0-(/&'.s)\n", max_size=12))
def test_any_text_gets_an_answer(text):
    match = load_organisations().match(text)
    assert match.how in HOW
    assert (match.organisation is None) == (match.how in UNRESOLVED)
    assert match.organisation not in match.suggestions
    assert load_organisations().match(text) == match


@pytest.mark.parametrize("awkward", ["RR8 ", "(", "ods ", "a.", "&amp;", "Trust - ", "'s"])
def test_a_long_cell_is_a_comment_and_costs_nothing(awkward):
    assert load_organisations().match(awkward * 25_000) == Match(None, "not found", ())


def test_every_way_to_be_found_is_reached(tmp_path):
    cells = ["x", "RR8", "RVJ", "RR801", "Bolton", "Solent", "UHBW", "Barts Helth NHS Trust"]
    cells += ["(RR8) Ward", "Mersey Care - Ward", "BHFT", "nothing", ""]
    organisations = load_organisations(own_list(tmp_path, "x,RR8"))
    assert tuple(organisations.match(cell).how for cell in cells) == HOW


# A list of one's own


def own_list(tmp_path, *lines, header="written,code", encoding="utf-8"):
    path = tmp_path / "own.csv"
    path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
    return path


def test_own_spellings_win_over_everything(tmp_path):
    own = load_organisations(own_list(tmp_path, "LTH,rr8", "Bolton,RVJ", "RAE,RR8", "Ward 4,RR8"))
    for spelling, code in [("lth", "RR8"), ("BOLTON!", "RA7"), ("rae", "RR8"), ("ward-4", "RR8")]:
        assert code_of(spelling, own) == code
        assert own.match(spelling).how == "own list"
    assert code_of("Bolton NHS Foundation Trust", own) == "RMC"
    assert code_of("Bolton") == "RMC"  # the shipped list is as it was


def test_own_organisations_are_found_like_others(tmp_path):
    own = load_organisations(
        own_list(
            tmp_path,
            "WTH,w-1,Westmarch Teaching Hospitals,South West,acute",
            "Westmarch General,W-1,,,",
            ",,,,",
            header=" Written ,CODE,name,region,type",
        )
    )
    westmarch = Organisation("W-1", "Westmarch Teaching Hospitals", "South West", "acute")
    for spelling in ("WTH", "w-1", "westmarch general", "Westmarch Teaching Hosps NHS Trust"):
        assert own.match(spelling).organisation == westmarch
    assert own.match("Westmarch Teching Hospitals").how == "spelling"
    assert own.match("Westmarch Teaching Hospitals - Ward 4").organisation == westmarch


def test_an_own_organisation_may_have_a_name_of_the_table(tmp_path):
    path = own_list(tmp_path, "x,B1,Bolton,,", header="written,code,name,region,type")
    own = load_organisations(path)
    assert code_of("Bolton", own) == "B1"
    assert own.match("Bolton NHS Trust").how == "ambiguous"


def test_a_name_may_stand_beside_a_code_of_the_table(tmp_path):
    path = own_list(
        tmp_path, "NBT Southmead,RVJ,North Bristol", 'Leeds,RR8,""', header="written,code,name"
    )
    assert code_of("nbt southmead", load_organisations(path)) == "RA7"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_own_lists_as_excel_saves_them(tmp_path, encoding):
    path = own_list(tmp_path, "King’s Mill,RK5", encoding=encoding)
    assert load_organisations(path).match("kings mill").how == "own list"


def test_the_example_of_the_description_works(tmp_path):
    described = (DATA / "ORGANISATIONS.md").read_text(encoding="utf-8")
    header, *lines = (line.strip() for line in re.findall(r"^    (.+)$", described, re.MULTILINE))
    own = load_organisations(own_list(tmp_path, *lines, header=header))
    assert [own.match(cell).how for cell in ("LTH", "Westmarch", "WM1")] == ["own list"] * 3


@pytest.mark.parametrize(
    ("header", "lines", "message"),
    [
        (
            "spelling,code",
            ["a,RR8"],
            "own.csv: no column 'written'; it has: spelling, code "
            "(name the columns 'written' and 'code')",
        ),
        (
            "",
            [],
            "own.csv: no column 'written', 'code'; it has: none "
            "(name the columns 'written' and 'code')",
        ),
        (
            "written,code",
            ["a,RR8", "b,"],
            "own.csv, row 3: no 'code' (fill it in, or remove the row)",
        ),
        ("written,code", ["-,RR8"], "own.csv, row 2: no 'written' (fill it in, or remove the row)"),
        (
            "written,code",
            ["a,XX9"],
            "own.csv, row 2: no organisation has the code 'XX9' (correct it, or give the "
            "organisation a name in a column 'name')",
        ),
        (
            "written,code,name",
            ["a,RR8,Westmarch"],
            "own.csv, row 2: code 'RR8' is Leeds Teaching Hospitals NHS Trust (leave the name "
            "empty, or choose a code that the table does not have)",
        ),
        (
            "written,code,name",
            ["a,W1,Westmarch", "b,W1,Eastmarch"],
            "own.csv, row 3: code 'W1' has another name than in row 2 (give it one name)",
        ),
        (
            "written,code",
            ["Leeds,RR8", "leeds!,RGD"],
            "own.csv, row 3: the spelling of row 2 with another code (keep one of the two rows)",
        ),
    ],
)
def test_what_is_wrong_with_an_own_list(tmp_path, header, lines, message):
    with pytest.raises(TableError) as error:
        load_organisations(own_list(tmp_path, *lines, header=header))
    assert str(error.value).removeprefix(f"{tmp_path}/") == message


def test_an_own_list_that_is_not_there():
    with pytest.raises(TableError) as error:
        load_organisations(Path("nowhere.csv"))
    message = "nowhere.csv: cannot be read: no such file or directory (check the name)"
    assert str(error.value) == message


def test_an_own_list_that_is_not_text(tmp_path):
    (tmp_path / "own.csv").write_bytes(b"\x81\xff")
    with pytest.raises(TableError, match=r"not text \(save it from Excel as 'CSV UTF-8'\)"):
        load_organisations(tmp_path / "own.csv")


# Cost


def test_organisations_travel_to_other_processes(tmp_path):
    own = load_organisations(own_list(tmp_path, "x,RR8"))
    own.match("Barts Helth NHS Trust")
    travelled = pickle.loads(pickle.dumps(own))
    assert code_of("x", travelled) == "RR8"
    assert code_of("Bart Health NHS Trust", travelled) == "R1H"


def test_nothing_heavy_is_loaded_for_names_of_the_table():
    script = (
        "import sys; from nhs_feedback.tables.organisations import load_organisations\n"
        "load_organisations().match('Barts Health')\n"
        "print([m for m in ('pandas', 'numpy', 'rapidfuzz') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
