"""Themes and feelings in NHS staff comments about digital change, summarised by trust.

Everything here is loaded on first use, so ``import nhs_feedback`` is quick.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nhs_feedback.model.components import load_pipeline as load_pipeline
    from nhs_feedback.model.evaluation import evaluate as evaluate
    from nhs_feedback.model.explanation import explain as explain
    from nhs_feedback.model.features import TextFeatures as TextFeatures
    from nhs_feedback.model.sentiment import SentimentClassifier as SentimentClassifier
    from nhs_feedback.model.store import load_model as load_model
    from nhs_feedback.model.tagger import classify as classify
    from nhs_feedback.model.themes import ThemeClassifier as ThemeClassifier
    from nhs_feedback.model.training import train as train
    from nhs_feedback.summary.comparisons import compare as compare
    from nhs_feedback.summary.groups import summarise as summarise
    from nhs_feedback.summary.report import report as report
    from nhs_feedback.summary.trends import trends as trends
    from nhs_feedback.summary.words import distinctive_words as distinctive_words
    from nhs_feedback.text.redaction import redact as redact

__version__ = "0.1.0"

_HOME = {  # public name -> the module it lives in
    "SentimentClassifier": "model.sentiment",
    "TextFeatures": "model.features",
    "ThemeClassifier": "model.themes",
    "classify": "model.tagger",
    "compare": "summary.comparisons",
    "distinctive_words": "summary.words",
    "evaluate": "model.evaluation",
    "explain": "model.explanation",
    "load_model": "model.store",
    "load_pipeline": "model.components",
    "redact": "text.redaction",
    "report": "summary.report",
    "summarise": "summary.groups",
    "train": "model.training",
    "trends": "summary.trends",
}
__all__ = sorted(_HOME)  # noqa: PLE0605 (a list of names, made from the table above)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
