import datetime as dt
import io
import zipfile

import pytest
import xlsxwriter

from nhs_feedback.errors import TableError
from nhs_feedback.tables.oversize import fitted
from nhs_feedback.tables.reading import open_table, read_table

ODS_HEAD = (
    '<?xml version="1.0"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="Sheet1">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def workbook(path, sheets, *, hidden=(), options=None):
    """Write rows of values to sheets; a value that is a tuple is (value, number format)."""
    book = xlsxwriter.Workbook(str(path), options or {})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                kept, look = value if isinstance(value, tuple) else (value, None)
                sheet.write(r, c, kept, book.add_format({"num_format": look}) if look else None)
    book.close()
    return path


def ods(path, body):
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", ODS_HEAD + body + ODS_TAIL)
        parts.writestr("META-INF/manifest.xml", "<manifest/>")
    return path


def ods_row(*texts, times=1):
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'


def far_cell(path, reference):
    """A workbook with one more cell, somewhere far out."""
    small = workbook(path.with_name("small.xlsx"), {"Sheet1": [["id", "comment"], ["1", "slow"]]})
    letters, row = reference
    more = f'<row r="{row}"><c r="{letters}{row}"><v>1</v></c></row></sheetData>'
    return altered(small, path, b"</sheetData>", more.encode())


def altered(source, path, old, new):
    with zipfile.ZipFile(source) as parts, zipfile.ZipFile(path, "w") as changed:
        for name in parts.namelist():
            changed.writestr(name, parts.read(name).replace(old, new))
    return path


VALUES = [
    (12, "12"),
    (-3, "-3"),
    (0.25, "0.25"),
    (0.1 + 0.2, "0.3"),
    (1e20, "1e+20"),
    (12345678901234, "12345678901234"),
    (True, "TRUE"),
    ((dt.date(2024, 4, 2), "dd/mm/yyyy"), "2024-04-02"),
    ((dt.datetime(2024, 4, 2, 9, 30), "dd/mm/yyyy hh:mm"), "2024-04-02 09:30:00"),
    ((dt.datetime(2024, 4, 2, 9, 29, 59, 999_700), "dd/mm/yyyy hh:mm"), "2024-04-02 09:30:00"),
    ((dt.time(9, 30), "hh:mm"), "09:30:00"),
    ((1.5, "[h]:mm"), "36:00:00"),
    ("007", "007"),
    (" two\nlines ", " two\nlines "),
    ("", ""),
]


@pytest.mark.parametrize(("value", "text"), VALUES)
def test_values_are_text_as_excel_shows_it(tmp_path, value, text):
    path = workbook(
        tmp_path / "a.xlsx", {"Sheet1": [["id", "comment"], ["x", value]]},
        options={"strings_to_numbers": False},
    )  # fmt: skip
    assert read_table(path).to_numpy().tolist() == [["x", text]]


def test_the_sheet_with_the_comments_is_found(tmp_path):
    sheets = {
        "Read me": [["This workbook holds what staff told us in April and how it was asked."]],
        "Counts": [["ward", "n"], ["A", 3], ["B", 4], ["C", 5]],
        "Data": [["id", "comment"], ["1", "it is slow and nobody asked us"], ["2", "fine"]],
    }
    table = open_table(workbook(tmp_path / "a.xlsx", sheets))
    assert table.understood.sheet == "Data"
    assert table.understood.notes == ("sheet 'Data' is read, not Read me, Counts (use --sheet)",)
    assert table.columns == ["id", "comment"]


def test_a_hidden_sheet_is_the_last_choice(tmp_path):
    sheets = {
        "New": [["id", "note"], ["1", "fine"]],
        "Old": [["id", "comment"], ["1", "it was slow and nobody asked us then"]],
    }
    path = workbook(tmp_path / "a.xlsx", sheets | {"Third": []}, hidden=["Old"])
    assert open_table(path).understood.sheet == "New"


def test_a_sheet_can_be_told(tmp_path):
    sheets = {"Comments": [["id", "comment"], ["1", "a"]], "Other": [["x", "y"], ["2", "b"]]}
    path = workbook(tmp_path / "a.xlsx", sheets)
    table = open_table(path, sheet="other ")
    assert (table.columns, table.understood.sheet) == (["x", "y"], "Other")
    assert table.understood.notes == ()
    with pytest.raises(TableError) as error:
        open_table(path, sheet="April")
    assert str(error.value) == (f"{path}: no sheet 'April'; it has: Comments, Other (use --sheet)")


def test_titles_and_blank_rows_and_columns(tmp_path):
    rows = [["Staff survey 2024"], [], ["", "id", "", "comment"], ["", "1", "", "a"], [],
            ["", "2", "", "b"], ["", ("", "0.00")], []]  # fmt: skip
    table = open_table(workbook(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert table.columns == ["id", "comment"]
    assert table.understood.header_row == 3
    assert table.n_rows == 3
    assert table.problems["blank row"].rows == [5]


def test_a_label_merged_over_rows_is_repeated_and_a_comment_is_not(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["trust", "id", "comment"])
    for row, number in enumerate(["1", "2", "3", "4"], start=1):
        sheet.write(row, 1, number)
    sheet.merge_range(1, 0, 2, 0, "Westmarch")
    sheet.merge_range(3, 0, 6, 0, "Southdale")
    sheet.merge_range(1, 2, 2, 2, "it is slow and nobody asked us " * 5)
    sheet.write(3, 2, "fine")
    book.close()
    frame = read_table(tmp_path / "a.xlsx")
    assert frame["trust"].tolist() == ["Westmarch", "Westmarch", "Southdale", "Southdale"]
    assert frame["comment"].str.len().tolist() == [155, 0, 4, 0]


def test_a_heading_merged_over_columns_is_not_the_header(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 1, 0, "id")
    sheet.merge_range(0, 1, 1, 1, "ward")
    sheet.merge_range(0, 2, 0, 3, "Your views")
    sheet.write_row(1, 2, ["liked", "disliked"])
    sheet.write_row(2, 0, ["1", "A", "food", "forms"])
    book.close()
    table = open_table(tmp_path / "a.xlsx")
    assert table.columns == ["id", "ward", "liked", "disliked"]
    assert read_table(tmp_path / "a.xlsx").to_numpy().tolist() == [["1", "A", "food", "forms"]]


def test_cells_spoiled_by_excel_are_kept_and_counted(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "comment"])
    for row, error in enumerate(["#NAME?", "#REF!", "#N/A"], start=1):
        sheet.write(row, 0, row)
        sheet.write_formula(row, 1, "=x", None, error)
    sheet.write_row(4, 0, [4, "fine"])
    book.close()
    table = open_table(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx")["comment"].tolist() == [
        "#NAME?", "#REF!", "#N/A", "fine",
    ]  # fmt: skip
    assert table.problems["spoiled by Excel"].rows == [2, 3, 4]


def test_an_error_that_calamine_does_not_know_is_read_too(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "comment"])
    sheet.write(1, 0, "1")
    sheet.write_formula(1, 1, "=x", None, "#N/A")
    book.close()
    path = altered(tmp_path / "a.xlsx", tmp_path / "b.xlsx", b"#N/A", b"#SPILL!")
    assert read_table(path)["comment"].tolist() == ["#SPILL!"]


def test_xlsm_is_a_workbook_too(tmp_path):
    workbook(tmp_path / "a.xlsx", {"S": [["id", "comment"], ["1", "a"]]})
    (tmp_path / "a.xlsx").rename(tmp_path / "a.xlsm")
    assert read_table(tmp_path / "a.xlsm").to_numpy().tolist() == [["1", "a"]]


def test_open_document(tmp_path):
    body = ods_row("id", "comment") + ods_row("1", "two</text:p><text:p>lines")
    tail = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
    body += tail + 'table:number-columns-repeated="16384"/></table:table-row>'
    assert read_table(ods(tmp_path / "a.ods", body)).to_numpy().tolist() == [["1", "two\nlines"]]


def test_old_excel(data_folder):
    frame = read_table(data_folder / "old.xls")
    assert frame.columns.tolist() == ["id", "date", "comment"]
    assert frame.to_numpy().tolist() == [["1", "2024-04-02", "slow"], ["2", "2024-04-03", "fine"]]


def test_text_named_xls_is_read_as_text(tmp_path):
    (tmp_path / "a.xls").write_text("id\tcomment\n1\tslow\n")
    assert read_table(tmp_path / "a.xls").to_numpy().tolist() == [["1", "slow"]]


def test_a_workbook_under_another_name_is_known_by_its_bytes(tmp_path):
    workbook(tmp_path / "a.xlsx", {"S": [["id", "comment"], ["1", "a"]]})
    (tmp_path / "a.csv").write_bytes((tmp_path / "a.xlsx").read_bytes())
    assert read_table(tmp_path / "a.csv").to_numpy().tolist() == [["1", "a"]]


DAMAGED = "the workbook is damaged or not one (open it in Excel, and save it as .xlsx again)"
PROTECTED = (
    "the workbook is protected by a password (open it in Excel, and save it without one or as .csv)"
)
TOO_LARGE = "the workbook is too large to open (save the sheet with the comments as .csv)"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 and then nothing", DAMAGED),
        (b"not a workbook", DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), DAMAGED),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            PROTECTED,
        ),
        (b"", "the file is empty (choose the file that holds the comments)"),
    ],
)
def test_what_is_no_workbook_gets_one_sentence(tmp_path, content, message):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(TableError) as error:
        open_table(path)
    assert str(error.value) == f"{path}: {message}"


