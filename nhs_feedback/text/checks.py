"""Why a person should look at a comment, or why it says nothing, from its text alone."""

import re

from nhs_feedback.tables.shape import EXCEL_ERRORS
from nhs_feedback.text.language import is_foreign
from nhs_feedback.text.welfare import may_be_at_risk

NO_TEXT = "no text"
NO_COMMENT = "no comment"
NOT_ENGLISH = "not English"
WELFARE = "welfare"
LONG = "long"
REASONS = (NO_TEXT, NO_COMMENT, NOT_ENGLISH, WELFARE, LONG)
LONG_CHARACTERS = 10_000
"""More than so many characters is no answer to a survey: a document was pasted in."""

# Answers that say nothing whatever was asked, as `_plain_words` leaves them. Not "good", "ok",
# "no problems", "everything", "not much" or "no change": these say something.
_SAYS_NOTHING = re.compile(
    r"(n_a_?)+|na|nil|nope|yes|yep|null|nan|blank|empty|pass|skip(ped)?|tb[ac]|xxx?|above"
    r"|test(ing)?(_test(ing)?)*|left_blank(_on_purpose)?|unreadable|illegible|declined|refused"
    r"|dim(_(byd|sylw|sylwadau))?|amherthnasol"  # the same in Welsh
    r"|(no_)?("  # what follows may have a "no" in front
    r"no|not(_no)?|none|same(_again)?|ditto|unknown|not_known|dunno|idk"
    r"|no_((further|other|additional|more)_)?comments?(_needed)?"
    r"|no_(answer|feedback|idea|opinion|preference|reply|response|suggestions?|views?)"
    r"|(nothing|nil|none)(_(more|else|further))?(_to_(add|say|report|comment(_on)?))?"
    r"|nothing_((comes|springs)_to_mind|in_particular|specific|whatsoever)|not_a_thing"
    r"|(nothing|none)_(that_)?i_can_think_of|(theres|there_is|isnt|there_isnt)_(nothing|any)"
    r"|(did_not|didnt)_answer|not_answered|(not_applicable|n_a)_to_me|not_applicable"
    r"|((same|see|look|as)_)+(per_)?(above|below|before|previous(ly)?(_(stated|answers?|comments?))?)"
    r"|(i_)?(dont|do_not)_know|((im|i_am)_)?(not_sure|unsure)|i_have_no_idea|(cant|hard_to)_say"
    r"|((i|id|would|i_would)_)*(prefer_not_to|rather_not)_(say|answer|comment)"
    r"|(i_)?(dont|do_not)_wish_to_(say|answer|comment)|declined_to_(say|answer|comment)"
    r"|(i_)?(cant|cannot|can_not)_(think_of_(anything|any|one)|remember)"
    r")"
)
_LONGEST = 60  # characters; whatever is longer says something

_APOSTROPHES = re.compile(r"['’]")
_NOT_WORD = re.compile(r"[\W_]+")
_FILLERS = re.compile(
    r"\b(?:thank you|thanks|ta|cheers|sorry|please|really|honestly|absolutely|at all|at present"
    r"|at the moment|at this time|this time|on this occasion|right now|for now|currently"
    r"|to be honest|tbh|for me|from me)\b"
)
_SIGNS = r"[\s!-/:-@\[-`{-~£…–—·•]*+"
_BARE = re.compile(rf"{_SIGNS}[A-Za-z0-9]?{_SIGNS}")
_FACE = re.compile(r"[:;=]['-]?[()\[\]DPpOo/\\|*3]|<3|\d\*")


def check_text(text: str) -> tuple[str, ...]:
    """Return the reasons, from ``REASONS``, to look at a cleaned comment; none if it is ordinary.

    A comment that says nothing is not asked for its language. The others are each asked whether
    someone may be at risk.
    """
    if not text.strip():
        return (NO_TEXT,)
    if len(text) <= _LONGEST and _says_nothing(text):
        return (NO_COMMENT,)
    foreign = is_foreign(text)
    marks = {
        NOT_ENGLISH: foreign,
        WELFARE: may_be_at_risk(text),
        LONG: not foreign and len(text) > LONG_CHARACTERS,
    }
    return tuple(reason for reason, holds in marks.items() if holds)


def _says_nothing(text: str) -> bool:
    if EXCEL_ERRORS.fullmatch(text.strip()):
        return True
    # A lone sign or character says nothing, but a face or an emoji does.
    if _BARE.fullmatch(text):
        return _FACE.search(text) is None
    return _SAYS_NOTHING.fullmatch(_plain_words(text)) is not None


def _plain_words(text: str) -> str:
    words = _NOT_WORD.sub(" ", _APOSTROPHES.sub("", text.lower()))
    return "_".join(_FILLERS.sub(" ", words).split())
