"""Tagger: comments -> tagged, row by row."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nhs_feedback.model.codebook import Codebook, dump_codebook
from nhs_feedback.model.evidence import find_evidence
from nhs_feedback.model.features import TextFeatures
from nhs_feedback.model.sentiment import SentimentClassifier, sentiment_score, towards_theme
from nhs_feedback.model.tag_columns import organisation_columns, tag_columns
from nhs_feedback.model.tags import Tags, expected_errors
from nhs_feedback.model.themes import ThemeClassifier
from nhs_feedback.tables.cells import column_as_text
from nhs_feedback.tables.labels import UNKNOWN
from nhs_feedback.tables.opened import MARKS
from nhs_feedback.tables.organisations import load_organisations
from nhs_feedback.tables.schema import (
    CHECK,
    JOIN,
    MODEL,
    POLARITIES,
    Columns,
    find_columns,
    own_names,
    says_something,
)
from nhs_feedback.text.checks import LONG, check_text
from nhs_feedback.text.cleaning import clean
from nhs_feedback.text.columns import redact_columns
from nhs_feedback.text.masking import masked_texts
from nhs_feedback.text.names import Names, open_finder, shipped_names

if TYPE_CHECKING:
    from nhs_feedback.model.training import Training

UNSURE = "unsure"


@dataclass(frozen=True)
class Tagger:
    """A fitted model: give it texts, it gives tags; each text's tags depend on that text alone.

    Attributes
    ----------
    codebook : Codebook
        The themes, in the order of every matrix.
    features, themes : TextFeatures, ThemeClassifier
    polarity, sentiment : SentimentClassifier or None
        Towards a theme, and overall; None where that was never labelled.
    knows_polarity : (n_themes,) bool
        Themes whose labels said how the writer felt.
    unsure_above : float
        A comment with more wrong tags than this to be expected is marked `unsure`.
    training : Training
        What it was made from and how it scored.
    name : str
        The name of its folder.
    names : bytes
        The finder of people's names that masks what it tags, as `pack_finder` wrote it.
    """

    codebook: Codebook
    features: TextFeatures
    themes: ThemeClassifier
    polarity: SentimentClassifier | None
    sentiment: SentimentClassifier | None
    knows_polarity: NDArray[np.bool_]
    unsure_above: float
    training: "Training"
    name: str = "unsaved"
    names: bytes = field(default_factory=shipped_names, repr=False)
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        """Take the fingerprint of everything that decides a tag."""
        object.__setattr__(self, "fingerprint", _fingerprint(self))

    @property
    def signature(self) -> str:
        """The model's name and the first eight digits of its fingerprint."""
        return f"{self.name} {self.fingerprint[:8]}"

    @property
    def scores(self) -> pd.DataFrame:
        """How it did on comments it had not seen, a row a theme; see `evaluate`."""
        return self.training.scores

    def save(self, folder: str | Path, *, force: bool = False) -> None:
        """Write the model as a folder that opens without running code."""
        from nhs_feedback.model.store import save_model  # noqa: PLC0415 (it imports this module)

        save_model(self, folder, force=force)

    def renamed(self, name: str) -> "Tagger":
        """Return the same model under another name."""
        return replace(self, name=name)

    def tag(self, texts: list[str], *, names: Names = None, evidence: bool = False) -> Tags:
        """Tag `(n,)` texts, as written; each distinct text once.

        Parameters
        ----------
        evidence : bool
            Find also the sentence behind each tag, which takes longer than the tags.
        names : Language, optional
            A trained spaCy pipeline of your own that finds people, in place of the model's finder.
        """
        distinct, rows = np.unique(np.asarray(texts, dtype=object), return_inverse=True)
        finder = open_finder(self.names) if names is None else names
        masked = masked_texts(distinct, names=finder)
        tags = self._tag_masked(list(distinct), masked)
        if evidence:
            found = find_evidence(self.features, self.themes, masked, tags.present)
            tags = replace(tags, evidence=found)
        return tags.take(rows.ravel())

    def _tag_masked(self, texts: list[str], masked: list[str]) -> Tags:
        # Of the words as written: what is masked as a name may be another language.
        check = [check_text(clean(text)) for text in texts]
        to_tag = np.array([says_something(reasons) for reasons in check], dtype=bool)
        n_themes = len(self.codebook.themes)
        probability = np.full((len(texts), n_themes), np.nan)
        sentiment = np.full((len(texts), len(POLARITIES)), np.nan)
        polarity = np.full((len(texts), n_themes), UNKNOWN, dtype=np.int8)
        if to_tag.any():
            X = self.features.transform([masked[row] for row in np.flatnonzero(to_tag)])
            probability[to_tag] = self.themes.predict_proba(X)
            polarity[to_tag] = self._polarity(X, probability[to_tag])
            if self.sentiment is not None:
                sentiment[to_tag] = self.sentiment.predict_proba(X)
            check = self._marked_long(check, masked)
        return self._as_tags(probability, polarity, sentiment, check)

    def _marked_long(
        self, check: list[tuple[str, ...]], masked: list[str]
    ) -> list[tuple[str, ...]]:
        """Mark the comments that the encoder does not read at once."""
        encoder = self.features.encoder_
        if encoder is None:
            return check
        return [
            (*c, LONG) if says_something(c) and LONG not in c and encoder.n_windows(text) > 1 else c
            for c, text in zip(check, masked, strict=True)
        ]

    def _as_tags(
        self,
        probability: NDArray[np.float64],
        polarity: NDArray[np.int8],
        sentiment: NDArray[np.float64],
        check: list[tuple[str, ...]],
    ) -> Tags:
        score = sentiment_score(sentiment)
        words = np.where(np.isnan(score), UNKNOWN, np.nan_to_num(sentiment).argmax(axis=1))
        unsure = expected_errors(probability, self.themes.thresholds_) > self.unsure_above
        check = [(*c, UNSURE) if u else c for c, u in zip(check, unsure, strict=True)]
        present = probability >= self.themes.thresholds_  # False where NaN
        return Tags(probability, present, polarity, words.astype(np.int8), score, check)

    def _polarity(self, X: object, probability: NDArray[np.float64]) -> NDArray[np.int8]:
        present = (probability >= self.themes.thresholds_) & self.knows_polarity
        found = np.full(probability.shape, UNKNOWN, dtype=np.int8)
        rows, themes = np.nonzero(present)
        if self.polarity is not None and len(rows):
            pairs = towards_theme(X[rows], themes, n_themes=present.shape[1])  # type: ignore[index]
            found[rows, themes] = self.polarity.predict_proba(pairs).argmax(axis=1)
        return found


