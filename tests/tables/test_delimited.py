import csv
import io

import pytest

from nhs_feedback.tables.delimited import ONE_COLUMN, find_delimiter, split
from nhs_feedback.tables.problems import OPEN_QUOTE, STRAY_QUOTE
from nhs_feedback.tables.reading import open_table, read_table


def lines(text):
    return list(io.StringIO(text, newline="\n"))


def cells(text, delimiter=",", width=0):
    return list(split(lines(text), delimiter, width))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id,comment\n1,slow\n", (",", 2)),
        ("id\tcomment\n1\tslow, dull\n", ("\t", 2)),
        ("id;comment\n1;slow, dull\n2;fine, yes, ok\n3;no\n", (";", 2)),
        ("id|comment\n1|slow, dull\n", ("|", 2)),
        ("comment\nslow, dull\nfine\nyes, no, maybe\n", (ONE_COLUMN, 1)),
        ("comment\nslow, dull\nfine, yes\nok, no\n", (ONE_COLUMN, 1)),
        ("What works well, and why?\nslow\nfine\n", (ONE_COLUMN, 1)),
        ("comment\nslow\n", (ONE_COLUMN, 1)),
        ("id,comment\n1,slow, dull\n2,yes, no, maybe\n3,ok\n", (",", 2)),
        ("Staff survey 2024\n\nid;comment;ward\n1;slow, dull;A\n2;fine;B\n", (";", 3)),
        ("sep=;\nid;a,b\n1;2,3\n", (";", 2)),
        ('sep="\nid;a\n1;2\n', (";", 2)),
        ('id,"a;b"\n1,"c;d"\n', (",", 2)),
        ("", (ONE_COLUMN, 1)),
    ],
)
def test_the_delimiter_is_found(text, expected):
    assert find_delimiter(lines(text)) == expected


def test_the_ending_decides_where_two_fit():
    both = lines("a,b\tc\n1,2\t3\n")
    assert find_delimiter(both, likely="\t")[0] == "\t"
    assert find_delimiter(both, likely=",")[0] == ","


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a,"b\nc",d\n', [["a", "b\nc", "d"]]),
        ('a,"b ""c"" d"\n', [["a", 'b "c" d']]),
        ("a,\n", [["a", ""]]),
        ("a,b\r\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
        ("\n", [[]]),
        ("a", [["a"]]),
        ("", []),
        ("a\x00b,\x01\n", [["a\x00b", "\x01"]]),
        (f"a,{'x' * 200_000}\n", [["a", "x" * 200_000]]),
    ],
)
def test_good_rows_have_no_fault(text, expected):
    assert cells(text) == [(row, "") for row in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('1,"he said "no" twice",5\n', ["1", 'he said "no" twice', "5"]),
        ('1,"he said ""no"",5\n', ["1", 'he said "no"', "5"]),
        ('1,"said "no" and\nleft",5\n', ["1", 'said "no" and\nleft', "5"]),
        ('1,"a "b",\n', ["1", 'a "b', ""]),
        ('1,"Great" she said,5\n', ["1", '"Great" she said', "5"]),
    ],
)
def test_a_stray_quote_stays_in_its_cell(text, expected):
    assert cells(text, width=3) == [(expected, STRAY_QUOTE)]


def test_a_lone_carriage_return_is_text():
    assert [row for row, _ in cells("1,a\rb,c\n2,d,e\n", width=3)] == [
        ["1", "a\rb", "c"],
        ["2", "d", "e"],
    ]