def test_a_workbook_cut_short(tmp_path):
    whole = workbook(tmp_path / "a.xlsx", {"S": [["id", "comment"], ["1", "a"]]}).read_bytes()
    (tmp_path / "b.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TableError, match="damaged or not one"):
        open_table(tmp_path / "b.xlsx")


def test_a_workbook_without_anything(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"Sheet1": []})
    with pytest.raises(TableError) as error:
        open_table(path)
    assert str(error.value) == (
        f"{path}: the file is empty (choose the file that holds the comments)"
    )


@pytest.mark.parametrize("reference", [("XFD", 1_048_576), ("ALL", 200_000)])
def test_a_cell_far_out_does_not_end_the_process(tmp_path, reference):
    path = far_cell(tmp_path / "a.xlsx", reference)
    with pytest.raises(TableError) as error:
        open_table(path)
    assert str(error.value) == f"{path}: {TOO_LARGE}"


def test_an_open_document_of_repeated_cells_does_not_end_the_process(tmp_path):
    cell = '<table:table-cell table:number-columns-repeated="16000" office:value-type="string">'
    row = f"{cell}<text:p>x</text:p></table:table-cell></table:table-row>"
    path = ods(tmp_path / "a.ods", f'<table:table-row table:number-rows-repeated="900000">{row}')
    with pytest.raises(TableError) as error:
        open_table(path)
    assert str(error.value) == f"{path}: {TOO_LARGE}"


