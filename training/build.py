"""Build what ships: the packed labelled comments and the default model, from this folder.

    python training/build.py

Takes about two minutes on two cores. The same files give the same model.
"""

import gzip
import io
from pathlib import Path

import pandas as pd

from nhs_feedback.model.training import train

HERE = Path(__file__).parent
LABELLED = [HERE / "comments.csv", HERE / "fragments.csv"]
PACKED = HERE.parent / "nhs_feedback" / "data" / "labelled.csv.gz"
MODEL = HERE.parent / "models" / "default"
NOT_LEARNT = ["staff_group"]


def read_labelled() -> pd.DataFrame:
    """Read both files as one table: id, text, writer, sentiment, a column a theme."""
    tables = [pd.read_csv(path, dtype=str, keep_default_na=False) for path in LABELLED]
    return pd.concat(tables, ignore_index=True).drop(columns=NOT_LEARNT)


def pack(table: pd.DataFrame) -> bytes:
    """Compress a table; no time stamp, so that the same table gives the same bytes."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9, mtime=0) as file:
        file.write(table.to_csv(index=False, lineterminator="\n").encode())
    return packed.getvalue()


if __name__ == "__main__":
    labelled = read_labelled()
    PACKED.write_bytes(pack(labelled))
    model = train(labelled, from_scratch=True, seed=0, jobs=2)
    model.save(MODEL, force=True)
    print(model.scores.to_string(index=False))
