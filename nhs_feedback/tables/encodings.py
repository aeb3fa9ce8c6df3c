"""The encoding of a text file, decided on all of its bytes.

Real files are mixed: a UTF-8 export into which somebody pasted one Windows-1252 apostrophe, or two
exports of different encodings joined. So bytes are read as UTF-8, and each byte that cannot be
UTF-8 as Windows-1252; a file that is all Windows-1252 comes out right by the same rule.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nhs_feedback.errors import TableError

OpenBytes = Callable[[], io.BufferedReader]  # a fresh stream from the first byte

BLOCK = 1 << 20  # even, so that UTF-16 pairs never straddle two blocks
MAX_LINE = 10_000_000  # characters; a "line" beyond this is not a table of comments
_BOMS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with BOM"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1a"))
# Non-ASCII characters that English text in UTF-8 has: accents, punctuation, currency, emoji.
_ORDINARY = re.compile("[\u00a0-\u00ff\u2010-\u206f\u20ac\u2122\ufe0f\U0001f000-\U0001ffff]")
_BAD = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of a byte that is not UTF-8
_WINDOWS = {
    0xDC00 + byte: bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte))
    for byte in range(0x80, 0x100)
}


@dataclass(frozen=True)
class Decoding:
    """How the bytes of a file become lines; `name` is what the user is told.

    `repair` says that some bytes are not of the codec, and are marked for `repaired`; `mixed`
    that this is a problem of some rows, and not how the whole file is.
    """

    name: str
    codec: str
    newline: str  # what ends a line: "\n" (also for "\r\n") or, in old Mac files, "\r"
    repair: bool = False
    mixed: bool = False


@dataclass
class _Census:
    size: int = 0
    controls: int = 0
    nul_even: int = 0
    nul_odd: int = 0
    bad: int = 0
    ordinary: int = 0
    unusual: int = 0

    def count(self, block: bytes, text: str) -> None:
        self.size += len(block)
        self.controls += len(block) - len(block.translate(None, _CONTROLS))
        if 0 in block:
            self.nul_even += block[0::2].count(0)
            self.nul_odd += block[1::2].count(0)
        if not text.isascii():
            bad, ordinary = len(_BAD.findall(text)), len(_ORDINARY.findall(text))
            self.bad += bad
            self.ordinary += ordinary
            self.unusual += len(text) - len(text.encode("ascii", "ignore")) - bad - ordinary


def find_decoding(open_bytes: OpenBytes, name: str) -> Decoding:
    """Decide the encoding on the whole file; `name` is the file's, for the error."""
    with open_bytes() as stream:
        start = stream.read(BLOCK)
    marked = next(((codec, said) for mark, codec, said in _BOMS if start.startswith(mark)), None)
    if marked is not None and marked[0] != "utf-8-sig":
        return Decoding(marked[1], marked[0], _line_end(start.decode(marked[0], "replace")))
    census = _census(open_bytes)
    codec, said = _codec(census, name)
    if marked is not None:
        codec, said = marked
    repair = census.bad > 0 and not codec.startswith("utf-16")
    mixed = repair and said != "Windows-1252"
    return Decoding(said, codec, _line_end(start.decode(codec, "replace")), repair, mixed)


def lines(open_bytes: OpenBytes, decoding: Decoding, name: str) -> Iterator[str]:
    """Yield lines with their endings; bytes that are not UTF-8 are marked for `repaired`."""
    errors = "surrogateescape" if decoding.repair else "replace"
    with (
        open_bytes() as stream,
        io.TextIOWrapper(stream, decoding.codec, errors, decoding.newline) as text,
    ):
        while line := text.readline(MAX_LINE):
            if len(line) == MAX_LINE:
                raise TableError(
                    f"{name}: a line is longer than {MAX_LINE:,} characters, so this is not a "
                    "table of comments (save the table as .csv or .xlsx, and give that file)"
                )
            yield line


def has_bad_bytes(text: str) -> bool:
    """Tell whether some of this text's bytes were not UTF-8."""
    return not text.isascii() and _BAD.search(text) is not None


def repaired(text: str) -> str:
    """Read each byte that was not UTF-8 as Windows-1252."""
    return text.translate(_WINDOWS)


def _census(open_bytes: OpenBytes) -> _Census:
    census = _Census()
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with open_bytes() as stream:
        while block := stream.read(BLOCK):
            census.count(block, decoder.decode(block))
    census.count(b"", decoder.decode(b"", final=True))
    return census


def _codec(census: _Census, name: str) -> tuple[str, str]:
    if _alternate(census.nul_odd, census.nul_even, census.size):
        return "utf-16-le", "UTF-16"
    if _alternate(census.nul_even, census.nul_odd, census.size):
        return "utf-16-be", "UTF-16"
    if census.controls > 32 and census.controls > 0.08 * census.size:  # of random bytes: 0.105
        raise TableError(
            f"{name}: this is not text but binary data (save the table as .csv or .xlsx, "
            "and give that file)"
        )
    if not census.bad:
        return "utf-8", "UTF-8"
    # Two neighbouring Windows-1252 characters can look like one UTF-8 character by chance ("É’"),
    # but then it is one that English text does not have.
    if not census.ordinary and census.unusual <= census.bad:
        return "cp1252" if census.unusual else "utf-8", "Windows-1252"
    return "utf-8", "UTF-8 and Windows-1252 mixed"


def _alternate(many: int, few: int, size: int) -> bool:
    """Whether zeros fill one place in two, as in Latin letters of UTF-16, and not the other."""
    return many >= 8 and many > 0.3 * size / 2 and few < 0.1 * many


def _line_end(start: str) -> str:
    """Old Mac files end rows with a carriage return, and may hold line feeds inside cells."""
    unquoted = re.sub('"[^"]*"', "", start)
    first = re.search("\r\n|\n|\r", unquoted)
    return "\r" if first is not None and first[0] == "\r" else "\n"