OPEN = [
    # the quote is closed by the next quoted cell
    ('1,"slow\n2,"yes, no"\n3,ok\n', [["1", '"slow'], ["2", "yes, no"], ["3", "ok"]]),
    # nothing closes it
    ('1,"slow\n2,fine\n3,ok\n', [["1", '"slow'], ["2", "fine"], ["3", "ok"]]),
    # doubled quotes follow, which do not close it
    ('1,"slow\n2,""\n3,ok\n', [["1", '"slow'], ["2", ""], ["3", "ok"]]),
    # two in a row
    ('1,"slow\n2,"fine\n3,ok\n', [["1", '"slow'], ["2", '"fine'], ["3", "ok"]]),
    # rows all quoted
    ('"1","slow\n"2","ok"\n', [["1", '"slow'], ["2", "ok"]]),
    # closed by a quote in a later row's text
    ('1,"slow\n2,fine\n3,12"\n4,ok\n', [["1", '"slow'], ["2", "fine"], ["3", '12"'], ["4", "ok"]]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), OPEN)
def test_an_open_quote_swallows_no_row(text, expected):
    found = cells(text, width=2)
    assert [row for row, _ in found] == expected
    assert OPEN_QUOTE in [fault for _, fault in found]


def test_an_open_quote_before_a_long_file_swallows_no_row():
    rest = [[str(i), "fine"] for i in range(20_000)]
    text = '1,"slow\n' + "".join(f"{i},{word}\n" for i, word in rest)
    found = cells(text, width=2)
    assert found[0] == (["1", '"slow'], OPEN_QUOTE)
    assert [row for row, _ in found[1:]] == rest


def test_a_real_cell_of_many_lines_is_kept_whole():
    comment = "\n".join(f"line {i}, and more" for i in range(300))
    assert cells(f'1,"{comment}",x\n2,b,y\n', width=3) == [
        (["1", comment, "x"], ""),
        (["2", "b", "y"], ""),
    ]


def test_lists_in_a_comment_are_not_rows():
    comment = "Monday, Tuesday, Wednesday\nThursday, Friday, Saturday\nnever, ever, ever"
    assert cells(f'1,"{comment}",x\n', width=3) == [(["1", comment, "x"], "")]


def test_every_row_with_an_open_quote_is_kept():
    text = "".join(f'{i},"slow {i}\n' for i in range(20_000))
    found = cells(text, width=2)
    assert len(found) == 20_000
    assert {fault for _, fault in found} == {OPEN_QUOTE}


def test_the_limit_of_the_csv_module_is_put_back():
    before = csv.field_size_limit()
    cells(f"a,{'x' * 200_000}\n")
    assert csv.field_size_limit() == before


def test_problems_are_counted_with_their_rows(tmp_path):
    text = (
        'id,comment,ward\n1,fine,A\n2,"slow,B\n3,short\n4,a,b,c,d\n5,"x" y,B\n6,#NAME?,B\n\n'
        "7,a\x07,B\n"
    )
    (tmp_path / "a.csv").write_text(text)
    table = open_table(tmp_path / "a.csv")
    assert {kind: (problem.count, problem.rows) for kind, problem in table.problems.items()} == {
        "quote never closed": (1, [3]),
        "too few cells": (1, [4]),
        "too many cells": (1, [5]),
        "stray quote": (1, [6]),
        "spoiled by Excel": (1, [7]),
        "blank row": (1, [8]),
        "control characters, which writing leaves out": (1, [9]),
    }
    assert table.n_rows == 8
    assert table.columns == ["id", "comment", "ward", "extra_1", "extra_2"]
    frame = read_table(tmp_path / "a.csv")
    assert frame.loc[1].tolist() == ["2", '"slow', "B", "", ""]
    assert frame.loc[2].tolist() == ["3", "short", "", "", ""]
    assert frame.loc[3].tolist() == ["4", "a", "b", "c", "d"]
    assert frame.loc[6].tolist() == ["", "", "", "", ""]


def test_old_mac_line_ends(tmp_path):
    (tmp_path / "a.csv").write_bytes(b'id,comment\r1,"two\nlines"\r2,fine\r')
    assert read_table(tmp_path / "a.csv").to_numpy().tolist() == [
        ["1", "two\nlines"],
        ["2", "fine"],
    ]
