import io
import sys
import warnings

import pytest

from nhs_feedback.cli.terminal import console, notes, progress
from nhs_feedback.errors import FeedbackWarning


def test_notes_go_to_stderr_whole_and_unmarked(capsys: pytest.CaptureFixture[str]) -> None:
    long = "word " * 60 + "[bold]:smile:"
    with notes(quiet=False) as note:
        note(long)
    assert capsys.readouterr() == ("", f"{long}\n")


def test_our_warnings_are_notes_once_each_and_of_others_only_their_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with notes(quiet=False):
        for message in ("a", "b", "a"):
            warnings.warn(message, FeedbackWarning, stacklevel=1)
        warnings.simplefilter("always", UserWarning)
        warnings.warn_explicit("not ours", UserWarning, "/lib/other.py", 7)
    assert capsys.readouterr().err == (
        "Warning: a\nWarning: b\nWarning: UserWarning in other.py, line 7\n"
    )


def test_quiet_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with notes(quiet=True) as note, progress(10, quiet=True) as done:
        note("a")
        warnings.warn("b", FeedbackWarning, stacklevel=1)
        done(10)
    assert capsys.readouterr() == ("", "")


def test_no_bar_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(10, quiet=False) as done:
        done(4)
        done(6)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with progress(10, quiet=False) as done:
        done(10)
    assert "10/10" in screen.getvalue()


def test_the_console_is_80_wide_and_never_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252", newline="\n"))
    made = console()
    assert made.width == 80
    made.print("Llŷn")
    sys.stdout.flush()
    assert raw.getvalue() == b"Ll?n\n"
