"""The Tagger as a spaCy component, and the whole pipeline: text -> a tagged Doc."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple, cast

from spacy.language import Language
from spacy.tokens import Doc

from nhs_feedback.errors import ModelError
from nhs_feedback.model.store import find_model
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.model.tags import Tags
from nhs_feedback.tables.labels import UNKNOWN
from nhs_feedback.tables.schema import POLARITIES, POLARITY_UNKNOWN
from nhs_feedback.text.names import Names, open_finder
from nhs_feedback.text.pipeline import Redactor, text_pipeline

TAGGER = "nhs_feedback_tagger"
_IN_MEMORY = "(a model in memory)"


class Tag(NamedTuple):
    """A theme found in a comment.

    Attributes
    ----------
    polarity : str
        How the writer feels about it.
    probability : float
        How likely it is, 0 to 1.
    evidence : str
        The sentence that carries it, with personal data masked; empty if it was not asked for.
    """

    polarity: str
    probability: float
    evidence: str = ""


class TaggerComponent:
    """Set `doc._.themes` (theme id to `Tag`) and `doc._.sentiment` (a polarity word or empty).

    Parameters
    ----------
    tagger : Tagger or None
        None where a pipeline was saved whose model was in memory.
    """

    def __init__(
        self, tagger: Tagger | None, *, names: Names = None, evidence: bool = True
    ) -> None:
        self.tagger = tagger
        self.names = names
        self.evidence = evidence
        if not Doc.has_extension("themes"):
            Doc.set_extension("themes", default=None)
        if not Doc.has_extension("sentiment"):
            Doc.set_extension("sentiment", default="")

    def __call__(self, doc: Doc) -> Doc:
        """Tag one document."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 1000) -> Iterator[Doc]:
        """Tag documents in batches; the batch changes no tag."""
        if self.tagger is None:
            raise ModelError(
                "the pipeline's model was in memory and is not saved with it; "
                "make the pipeline again with load_pipeline(MODEL)"
            )
        waiting = iter(stream)
        while batch := list(islice(waiting, batch_size)):
            texts = [doc.text for doc in batch]
            tags = self.tagger.tag(texts, names=self.names, evidence=self.evidence)
            for row, doc in enumerate(batch):
                doc._.themes = _themes(self.tagger, tags, row)
                code = tags.sentiment[row]
                doc._.sentiment = "" if code == UNKNOWN else POLARITIES[code]
                yield doc


@Language.factory(
    TAGGER,
    default_config={"model": None, "evidence": True},
    assigns=["doc._.themes", "doc._.sentiment"],
)
def make_tagger(
    nlp: Language,  # noqa: ARG001
    name: str,  # noqa: ARG001
    model: str | None,
    evidence: bool,
) -> TaggerComponent:
    """Make the component from a model folder, or from the shipped model."""
    tagger = None if model == _IN_MEMORY else find_model(model)
    return TaggerComponent(tagger, evidence=evidence)


def load_pipeline(
    model: Tagger | str | Path | None = None, *, names: Names = None, evidence: bool = True
) -> Language:
    """Return a spaCy pipeline that cleans, splits, protects and tags text.

    `doc._.themes`, `doc._.sentiment` and `doc.spans["personal_data"]` hold what it finds.

    Parameters
    ----------
    model : Tagger or path, optional
        Default: the model that ships with the package.
    names : Language, optional
        A trained spaCy pipeline of your own whose `ner` finds people (PERSON), in place of the
        model's finder. It is not saved with the pipeline.
    evidence : bool
        Find the sentence behind each theme; False is several times as fast.
    """
    tagger, nlp = find_model(model), text_pipeline()
    folder = str(model) if isinstance(model, str | Path) else model and _IN_MEMORY
    nlp.add_pipe(TAGGER, config={"model": folder, "evidence": evidence})
    tagging = cast("TaggerComponent", nlp.get_pipe(TAGGER))
    tagging.tagger = tagger
    finder = open_finder(tagger.names) if names is None else names
    tagging.names = cast("Redactor", nlp.get_pipe("nhs_feedback_redact")).names = finder
    return nlp


def _themes(tagger: Tagger, tags: Tags, row: int) -> dict[str, Tag]:
    found = {}
    for column, theme in enumerate(tagger.codebook.ids):
        if tags.present[row, column]:
            code = tags.polarity[row, column]
            word = POLARITY_UNKNOWN if code == UNKNOWN else POLARITIES[code]
            said = "" if tags.evidence is None else tags.evidence[row][column]
            found[theme] = Tag(word, float(tags.probability[row, column]), said)
    return found