def classify(
    comments: pd.DataFrame,
    *,
    model: Tagger | str | Path | None = None,
    text_column: str | None = None,
    trust_column: str | None = None,
    id_column: str | None = None,
    date_column: str | None = None,
    organisations: str | Path | None = None,
    redact: bool = False,
    evidence: bool = False,
) -> pd.DataFrame:
    """Tag a table of comments.

    Parameters
    ----------
    comments : DataFrame
        One row a comment; the text column is found by name unless given.
    model : Tagger or path, optional
        Default: the model that ships with the package.
    organisations : path, optional
        A CSV with the columns `written` and `code`, which settles how trusts are spelt.
    redact : bool
        Give the comments back with personal data as `[NAME]`, `[PHONE]` and so on; the tags are
        the same.
    evidence : bool
        Add the column `evidence` behind `themes`: for each of them a line `label: sentence`, the
        sentence that carries it with personal data masked. Takes several times as long.

    Returns
    -------
    DataFrame
        Same index and length. The input's columns, then `sentiment`, `themes`, one column a theme
        (its polarity word, or empty), `sentiment_score` (-1 to 1), `<theme>_p` (0 to 1),
        `org_code`, `org_name`, `check` and `model`.

    Raises
    ------
    TableError
        If there is no text column.
    """
    from nhs_feedback.model.store import find_model  # noqa: PLC0415 (it imports this module)

    columns = find_columns(
        comments, text=text_column, trust=trust_column, id=id_column, date=date_column
    )
    return tag_table(
        comments,
        find_model(model),
        columns,
        organisations=organisations,
        redact=[columns.text] if redact else (),
        evidence=evidence,
    )


def tag_table(
    comments: pd.DataFrame,
    tagger: Tagger,
    columns: Columns,
    *,
    organisations: str | Path | None = None,
    redact: Iterable[str] = (),
    evidence: bool = False,
) -> pd.DataFrame:
    """Tag a table whose columns are known; the rows and columns that `classify` returns.

    Personal data in the columns `redact` is masked in what is returned.
    """
    tags = tagger.tag(column_as_text(comments[columns.text]), evidence=evidence)
    fates = own_names(list(comments.columns), tagger.codebook.ids)
    carried = redact_columns(comments, redact).drop(
        columns=[name for name, new in fates.items() if new is None]
    )
    carried = carried.rename(columns={name: new for name, new in fates.items() if new})
    known = load_organisations(None if organisations is None else Path(organisations))
    added = tag_columns(tags, tagger.codebook)
    added |= organisation_columns(comments, columns.trust, known)
    marks = comments.attrs.get(MARKS, {})  # of rows damaged in the file they were read from
    reasons = zip(tags.check, comments.index, strict=True)
    added[CHECK] = [JOIN.join((*found, *marks.get(row, ()))) for found, row in reasons]
    added[MODEL] = [tagger.signature] * len(comments)
    return pd.concat([carried, pd.DataFrame(added, index=comments.index)], axis=1)


def _fingerprint(tagger: Tagger) -> str:
    digest = hashlib.sha256(dump_codebook(tagger.codebook).encode())
    for half in (tagger.features.words_, tagger.features.characters_):
        digest.update("\0".join(half.get_feature_names_out()).encode())
        digest.update(half.idf_.tobytes())
    if tagger.features.encoder_ is not None:
        digest.update(tagger.features.encoder_.checksum.encode())
    for part in (tagger.themes, tagger.polarity, tagger.sentiment):
        if part is not None:
            digest.update(part.coef_.tobytes() + part.intercept_.tobytes())
    for array in (tagger.themes.slope_, tagger.themes.offset_, tagger.themes.thresholds_):
        digest.update(np.asarray(array).tobytes())
    digest.update(tagger.names)
    digest.update(tagger.knows_polarity.tobytes() + np.float64(tagger.unsure_above).tobytes())
    return digest.hexdigest()
