"""A run opens no network connection, in any of its processes: Python tells us of each socket."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Python imports a module of this name when it starts, in worker processes too.
LOOKOUT = """
import os, socket, sys

log = os.open(os.environ["LOOKOUT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def only_asks():
    # urllib3, which spaCy imports, asks whether the machine has IPv6 by a socket that it binds
    # to the machine itself and closes.
    frame = sys._getframe()
    while frame := frame.f_back:
        code = frame.f_code
        if code.co_name == "_has_ipv6" and "urllib3" in code.co_filename:
            return True
    return False

def tell(event, given):
    network = event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib."))
    # Processes on this machine talk through local sockets, which have no address.
    local = event == "socket.__new__" and given[1] == getattr(socket, "AF_UNIX", None)
    if network and not local and not only_asks():
        os.write(log, f"{event} {given[1:]}\\n".encode())

os.write(log, b"started\\n")
sys.addaudithook(tell)
"""


@pytest.fixture
def lookout(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """What to put into the environment of a process, and where its sockets are told."""
    (tmp_path / "lookout").mkdir()
    (tmp_path / "lookout" / "sitecustomize.py").write_text(LOOKOUT)
    log = tmp_path / "sockets.log"
    paths = os.pathsep.join(filter(None, [str(log.with_name("lookout")), *sys.path]))
    return {**os.environ, "PYTHONPATH": paths, "LOOKOUT": str(log)}, log


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("command", ["classify", "redact"])
def test_a_run_opens_no_socket(
    command: str, jobs: int, lookout: tuple[dict[str, str], Path], many_file: Path
) -> None:
    environment, log = lookout
    words = [sys.executable, "-m", "nhs_feedback", command, str(many_file), "--jobs", str(jobs)]
    done = subprocess.run(words, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    told = log.read_text().splitlines()
    assert set(told) == {"started"}
    assert (len(told) > 1) == (jobs > 1)  # the workers were watched as well


@pytest.mark.parametrize(
    ("does", "event"),
    [
        ("socket.create_connection(('127.0.0.1', 9), timeout=1)", "socket.getaddrinfo"),
        ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM)", "socket.__new__"),
        ("urllib.request.urlopen('http://127.0.0.1:9/')", "urllib.Request"),
    ],
)
def test_a_socket_would_be_told(
    does: str, event: str, lookout: tuple[dict[str, str], Path]
) -> None:
    environment, log = lookout
    words = [sys.executable, "-c", f"import socket, urllib.request\n{does}"]
    subprocess.run(words, env=environment, capture_output=True, check=False)
    assert any(line.startswith(event) for line in log.read_text().splitlines())
