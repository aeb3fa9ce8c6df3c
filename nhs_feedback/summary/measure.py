"""What every table about groups is made of: the counts, and how far their model errs on shares."""

import warnings
from pathlib import Path

import pandas as pd

from nhs_feedback.errors import FeedbackWarning
from nhs_feedback.model.codebook import Codebook
from nhs_feedback.model.share_error import as_measured_now
from nhs_feedback.model.store import find_model
from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.counts import Counts, count_tags
from nhs_feedback.summary.estimation import CALIBRATED, Method
from nhs_feedback.summary.grouping import Grouping


def counts_and_error(
    tagged: pd.DataFrame,
    grouping: Grouping,
    method: Method,
    model: Tagger | str | Path | None,
    id_column: str | None,
) -> tuple[Counts, pd.DataFrame | None, Codebook]:
    """Count a tagged table's tags, and find how far its model errs, and its codebook."""
    tagger = find_model(model)
    counts = count_tags(tagged, grouping, codebook=tagger.codebook, id_column=id_column)
    return counts, known_error(counts, tagger, method), tagger.codebook


def known_error(counts: Counts, tagger: Tagger, method: Method = CALIBRATED) -> pd.DataFrame | None:
    """Return how far the tags' model errs on shares, or warn that it is not known.

    None where tags are to be counted.
    """
    if method != CALIBRATED:
        return None
    error = tagger.training.share_error
    made_by = {signature.split()[-1] for signature in counts.models}
    if error is None:
        reason = f"the error of model {tagger.signature} on shares was not measured; train it again"
        reason += ", on comments of ten writers (column `writer`) or more"
    elif made_by - {tagger.fingerprint[:8]}:
        reason = f"the table was not tagged by model {tagger.signature}; name the one that did"
    elif "usual" not in error:
        warnings.warn(
            f"model {tagger.signature} was measured by an earlier version, which says less of its "
            "error: intervals are rough; train it again",
            FeedbackWarning,
            stacklevel=3,
        )
        return as_measured_now(error)
    else:
        return error
    warnings.warn(f"tags are counted, not calibrated: {reason}", FeedbackWarning, stacklevel=3)
    return None
