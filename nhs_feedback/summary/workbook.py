"""Summary tables -> an accessible workbook: a cover, notes, one table a sheet, no formulas."""

import importlib
import warnings
from pathlib import Path
from types import ModuleType

import pandas as pd

SHORTHAND = {
    "[c]": "hidden, because it says too much about few people, or would let it be worked out",
}
_TITLE = "Staff comments on digital change: themes and feelings"
_MADE_BY = "Made by nhs_feedback from a table of comments."
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_EXPLAINED = {
    "group": "All, then each group that the comments were grouped by.",
    "n_rows": "Rows of the table.",
    "n_comments": "Comments that say something: of these shares are made.",
    "n_tagged": "Comments tagged with the theme.",
    "share": "The part of comments with the theme, 0 to 1; of the perception index, the index.",
    "share_low": "Lower end of the share's 95% interval; share_high is the upper.",
    "method": "count: tags counted. calibrated: probable share, the interval covers the tagger's "
    "measured errors. calibrated, wide: likewise, of a theme that needed wider ones. checked: put "
    "right by a hand-checked sample. too few: no index.",
    "net": "Positive minus negative over comments whose feeling is known, -1 to 1.",
    "hidden": "The rule that hid figures of the row.",
    "difference": "Share minus that of all other groups together.",
    "p": "How often chance alone would make such a difference.",
    "word": "A word commoner in the group's comments on the theme than in others' on it, from text "
    "with personal data masked. n_comments: those of the group on the theme that have it.",
    "apart": "How far the word's log-odds exceed those elsewhere, in standard errors.",
    "q": "p after Benjamini and Hochberg over the whole table.",
    "stands": "Whether the difference stands: q at most 0.05.",
    "outside": "The widest funnel limit that the share is beyond.",
    "trial": "Fewer than 12 points: the limits may move.",
    "signal": "Beyond the limits, or a run of 8 on one side of the centre.",
}


def write_workbook(
    sheets: dict[str, pd.DataFrame], path: Path, *, notes: tuple[str, ...] = ()
) -> None:
    """Write tables as sheets, in their order, behind a cover and before the notes.

    Parameters
    ----------
    sheets : dict of DataFrame
        Sheet name to table, cells as they are to be shown.
    notes : tuple of str
        Sentences for the cover.
    """
    gptables = _gptables()
    all_notes = pd.DataFrame(_explained(sheets), columns=["Column or mark", "Meaning"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, of pandas to come and of notes it lacks
        gptables.write_workbook(
            str(path),
            {name: _sheet(name, table) for name, table in {**sheets, "Notes": all_notes}.items()},
            cover=gptables.Cover(title=_TITLE, intro=[_MADE_BY], about=list(notes)),
            workbook_options=_SAFE,
        )


def _explained(sheets: dict[str, pd.DataFrame]) -> list[tuple[str, str]]:
    columns = dict.fromkeys(str(name) for table in sheets.values() for name in table.columns)
    return [(n, _EXPLAINED[n]) for n in columns if n in _EXPLAINED] + list(SHORTHAND.items())


def _sheet(name: str, table: pd.DataFrame) -> object:
    return _gptables().GPTable(
        table=table.reset_index(drop=True),
        table_name=name.lower().replace(" ", "_") + "_table",
        title=f"{_TITLE}: {name}",
        instructions="This sheet holds one table.",
        index_columns={},
    )


def _gptables() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves a file of its own open
        return importlib.import_module("gptables")