def test_an_open_document_with_a_password(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as parts:
        parts.writestr("META-INF/manifest.xml", "<m><manifest:encryption-data/></m>")
        parts.writestr("content.xml", "rubbish")
    with pytest.raises(TableError) as error:
        open_table(tmp_path / "a.ods")
    assert str(error.value) == f"{tmp_path / 'a.ods'}: {PROTECTED}"


def test_formats_far_out_take_no_room(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "comment"])
    sheet.write_row(1, 0, ["1", "slow"])
    sheet.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    book.close()
    assert read_table(tmp_path / "a.xlsx").to_numpy().tolist() == [["1", "slow"]]


def test_too_much_unpacked_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("nhs_feedback.tables.oversize.MAX_BYTES", 100)
    path = workbook(tmp_path / "a.xlsx", {"S": [["id"], ["1"]]})
    with pytest.raises(TableError, match="too large to open"):
        open_table(path)


def test_a_sound_workbook_is_given_on_unchanged(tmp_path):
    content = workbook(tmp_path / "a.xlsx", {"S": [["id"], ["1"]]}).read_bytes()
    assert fitted(content, "a.xlsx") is content


def test_standard_input_may_be_a_workbook(tmp_path, monkeypatch):
    content = workbook(tmp_path / "a.xlsx", {"S": [["id", "comment"], ["1", "a"]]}).read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert read_table("-").to_numpy().tolist() == [["1", "a"]]


@pytest.mark.parametrize("reference", ["&#0;", "&#x1F;", "&#xFFFF;", "&#55296;"])
def test_a_reference_to_a_character_that_xml_cannot_hold(tmp_path, reference):
    rows = "".join(
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>{text}</text:p>'
        "</table:table-cell></table:table-row>"
        for text in ("comment", f"slow{reference} again&#233;")
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
        parts.writestr("META-INF/manifest.xml", "<manifest/>")
    table = open_table(path)
    assert table.problems["control characters, which writing leaves out"].rows == [2]
    assert read_table(path)["comment"].tolist() == ["slow\x7f again\u00e9"]
