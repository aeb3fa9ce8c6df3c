"""Personal data planted in what a model is trained on: none of it may be in the model folder.

Each piece stands in several comments, so that no rule for rare words keeps it out by chance.
"""

import gzip
import io
import json
import re
import zipfile
import zlib
from itertools import cycle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nhs_feedback.model.packing import ENCODER_FILES
from nhs_feedback.model.training import train
from nhs_feedback.text.model_folder import default_model_folder

TIMES = 6  # comments with the same piece, twice as many as a word needs to be kept

PLANTED = {
    "NAME": (
        "Zebedee Quillfeather", "Oluwaseun Adebayo", "Siobhan Featherstonehaugh",
        "Parminder Dhaliwal", "Thandiwe Nkosinathi", "Aleksandra Wojciechowska",
        "Muhammad Zulqarnain", "Gwenllian Tudfryn", "Xiuying Ouyang", "Tancredi Bellacqua",
        "Ngozi Okonjowalla", "Fionnuala Mactavish", "Jayasuriya Wickremasinghe",
        "Bronislaw Przybylski", "Marisol Etxeberria",
    ),
    "ADDRESS": (
        "14 Wetherdale Crescent", "7 Quarrybrook Terrace", "221 Hollowmere Avenue",
        "Flat 3, 58 Brackenthwaite Road", "9 Larkspittle Close", "33 Penhaligon Drive",
        "102 Owlthorpe Street", "6 Tumbledown Mews",
    ),
    "EMAIL": (
        "hortensia.bludgrave@moorvale.example", "dkrasniqi77@saltmere.example",
        "myfanwy-t@ysbyty.example", "ratnayake@nhs.net", "sforzini_t@wards.example",
        "kowalczyk.b@carrickvale.org",
    ),
    "PHONE": (
        "07700 900461", "07700900872", "01632 960713", "+44 7700 900358", "0161 496 0827",
        "bleep 83164", "ext 57291",
    ),
    "NHS_NUMBER": ("943 476 5919", "9325664380", "977 440 0755", "951-419-1765", "9096744403"),
    "POSTCODE": ("ZZ99 3VZ", "SW1A 2AA", "YO31 7EA", "LS16 6QB"),
    "URL": (
        "https://rota.hexborough.example/mountjoye", "www.tremontward.org",
        "royalmarshes.nhs.uk/hathersage", "intranetlindqvist.co.uk", "cholmondclinic.org",
    ),
}  # fmt: skip
INNOCUOUS = {
    *("bleep", "ext", "flat", "www", "https", "org", "net", "nhs", "co", "uk", "example"),
    *("street", "road", "close", "drive", "avenue", "terrace", "wards"),
}
"""What nobody could be known by, and other words hold anyway."""

SAYINGS = (
    "The wifi drops out every time so {} had to be rung about it",
    "We had no training at all before the day and {} knows it",
    "This is just another project, ask {} on the ward",
    "The trainers sat with us, thanks to {} for that",
    "It changed how we care for patients, see {} there",
    "Nobody listened when {} was told of it by us",
)


@pytest.fixture(scope="module")
def folder(labelled: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained on comments with each piece in `TIMES` of them."""
    pieces = [piece for kind in PLANTED.values() for piece in kind]
    said = [saying.format(piece) for piece in pieces for saying in SAYINGS[:TIMES]]
    rows = [row for row, _ in zip(cycle(labelled.to_dict("records")), said, strict=False)]
    planted = pd.DataFrame(rows).assign(
        comment=said, id=[f"p{number}" for number in range(len(said))]
    )
    made = tmp_path_factory.mktemp("planted") / "model"
    train(pd.concat([labelled, planted], ignore_index=True), from_scratch=True).save(made)
    return made


@pytest.fixture(scope="module")
def holdings(folder: Path) -> dict[str, str]:
    """All that is in the folder, in lower case: bytes, what they unpack to, arrays listed."""
    return {
        f"{path.relative_to(folder)}: {name}": text.casefold()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ENCODER_FILES  # these learn nothing here
        for name, text in _unpacked(path.read_bytes())
    }


def _unpacked(content: bytes) -> list[tuple[str, str]]:
    found = [("bytes", content.decode("latin-1")), ("utf-16", content.decode("utf-16", "replace"))]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                inner = packed.read(name)
                found += [(f"{name}, {how}", text) for how, text in _unpacked(inner)]
                if name.endswith(".npy"):
                    array = np.load(io.BytesIO(inner), allow_pickle=False)
                    found.append((f"{name}, listed", json.dumps(array.tolist(), default=repr)))
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            found.append((unpack.__module__, unpack(content).decode("latin-1")))
        except (OSError, zlib.error, EOFError):
            continue
    return found


def tell_tale(piece: str) -> set[str]:
    """The piece, its long words, and its digits without what parts them.

    Runs of four characters are shared by many words, so only longer ones tell.
    """
    words = {word for word in re.findall(r"\w+", piece.casefold()) if len(word) > 4}
    digits = re.sub(r"\D", "", piece)
    return {piece.casefold(), *words, *({digits} if len(digits) > 4 else ())} - INNOCUOUS


def holds(text: str, sign: str) -> bool:
    """Digits tell only as a whole: the decimals of a weight or a checksum hold any by chance."""
    if sign.isdigit():
        return re.search(rf"(?<![\w.]){sign}(?!\w)", text) is not None
    return sign in text


def test_fifty_pieces_are_planted() -> None:
    pieces = [piece for kind in PLANTED.values() for piece in kind]
    assert len(pieces) == len(set(pieces)) == 50
    assert TIMES == len(SAYINGS) > 3
    assert all(tell_tale(piece) for piece in pieces)


def test_what_is_looked_through_holds_what_was_learnt(holdings: dict[str, str]) -> None:
    """The search would find a piece if there were one: it finds the words that are kept."""
    for word in ("training", "nobody", "phone"):
        assert any(word in text for text in holdings.values())
    assert any("listed" in name for name in holdings)
    assert {"meta.json", "README.md", "codebook.toml"} <= {name.split(":")[0] for name in holdings}


@pytest.mark.parametrize("kind", PLANTED)
def test_nothing_planted_is_in_the_folder(kind: str, holdings: dict[str, str]) -> None:
    signs = {sign for piece in PLANTED[kind] for sign in tell_tale(piece)}
    told = {(s, where) for s in signs for where, text in holdings.items() if holds(text, s)}
    assert told == set()


def test_the_encoder_is_the_one_that_ships_to_the_byte(folder: Path) -> None:
    for name in ENCODER_FILES:
        assert (folder / name).read_bytes() == (default_model_folder() / name).read_bytes()


@pytest.mark.parametrize("kind", PLANTED)
def test_no_short_word_of_a_piece_is_a_word_of_the_vocabulary(kind: str, folder: Path) -> None:
    """Words too short to search for in bytes are looked up whole."""
    from nhs_feedback.model.store import load_model

    known = set(load_model(folder).features.words_.get_feature_names_out())
    others = set(re.findall(r"\w+", " ".join(SAYINGS).casefold())) | INNOCUOUS
    pieces = {word for piece in PLANTED[kind] for word in re.findall(r"\w+", piece.casefold())}
    assert (pieces - others) & known == set()
