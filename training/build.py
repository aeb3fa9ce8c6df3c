"""Build what ships: the packed labelled comments and the default model, from this folder.

    python -m training.build

Takes about five minutes on two cores. The same files give the same model. The sentence encoder in
the model's folder is kept; `training/encoder` makes it.
"""

import gzip
import io
from dataclasses import replace
from pathlib import Path

import pandas as pd

from nhs_feedback.model.codebook import default_codebook
from nhs_feedback.model.examples import SEEN, Examples, read_examples
from nhs_feedback.model.training import fit_tagger
from training.encoder.corpus import HELD_OUT

HERE = Path(__file__).parent
LABELLED = [HERE / "comments.csv", HERE / "fragments.csv"]
PACKED = HERE.parent / "nhs_feedback" / "data" / "labelled.csv.gz"
MODEL = HERE.parent / "models" / "default"
NOT_LEARNT = ["staff_group"]


def read_labelled() -> pd.DataFrame:
    """Read both files as one table: id, text, writer, sentiment, a column a theme, `seen`."""
    tables = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in LABELLED]
    whole = pd.concat(tables, ignore_index=True).drop(columns=NOT_LEARNT)
    whole[SEEN] = whole["writer"].isin(HELD_OUT).map({True: "", False: "x"})
    return whole


def as_examples(labelled: pd.DataFrame) -> Examples:
    """Turn the table into examples, those that the encoder was tuned on marked as seen."""
    themes = default_codebook().ids
    found = read_examples(labelled, known_themes=themes, only_known=True, text_column="text")
    return replace(found, seen=(labelled[SEEN] != "").to_numpy())


def pack(table: pd.DataFrame) -> bytes:
    """Compress a table; no time stamp, so that the same table gives the same bytes."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(table.to_csv(index=False, lineterminator="\n").encode())
    return packed.getvalue()


if __name__ == "__main__":
    labelled = read_labelled()
    PACKED.write_bytes(pack(labelled))
    model = fit_tagger(as_examples(labelled), default_codebook(), seed=0, jobs=2)
    model.save(MODEL, force=True)
    print(model.scores.to_string(index=False))
