"""The Tagger as a spaCy component, and the whole pipeline: text -> a tagged Doc."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple, cast

from spacy.language import Language
from spacy.tokens import Doc

from nhs_feedback.model.store import find_model
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.model.tags import Tags
from nhs_feedback.tables.labels import UNKNOWN
from nhs_feedback.tables.schema import POLARITIES, POLARITY_UNKNOWN
from nhs_feedback.text.names import Names, open_finder
from nhs_feedback.text.pipeline import Redactor, text_pipeline

TAGGER = "nhs_feedback_tagger"


class Tag(NamedTuple):
    """A theme found in a comment: how the writer feels about it, and how likely it is (0 to 1)."""

    polarity: str
    probability: float


class TaggerComponent:
    """Set `doc._.themes` (theme id to `Tag`) and `doc._.sentiment` (a polarity word or empty)."""

    def __init__(self, tagger: Tagger, *, names: Names = None) -> None:
        self.tagger = tagger
        self.names = names
        if not Doc.has_extension("themes"):
            Doc.set_extension("themes", default=None)
        if not Doc.has_extension("sentiment"):
            Doc.set_extension("sentiment", default="")

    def __call__(self, doc: Doc) -> Doc:
        """Tag one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 1000) -> Iterator[Doc]:
        """Tag documents in batches; the batch changes no tag."""
        waiting = iter(stream)
        while batch := list(islice(waiting, batch_size)):
            tags = self.tagger.tag([doc.text for doc in batch], names=self.names)
            for row, doc in enumerate(batch):
                doc._.themes = _themes(self.tagger, tags, row)
                code = tags.sentiment[row]
                doc._.sentiment = "" if code == UNKNOWN else POLARITIES[code]
                yield doc


@Language.factory(
    TAGGER, default_config={"model": None}, assigns=["doc._.themes", "doc._.sentiment"]
)
def make_tagger(nlp: Language, name: str, model: str | None) -> TaggerComponent:  # noqa: ARG001
    """Make the component from a model folder, or from the shipped model."""
    return TaggerComponent(find_model(model))


def load_pipeline(model: str | Path | None = None, *, names: Names = None) -> Language:
    """Return a spaCy pipeline that cleans, splits, protects and tags text.

    `doc._.themes`, `doc._.sentiment` and `doc.spans["personal_data"]` hold what it finds.

    Parameters
    ----------
    model : path, optional
        A model's folder. Default: the model that ships with the package.
    names : Language, optional
        A trained spaCy pipeline of your own whose `ner` finds people (PERSON), in place of the
        model's finder. It is not saved with the pipeline.
    """
    nlp = text_pipeline()
    nlp.add_pipe(TAGGER, config={"model": None if model is None else str(model)})
    tagging = cast("TaggerComponent", nlp.get_pipe(TAGGER))
    finder = open_finder(tagging.tagger.names) if names is None else names
    tagging.names = cast("Redactor", nlp.get_pipe("nhs_feedback_redact")).names = finder
    return nlp


def _themes(tagger: Tagger, tags: Tags, row: int) -> dict[str, Tag]:
    found = {}
    for column, theme in enumerate(tagger.codebook.ids):
        if tags.present[row, column]:
            code = tags.polarity[row, column]
            word = POLARITY_UNKNOWN if code == UNKNOWN else POLARITIES[code]
            found[theme] = Tag(word, float(tags.probability[row, column]))
    return found
