"""The errors and warnings a user can meet: one sentence each, with the next step.

A message may name files, columns, themes, row numbers and comment ids. It never holds the text
of a comment, because comments name people.
"""


class FeedbackError(Exception):
    """Base of every error that is the input's fault and not a bug; exit code 1."""


class TableError(FeedbackError):
    """A table that cannot be read, lacks a column, or cannot be written."""


class LabelError(FeedbackError, ValueError):
    """Labels or texts that cannot be learnt from or scored against."""


class CodebookError(FeedbackError):
    """A codebook file that is not one."""


class ModelError(FeedbackError):
    """A model folder that is missing, damaged, or made by another version."""


class FeedbackWarning(UserWarning):
    """Something the user should know that stops nothing; the command line prints it as a note."""
