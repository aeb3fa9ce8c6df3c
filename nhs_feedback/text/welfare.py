"""Expressions that mark a comment in which someone may be at risk: a net with holes.

The list is meant to be read and argued with. Expressions stand between semicolons. "/" stands
between words of which any will do, "*" for any ending, "..." for up to three words, and a name in
capitals for a row of ``WORDS``. Case, apostrophes and hyphens do not matter, nor whether it says
"do not" or "don't". It leans to marking: a comment read in vain costs a minute.
"""

import re

from nhs_feedback.text.identifiers.cues import folded

WORDS = {
    "SELF": "myself/himself/herself/themselves/themself/yourself/ourselves/oneself",
    "ONES": "my/his/her/their/your/our/own",
    "SOMEONE": "me/him/her/them/us/nurse/nurses/doctor/doctors/staff/colleague/colleagues/patient"
    "/patients/child/children/baby/wife/husband/mum/resident/residents/hca/porter/receptionist",
    "PERSON": "someone/somebody/people/patient/patients/person/child/children/baby/babies/woman/man"
    "/women/resident/colleague/i/he/she/they/we",
    "ABOUT": "prevention/awareness/policy/policies/training/module/template/form/forms"
    "/flag/screen/tool"
    "/questionnaire/pathway/tab/box/assessment/assessments/statistics/alarm/alarms"
    "/referral/question"
    "/questions/research/team/lead/service/services/rates/reduction/incidents",
    "GOT": "get/gets/got/getting/been/being/was/were",
    "SCARED": "scared/afraid/frightened/terrified",
    "THING": "service/services/system/systems/server/servers/trust/site/network/computers",
    "HIT": "hit/hits/hitting/punch/punched/punches/punching/slap/slapped/slaps/slapping/kicked"
    "/kicking/strangled/strangling/strangles/choked/attacked/attacks/attacking/stabbed/stabbing"
    "/beaten/beats/beating/headbutted/raped/groped/groping/molested/abused/abuses/abusing"
    "/assaulted/assaulting/spat/spit",
}

EXPRESSIONS = {
    "suicide and self-harm": """
suicid*; sucid*; suicde; suiside; self harm*; selfharm*; self injur*;
kill/kills/killed/killing/kil SELF; hurt/hurts/hurting/harm/harming/harmed SELF;
cut/cutting/cuts/hang/hanged/hung/hanging/drown/drowning/poison/poisoned SELF; od on;
end/ending/ended/take/taking/took/taken ONES life/lives; taken/took/take ONES own life;
end it all; feel/feeling like ending it; thought/thinking of/about ending it; ending it all;
ended it all; end it tonight; end things for good;
dont/didnt/doesnt/not/longer want/wants/wanted/wanting to be here any more/longer;
dont/didnt/doesnt/not/longer want/wants/wanted/wanting to be here anymore;
dont/didnt/doesnt/not/longer want/wants/wanted to live; dont/didnt/doesnt want/wants to be alive;
want/wants/wanted/wanna to be dead; want/wants/wanted to die; wanna die; ready to die;
dont/didnt want to wake up; wish/wished/wishing i was/were dead; wish i was/were never born;
want out of life; wish/wished/hope/hoped i ... not wake up; wish/wished i wasnt here/alive;
hope/hoping/hoped/wish i dont/wouldnt/wont/didnt wake up; not wake/waking up tomorrow;
better off dead; better off without me; rather be dead; as well be dead; nothing ... to live for;
no reason to live/be/carry/go; point in/of living/life; point in/of being here/alive;
no point living; life ... not worth living; not worth living; tired of living/life; i cant go on;
dont want to go on/carry on living; took/taken/take/taking an overdose; overdosed on purpose;
planning/plan to overdose; jump/jumped/jumping off ... bridge/roof;
jump/jumped/jumping in front of ... train/trains; driving/drive/drove ... into a tree/wall/lorry;
thoughts/thinking of/about dying/death
""",
    "abuse, assault and threats": """
sexual/sexually assault*; sexual/sexually abus*; sexual/sexually harass*; assault*; rape; raped;
raping; rapist; molested; groped; groping; indecent assault/exposure; domestic abuse;
domestic violence; coercive control; honour based; child/elder abuse;
physical/emotional/verbal/racial/racist/financial/homophobic abuse; violent towards/to;
physically/emotionally/verbally/racially abus*; abuse/abused/abusing/abuses SOMEONE;
abuse from patients/relatives/public/families/visitors/manager/colleagues; abused by; HIT SOMEONE;
HIT a/my/our/the SOMEONE; HIT one of ...; spat/spit at/on/in;
GOT hit/punched/slapped/kicked/strangled/attacked/stabbed/beaten/abused/groped/threatened;
GOT stalked/spat;
hits/beats/hurts/beat me/her/him/them/us up; beaten/beat up; hits/hurts/beats me/her/him;
hurting/hurts/hurt you/me/her/him at home; threw/throws/thrown ... at me/her/him/staff;
threaten/threatened/threatening/threatens SOMEONE; threaten* ... with a knife/gun/weapon;
threaten/threatened/threatens/threatening to kill/hurt/hit/stab/attack/find/burn;
threaten* a/my/our/the SOMEONE; death threat/threats; threats to kill; threats of violence;
with a knife/gun/machete; has/had/pulled/carrying a knife/gun/weapon; held hostage;
SCARED of ONES husband/partner/wife/boyfriend/ex/manager/dad/father/boss/son/colleague;
SCARED to go home; not safe/unsafe at home; dont feel safe at home;
stalking/stalked/stalks/stalker; trafficked; fgm;
safeguarding concern/concerns/issue/issues/alert/incident/harm/risk/matter; at risk of abuse;
rough/roughly handled; handled ... roughly;
neglected/neglecting ... patient/patients/resident/residents; left in ... urine/faeces/soiled
""",
    "someone in danger now": """
in danger; in immediate danger/risk; danger to SELF/others; in grave danger;
PERSON will/could/may/might die; PERSON will/could be/get killed/harmed/hurt;
PERSON is/are/am/was going to die; PERSON is/are going to be/get killed/harmed/hurt;
PERSON gonna die; someone/somebody dies; kill/kills/killing someone/somebody/patients/people;
kill/kills/killing a/my/our SOMEONE; life/lives is/are at risk; life/lives at risk; risking lives;
risk to life; fear for ONES life/safety/lives; not breathing; stopped breathing;
is/are/lying/found unconscious; bleeding to death; bleeding out; please help me/him/her;
help me please; need/needs help now/urgently/immediately; someone please help; call 999 now;
call the police; missing patient; patient ... gone missing; has/have/had stopped eating;
not had ... insulin today; no one is watching ONES; is being hurt; are being hurt
""",
}

