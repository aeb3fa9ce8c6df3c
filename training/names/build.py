"""Train the finder of names and put it into the default model.

    python training/names/build.py

Takes about four minutes on two cores. The same files and seed give the same finder.
"""

import argparse
import hashlib
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import spacy
from carriers import read_carriers
from generate import Extent, Generator, Marked, _items, read_others
from people import read_groups
from spacy.language import Language
from spacy.training import Example
from spacy.util import compounding, fix_random_seed, minibatch

from nhs_feedback.model.store import load_model
from nhs_feedback.text.lexicon import Lexicon
from nhs_feedback.text.names import PERSON, NameFinder, blank_finder, open_finder, pack_finder

HERE = Path(__file__).parent
MODEL = HERE.parents[1] / "models" / "default"
SEED = 0
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Short forms that announce a number or an address, and that no word list has.
_SHORT = """tel mob fax ext extn dect mrn chi gmc nmc hcpc gphc pals dob hosp insta fb snapchat
tiktok linkedin url www http https com org uk wks hrs mins pts pt pls plz tbh imo thx govt dept
approx appt appts meds macro macros admin vpn smartcard wifi config"""
# Contractions without their sign, halves of hyphened words, sounds, and what dictionaries lack.
_SLIPS = """im ive id il ill youre theyre thats dont cant wont hes shes weve theyve isnt arent wasnt
didnt doesnt couldnt wouldnt shouldnt hasnt havent hadnt whats heres theres whos hmm hm meh ugh argh
grr pfft tut eh aye och nae dinnae cannae wasnae didnae isnae tae fae yer oor innit summat nowt owt
aint tho altho cos coz cuz thru deg para ordinator ordinators ops op endpoint endpoints hotdesk
hotdesking dongle dongles sim sims app apps wifi login logins logon passcode passcodes touchscreen
smartcards pathology haematology paediatrics ketogenic plinth plinths clopixol pgd pgds enp enps anp
anps hca hcas cns teledermatology telehealth timestamp timestamps onboarding workaround workarounds
rollout rollouts golive dropdown dropdowns popup popups username usernames reboot reboots rebooted
helpdesk servicedesk handheld handhelds laptop laptops printouts barcode barcodes unsubscribe"""
_CONTEXT = 2500  # words that the finder tells apart
# One name, and one other word, in so many is kept out of the lists while training: a word that no
# list holds is then as often one as the other.
_FORGOTTEN = 4
_WORDS_FORGOTTEN = 8


def corpus_words() -> tuple[Counter[str], Counter[str]]:
    """Count the corpus's words in small letters, and those with capitals that are no name."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for carrier in read_carriers():
        named = {i for start, end in carrier.names for i in range(start, end)}
        for match in _WORD.finditer(carrier.text):
            if match.start() not in named:
                word = re.sub(r"['’]s$", "", match[0])
                (small if word[0].islower() else capital)[word.lower()] += 1
    return small, capital


def build_lexicon(context: frozenset[str]) -> Lexicon:
    """Gather the lists of words."""
    groups = read_groups()
    curated = {name.lower() for g in groups for name in (*g.often_given, *g.often_surnames)}
    given = {part.lower() for g in groups for name in g.given for part in name.split()}
    surnames = {part.lower() for g in groups for name in g.surnames for part in name.split()}
    small, capital = corpus_words()
    words = set((HERE / "words.txt").read_text("utf-8").split())
    words |= {word for word, count in small.items() if count > 1 or word not in given | surnames}
    words |= set(_SHORT.split())
    others = {
        part.lower().rstrip("'’")
        for kind in read_others().values()
        for item in _items(kind)
        for part in _WORD.findall(item)
    }
    others |= {re.sub(r"['’]s$", "", word) for word in others}
    others |= set(capital) - words - given - surnames
    # A word in daily use is a name only where somebody wrote it down as one on purpose.
    common = {word for word in words if small[word] >= 3 or len(word) < 3} - curated
    common |= spacy.blank("en").Defaults.stop_words - {"will", "may", "mine"}
    return Lexicon(
        frozenset(given - common - (words - curated)),
        frozenset(surnames - common),
        frozenset(words),
        frozenset(others),
        context,
    )


def with_rare_words(lexicon: Lexicon) -> Lexicon:
    """Return the lexicon with words too rare to learn from, for the finished finder."""
    rare = set((HERE / "rare_words.txt").read_text("utf-8").split()) | set(_SLIPS.split())
    return replace(lexicon, words=lexicon.words | (rare - lexicon.given - lexicon.surnames))


def forgetting(lexicon: Lexicon) -> Lexicon:
    """Return the lexicon without some of its words, so that the finder learns to do without."""
    return replace(
        lexicon,
        given=_some(lexicon.given, _FORGOTTEN),
        surnames=_some(lexicon.surnames, _FORGOTTEN),
        words=_some(lexicon.words, _WORDS_FORGOTTEN),
        others=_some(lexicon.others, _FORGOTTEN),
    )


def _some(words: frozenset[str], forgotten: int) -> frozenset[str]:
    digests = {word: hashlib.sha256(word.encode()).digest()[0] for word in words}
    return frozenset(word for word, digest in digests.items() if digest % forgotten)


def context_words(texts: Iterable[Marked], lexicon: Lexicon) -> frozenset[str]:
    """Return the words most seen around names and elsewhere."""
    counts: Counter[str] = Counter()
    for text, names in texts:
        near = {i for start, end in names for i in range(start - 25, end + 25)}
        within = {i for start, end in names for i in range(start, end)}
        for match in re.finditer(r"[^\W\d_]+|['’]\w+|\S", text):
            if match.start() not in within:
                counts[match[0].lower()] += 5 if match.start() in near else 1
    people = (lexicon.given | lexicon.surnames) - lexicon.words - lexicon.others
    return frozenset([w for w, _ in counts.most_common() if w not in people][:_CONTEXT])


def examples(language: Language, texts: Iterable[Marked]) -> list[Example]:
    """Make spaCy's examples; a mark is widened to whole tokens."""
    made = []
    for text, names in texts:
        doc = language.make_doc(text)
        gold = language.make_doc(text)
        spans = [
            gold.char_span(start, end, PERSON, alignment_mode="expand") for start, end in names
        ]
        gold.ents = spacy.util.filter_spans([span for span in spans if span is not None])
        made.append(Example(doc, gold))
    return made


