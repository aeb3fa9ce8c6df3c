from dataclasses import replace

import pandas as pd

from nhs_feedback.model.tagger import Tagger
from nhs_feedback.summary.counts import count_tags
from nhs_feedback.summary.grouping import Grouping
from nhs_feedback.summary.likeness import comments_to_read, how_unlike

USUAL = {"unknown_words": 0.02, "most_unknown_words": 0.05, "most_distant_mix": 3.0}


def reasons(tagged: pd.DataFrame, model: Tagger, **usual: float) -> list[str]:
    known = replace(model, training=replace(model.training, usual_text=USUAL | usual))
    counts = count_tags(tagged, Grouping(("trust",)), codebook=model.codebook)
    return how_unlike(counts, known, comments_to_read(tagged, known))


def test_each_way_of_being_unlike_is_told_with_its_figures(
    many_tagged: pd.DataFrame, model: Tagger
) -> None:
    usual = reasons(many_tagged, model, most_unknown_words=1, most_distant_mix=1e9)
    strange = many_tagged.assign(
        comment=[f"zq{n} xk{n}" for n in range(len(many_tagged))],
        check="unsure",
        **{name: 0.9 for name in many_tagged if name.endswith("_p")},
    )
    unsure, unknown, mix = reasons(strange, model)
    assert unsure == "the tags of 100% of comments are unsure (10% in training)"
    assert unknown.startswith(
        "100.0% of words are new to the model (in training 2.0% of a writer's"
    )
    assert unknown.endswith(", at most 5.0%)")
    assert mix.startswith("scores are shifted: the mix of themes is ")
    assert mix.endswith(" (at most 3 times in training)")
    assert not [text for text in usual if "unsure" not in text]


def test_little_or_nothing_to_tell_by(many_tagged: pd.DataFrame, model: Tagger) -> None:
    few = many_tagged.head(20).assign(comment="zq xk", check="unsure")
    assert reasons(few, model, most_distant_mix=0) == []
    assert reasons(many_tagged.head(0), model) == []
    counts = count_tags(many_tagged, Grouping(()), codebook=model.codebook)
    old = replace(model, training=replace(model.training, usual_text={}))
    assert [r for r in how_unlike(counts, old, ["zq"] * 60) if "unsure" not in r] == []


def test_comments_are_read_masked_from_all_over_the_file(
    many_tagged: pd.DataFrame, model: Tagger
) -> None:
    long = pd.concat([many_tagged] * 6, ignore_index=True)
    long["comment"] = [f"ring 07700 900123 about {n}" for n in range(len(long))]
    long.loc[0, "check"] = "no text"
    found = comments_to_read(long, model)
    assert len(found) == 500
    assert found[0].endswith("about 1")
    assert found[-1].endswith(f"about {len(long) - 1}")
    assert not [text for text in found if "900123" in text]
    assert comments_to_read(many_tagged.drop(columns="comment"), model) == []
