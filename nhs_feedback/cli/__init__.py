"""The command line: reads, calls the library, writes, and says what it did."""

from nhs_feedback.cli.group import main

__all__ = ["main"]