def train(
    language: Language, learnt: list[Example], *, passes: int, asked: Sequence[Marked]
) -> None:
    """Fit the finder, with a rate that falls to nothing."""
    optimizer = language.initialize(lambda: learnt[:2000])
    rng = random.Random(SEED)
    steps = passes * len(learnt)
    done = 0
    for number in range(passes):
        rng.shuffle(learnt)
        losses: dict[str, float] = {}
        started = time.time()
        for batch in minibatch(learnt, compounding(64, 512, 1.002)):
            optimizer.learn_rate = 0.002 * max(0.02, 1 - done / steps)
            language.update(batch, sgd=optimizer, losses=losses, drop=0.1)
            done += len(batch)
        finder = NameFinder(language, bool)
        print(
            number,
            round(losses["ner"]),
            f"{time.time() - started:.0f} s",
            score(finder, asked),
            flush=True,
        )


def score(finder: NameFinder, texts: Sequence[Marked]) -> dict[str, float]:
    """Return recall and precision of names, a name found where any of it was; and texts spoilt."""
    found = finder.find([text for text, _ in texts])
    hit = sum(
        any(_meet(one, other) for other in there)
        for (_, names), there in zip(texts, found, strict=True)
        for one in names
    )
    right = sum(
        any(_meet(one, other) for other in names)
        for (_, names), there in zip(texts, found, strict=True)
        for one in there
    )
    bare = [there for (_, names), there in zip(texts, found, strict=True) if not names]
    return {
        "recall": round(hit / sum(len(names) for _, names in texts), 4),
        "precision": round(right / max(1, sum(map(len, found))), 4),
        "nameless texts marked": round(sum(map(bool, bare)) / len(bare), 4),
    }


def _meet(one: Extent, other: Extent) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def read_check() -> list[Marked]:
    """Read the texts written by hand; in `{Dr Bose|Bose}` what stands after the bar is the name."""
    texts = []
    for line in (HERE / "check.txt").read_text("utf-8").splitlines():
        text, names = "", []
        for piece in re.split(r"(\{[^}]*\})", line):
            shown, _, name = piece.strip("{}").partition("|")
            if piece.startswith("{"):
                start = len(text) + (shown.index(name) if name else 0)
                names.append((start, start + len(name or shown)))
            text += shown
        texts.append((text, names))
    return texts


if __name__ == "__main__":
    asked_for = argparse.ArgumentParser(description=__doc__)
    asked_for.add_argument("--texts", type=int, default=40_000)
    asked_for.add_argument("--passes", type=int, default=4)
    asked_for.add_argument("-o", "--output", type=Path, help="a file, in place of the model")
    options = asked_for.parse_args()
    fix_random_seed(SEED)
    learnt_from = list(Generator(seed=SEED, held_out=False).texts(options.texts))
    held_out = list(Generator(seed=SEED, held_out=True).texts(3000))
    full = build_lexicon(context_words(learnt_from, build_lexicon(frozenset())))
    print(
        {
            name: len(getattr(full, name))
            for name in ("given", "surnames", "words", "others", "context")
        },
        flush=True,
    )
    learner = blank_finder(forgetting(full))
    train(learner, examples(learner, learnt_from), passes=options.passes, asked=held_out)
    content = pack_finder(learner, with_rare_words(full))
    print("by hand", score(open_finder(content), read_check()), len(content), "bytes")
    if options.output:
        options.output.write_bytes(content)
    else:
        replace(load_model(MODEL), names=content).save(MODEL, force=True)
