"""Comments in which someone may be at risk, and ways of speaking in which no one is."""

import pytest

from nhs_feedback.text.welfare import EXPRESSIONS, IDIOMS, may_be_at_risk

AT_RISK = [
    "I want to kill myself",
    "I have been feeling suicidal",
    "had thoughts of suicide",
    "self-harm on my break",
    "I don't want to be here any more",
    "dont want to be here anymore",
    "I do not want to be here any more",
    "I just want to end it all",
    "thinking of ending my life",
    "I would be better off dead",
    "no point in living",
    "I wish I was dead",
    "I can't go on",
    "can't see the point in living",
    "took an overdose last week",
    "my manager hit me",
    "a patient punched me in the face",
    "I was assaulted on shift",
    "I have been threatened with a knife",
    "the relatives threatened me",
    "he threatened to kill the staff",
    "being hit by patients every week",
    "sexually harassed by a consultant",
    "I am scared of my husband",
    "my partner beats me",
    "domestic abuse at home",
    "I have a safeguarding concern about bay 4",
    "a child is in danger",
    "someone will die on this ward",
    "someone is going to die",
    "a patient is going to be killed",
    "patient not breathing and no one came",
    "please help me",
    "he slapped a nurse",
    "staff abused patients",
    "spat at by a patient",
    "I don't want to live",
    "I want to die",
    "cut myself last night",
    "not safe at home",
    "I feel like ending it",
    "Suicidal.",
    "patients will die",
    "I was raped",
    "groped by a porter",
    "a resident was left in urine all night",
    "she is being hurt",
    "dont want to wake up",
    "hope i dont wake up tomorrow",
    "nothing left to live for",
    "i cant do this anymore, i want out of life",
]

NO_ONE = [
    "this system is killing me",
    "suicide by spreadsheet",
    "career suicide",
    "I could have died of shame",
    "killing time",
    "abuse of the system",
    "hit the button",
    "crash call",
    "the laptop died",
    "it hit me that nobody asked",
    "the system kicked me out",
    "being kicked off every ten minutes",
    "dying to use it",
    "my feet are killing me",
    "in danger of losing data",
    "hit hard by cuts",
    "this new form hits the spot",
    "beats paper",
    "it beats me",
    "the wifi dies at noon",
    "kill switch",
    "life threatening wait",
    "cardiac arrest",
    "safeguarding training on teams",
    "safeguarding referral form took an hour",
    "domestic abuse template is slow",
    "suicide risk assessment form",
    "assault on the senses",
    "threatened to leave",
    "threatened to take the project away",
    "attack of the forms",
    "cyber attack",
    "the ransomware attack",
    "I want to be here",
    "I don't want to be here on Sundays doing data entry",
    "end it",
    "at the end of it all, fine",
    "ending the contract",
    "stabbed in the back",
    "stab in the dark",
    "we can't go on like this",
    "going to kill the project",
    "nobody died",
    "he died at home as he wished",
    "on my deathbed",
    "dead end",
    "dead slow",
    "drop dead date",
    "bleeding edge",
    "please help us",
    "help needed",
    "punch the keys",
    "patient safety at risk",
    "wanted to die at home",
    "unsafe staffing",
    "bullied by my manager",
    "hurt feelings",
    "the update hurt us",
    "harmonise",
    "we are at breaking point",
    "the server was attacked",
    "unconscious bias training",
    "drowning in paperwork",
    "I nearly cried",
    "",
]


@pytest.mark.parametrize("text", AT_RISK)
def test_marks(text):
    assert may_be_at_risk(text)
    assert may_be_at_risk(text.upper())
    assert may_be_at_risk(f"The new system is slow. {text}. It freezes too.")


@pytest.mark.parametrize("text", NO_ONE)
def test_leaves_alone(text):
    assert not may_be_at_risk(text)
    assert not may_be_at_risk(text.upper())


def test_an_idiom_hides_no_one():
    assert may_be_at_risk("Suicide by spreadsheet. I want to kill myself")


def test_a_sentence_ends_an_expression():
    assert not may_be_at_risk("People kill. Myself I walk")


def test_the_list_is_plain_words():
    for listed in (*EXPRESSIONS.values(), IDIOMS):
        for expression in listed.split(";"):
            assert expression.replace("...", "").replace("*", "").replace("/", " ").split()
            assert set(expression) <= set(
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ9/*. \n"
            )