# Ways of speaking, and of speaking about the work, that mean no one.
IDIOMS = """
suicide by; career/commercial/political/professional/financial/digital/social suicide;
suicide/harm/assault/abuse/violence ABOUT; suicide/harm/assault/abuse/violence risk ABOUT;
kill/killing/killed SELF laughing; want/wants/wanted to die at/in/with/here; assault course;
it/that/this/then/really hit me/us; it/that/what beats me;
GOT kicked out/off;
THING was/were/been attacked;
hit me that/with/up/hard; hit us hard/with;
kicked/kicking/kicks me/us/him/her/them/staff/people/everyone out/off/back/from; in danger of;
abuse/abused/abusing/abuses of/the/this/our system/systems/process/trust/privilege/power/position;
abuse/abused/abusing the/this/our/its; assault on the/our senses/ears/eyes/intelligence/time;
stabbed ... in the back; beat me to; attacked ... by hackers;
threatening letter/letters/email/emails; threatened with ... redundancy/closure/cuts;
with a knife and fork; kill/killing people with; would die without; will die without;
could die of shame; could/would/may/might die of/laughing/from embarrassment/boredom/shame/cringe;
die of shame; please help me understand/find/with; help me please with;
life/lives at risk assessment
"""

_SPACE = r"[^\w.!?]{1,3}"
_APOSTROPHES = re.compile(r"['’`]")
_NOT = re.compile(r"\b(can|do|did|does) ?not\b")


def may_be_at_risk(text: str) -> bool:
    """Say whether a text holds one of ``EXPRESSIONS`` outside of ``IDIOMS``."""
    plain = _APOSTROPHES.sub("", folded(text))
    if "not" in plain:
        plain = _NOT.sub(r"\1nt", plain)
    if _AT_RISK.search(plain) is None:
        return False
    return _AT_RISK.search(_IDIOM.sub(".", plain)) is not None


def _compiled(expressions: str) -> re.Pattern[str]:
    # Ordered by first letter, so that one look dismisses most of them.
    by_letter: dict[str, list[str]] = {}
    for expression in expressions.split(";"):
        first, *others = expression.replace("... ", "...").split()
        rest = "".join(map(_next_word, others))
        for word in _choices(first):
            by_letter.setdefault(word[0], []).append(word[1:] + rest)
    branches = (f"{letter}(?:{'|'.join(ways)})" for letter, ways in by_letter.items())
    return re.compile(rf"\b(?:{'|'.join(branches)})(?!\w)")


def _next_word(word: str) -> str:
    between = rf"(?:{_SPACE}\w{{1,20}}+){{0,3}}?" if word.startswith("...") else ""
    return f"{between}{_SPACE}(?:{'|'.join(_choices(word.removeprefix('...')))})"


def _choices(word: str) -> list[str]:
    return WORDS.get(word, word).replace("*", r"\w{0,20}").split("/")


_AT_RISK = _compiled(";".join(EXPRESSIONS.values()))
_IDIOM = _compiled(IDIOMS)
