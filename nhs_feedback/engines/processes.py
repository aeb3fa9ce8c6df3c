"""One task on each chunk of a table, in order, in this process or over several."""

import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

import pandas as pd
from joblib import Parallel, delayed
from joblib.externals.loky.process_executor import TerminatedWorkerError

from nhs_feedback.errors import FeedbackError

Result = TypeVar("Result")
_WATCH = 2.0  # seconds between looks for the process that started this one


@contextmanager
def closing(chunks: Generator[object, None, None], where: str) -> Iterator[None]:
    """Stop the processes of an interrupted run at once, without joblib's remark upon it."""
    try:
        yield
    except TerminatedWorkerError:
        raise FeedbackError(
            f"{where}: one of the processes was stopped, most often because memory ran out; "
            "nothing was written (use fewer --jobs)"
        ) from None
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            chunks.close()


def mapped(
    task: Callable[[pd.DataFrame], Result], chunks: Iterable[pd.DataFrame], *, jobs: int
) -> Generator[Result, None, None]:
    """Do a task on each chunk in order, over `jobs` processes."""
    if jobs == 1:
        return (task(chunk) for chunk in chunks)
    work = (delayed(_silently)(task, chunk) for chunk in chunks)
    done: Generator[Result, None, None] = Parallel(n_jobs=jobs, return_as="generator")(work)
    return done


def _silently(task: Callable[[pd.DataFrame], Result], chunk: pd.DataFrame) -> Result:
    """Do a task; what another library warns of in a process may quote a comment."""
    _end_with_parent()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return task(chunk)


@cache
def _end_with_parent() -> None:
    """End this process soon after the one that started it, which may be killed without a word."""
    if sys.platform == "win32":  # where an orphan still has its parent's number
        return
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
