"""Invented comments, invented labels, and a model that fits to them in a blink."""

import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from nhs_feedback.model.store import load_model
from nhs_feedback.model.tagger import Tagger, classify
from nhs_feedback.model.training import train

settings.register_profile("ours", deadline=None)  # how long it takes is no test here
settings.load_profile("ours")

THEMES = ("it_project_framing", "clinical_framing", "training_support", "infrastructure")
SAYINGS = {
    ("it_project_framing", "negative"): (
        "This is just another IT project that nobody on the ward asked for.",
        "It feels like a box to tick for the managers.",
    ),
    ("it_project_framing", "positive"): ("I thought it was a box to tick, and it was not.",),
    ("clinical_framing", "positive"): (
        "It changed how we care for our patients on the ward round.",
        "This is about better care and not about the software.",
    ),
    ("clinical_framing", "negative"): ("They never talk about how it will change our care.",),
    ("training_support", "negative"): (
        "We had no training at all before the day it started.",
        "The training was one video that would not play.",
    ),
    ("training_support", "positive"): ("The trainers sat with us until we could all use it.",),
    ("infrastructure", "negative"): (
        "The wifi drops out every time we move the trolley.",
        "There are two computers for the whole ward and one is slow.",
    ),
    ("infrastructure", "positive"): ("The new laptops are quick and the wifi works now.",),
}
FILLERS = (
    "I work on nights for most of the week.",
    "We have been using it since the spring.",
    "That is all that I have to say about it.",
    "I have told my manager this before.",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden", action="store_true", help="Write tests/golden anew, to be looked at."
    )


@pytest.fixture(scope="session")
def labelled() -> pd.DataFrame:
    """120 comments by 24 writers, none to two of four themes each, with how they feel."""
    chance = random.Random(5)
    rows = []
    for number in range(120):
        picked = chance.sample(sorted(SAYINGS), k=chance.choice((0, 1, 1, 2)))
        said = dict(picked)
        texts = [chance.choice(SAYINGS[theme, feeling]) for theme, feeling in said.items()]
        feelings = set(said.values())
        sentiment = feelings.pop() if len(feelings) == 1 else "mixed" if feelings else "neutral"
        rows.append(
            {
                "id": f"n{number:03}",
                "writer": f"w{number % 24:02}",
                "comment": " ".join([*texts, chance.choice(FILLERS)]),
                "sentiment": sentiment,
                **{theme: said.get(theme, "") for theme in THEMES},
            }
        )
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def model(labelled: pd.DataFrame) -> Tagger:
    """A model of four themes, trained on `labelled` alone; its error on shares is invented."""
    trained = train(labelled, from_scratch=True).renamed("small")
    return replace(trained, training=replace(trained.training, share_error=share_error()))


def share_error(themes: Sequence[str] = THEMES) -> pd.DataFrame:
    """What `measure_share_error` gives of a fair model."""
    return pd.DataFrame(
        {
            "theme": list(themes),
            "usual": 0.2,
            "spread": 0.3,
            "mix_sd": 0.05,
            "bias": 0.03,
            "shift": 0.4,
            "widened": 1.0,
            "held": 0.95,
            "clusters": 20,
        }
    )


@pytest.fixture(scope="session")
def model_folder(model: Tagger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`model` as a folder; tests copy it before they change it."""
    folder = tmp_path_factory.mktemp("models") / "small"
    model.save(folder)
    return folder


@pytest.fixture(scope="session")
def saved(model_folder: Path) -> Tagger:
    """`model` as it comes back from its folder."""
    return load_model(model_folder)


@pytest.fixture
def comments() -> pd.DataFrame:
    """Every kind of cell: each kind of missing, blanks, repeats, numbers, a doubled index."""
    said = [
        "The wifi drops out every time we move the trolley.",
        "The trainers sat with us until we could all use it.",
        "n/a",
        None,
        "The wifi drops out every time we move the trolley.",
        np.nan,
        "",
        pd.NA,
        "   ",
        12,
        "This is just another IT project that nobody on the ward asked for.",
        "Je ne sais pas pourquoi nous devons utiliser ce logiciel tous les jours.",
    ]
    trusts = ["RGT", "rgt", "Moorland and Vale", None, "", "RGT"] * 2
    return pd.DataFrame(
        {
            "Ref": range(100, 112),
            "Trust": pd.Series(trusts, dtype="str"),
            "Comment": pd.Series(said, dtype=object),
            "Score": [1.5, np.nan] * 6,
        },
    ).set_axis([0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])


@pytest.fixture
def tagged(comments: pd.DataFrame, model: Tagger) -> pd.DataFrame:
    return classify(comments, model=model)


@pytest.fixture(scope="session")
def many(labelled: pd.DataFrame) -> pd.DataFrame:
    """The 120 comments under three trusts, one of them too small to show."""
    trusts = ["Moorland and Vale"] * 70 + ["RGT"] * 42 + ["Saltmere"] * 8
    groups = ["Nursing", "Medical", ""] * 40
    return pd.DataFrame({"id": labelled["id"], "trust": trusts, "staff_group": groups}).assign(
        comment=labelled["comment"]
    )


@pytest.fixture(scope="session")
def many_tagged(many: pd.DataFrame, model: Tagger) -> pd.DataFrame:
    return classify(many, model=model)


@pytest.fixture
def many_file(many: pd.DataFrame, tmp_path: Path) -> Path:
    path = tmp_path / "comments.csv"
    many.to_csv(path, index=False)
    return path


@pytest.fixture
def labelled_file(labelled: pd.DataFrame, tmp_path: Path) -> Path:
    path = tmp_path / "labelled.csv"
    labelled.to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def run_alone() -> Callable[[str], tuple[int, str]]:
    """Run code in a Python of its own; give its exit code and what it wrote to stderr."""

    def run(code: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stderr

    return run
