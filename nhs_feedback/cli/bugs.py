"""A bug's traceback without the messages in it: those of other libraries may quote a comment."""

import re
import traceback
from collections.abc import Iterator

LEFT_OUT = "(its message is left out, because it may quote a comment)"

_FRAME = re.compile(r'File "[^"\n]+", line \d+, in \S+')


def bare_traceback(error: BaseException) -> str:
    """Return an error's traceback, and those of what led to it, with types but no messages."""
    return "\n".join(_lines(error))


def _lines(error: BaseException) -> Iterator[str]:
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _lines(earlier)
        yield "\nwhich led to:\n"
    yield "Traceback (most recent call last):"
    yield from (frame.rstrip("\n") for frame in traceback.format_tb(error.__traceback__))
    # What a worker process sends along is its whole traceback as one message: its frames are kept.
    yield from (f"  {frame}" for frame in _worker_frames(error))
    yield f"{type(error).__module__}.{type(error).__qualname__} {LEFT_OUT}"


def _worker_frames(error: BaseException) -> list[str]:
    is_workers = type(error).__name__ == "_RemoteTraceback"
    return _FRAME.findall(str(error)) if is_workers else []
