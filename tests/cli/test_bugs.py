import joblib

from nhs_feedback.cli.bugs import LEFT_OUT, bare_traceback

SECRET = "Zebedee Quillfeather"


def broken(text: str) -> None:
    raise LookupError(text)


def caught(text: str, *, jobs: int = 1) -> Exception:
    try:
        if jobs > 1:
            joblib.Parallel(n_jobs=jobs)(joblib.delayed(float)(text) for _ in range(2))
        broken(text)
    except (LookupError, ValueError) as error:
        error.add_note(text)
        return error
    raise AssertionError


def test_the_frames_and_the_type_stay_and_the_message_goes() -> None:
    lines = bare_traceback(caught(SECRET)).splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1] == f"builtins.LookupError {LEFT_OUT}"
    assert any(line.endswith(", in broken") for line in lines)
    assert SECRET not in "\n".join(lines)


def test_what_led_to_it_is_shown_first() -> None:
    try:
        try:
            broken(SECRET)
        except LookupError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError as error:
        shown = bare_traceback(error)
    first, second = shown.split("\n\nwhich led to:\n\n")
    assert first.endswith(f"builtins.LookupError {LEFT_OUT}")
    assert second.endswith(f"builtins.RuntimeError {LEFT_OUT}")
    assert SECRET not in shown


def test_frames_of_a_worker_stay_too() -> None:
    shown = bare_traceback(caught(SECRET, jobs=2))
    worker, ours = shown.split("\n\nwhich led to:\n\n")
    assert "process_executor.py" in worker
    assert "_RemoteTraceback" in worker
    assert ours.endswith(f"builtins.ValueError {LEFT_OUT}")
    assert SECRET not in shown
