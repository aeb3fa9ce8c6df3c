import csv
from pathlib import Path

import pytest

from nhs_feedback.text import language
from nhs_feedback.text.language import is_foreign

SHARED = Path(__file__).parents[3] / "shared"

ENGLISH = [
    "Third system in ten years. Nobody asked the wards.",
    "NPfIT, then Lorenzo, then EPR, now this",
    "TTOs PACS ICE RIS all separate logins",
    "Big bang, big mess",
    "Printers. Passwords. Parking.",
    "Nurse Agnieszka Kowalczyk lovely",
    "Dr Oluwaseun Adebayo-Ogunleye superb",
    "Ysbyty Glan Clwyd ward brilliant",
    "Betsi Cadwaladr, Cwm Taf Morgannwg",
    "Cannae log in tae the system, nae use tae onybody",
    "paracetamol amoxicillin omeprazole",
    "asdfghjkl qwertyuiop",
    "aaaaaaaaaaaaaaaargh",
    "eRostering, eLearning, eObs, eConsent",
    "déjà vu",
    "½ £5",
]

FOREIGN = [
    "Mae'r system newydd yn araf iawn.",
    "Dim digon o hyfforddiant.",
    "mae angen mwy o staff",
    "Doedd neb wedi gofyn i'r nyrsys.",
    "System jest bardzo wolny i często się zawiesza.",
    "Nikt nas nie zapytał o zdanie",
    "Sistemul este foarte lent și se blochează des.",
    "prea multe parole si prea putine calculatoare",
    "ਨਵਾਂ ਸਿਸਟਮ ਬਹੁਤ ਹੌਲੀ ਹੈ।",
    "ਚੰਗਾ",
    "Le système est très lent et personne ne nous a demandé notre avis.",
    "Il faut plus d'ordinateurs",
    "O sistema é muito lento e ninguém nos perguntou nada.",
    "Falta de formação para o pessoal da noite.",
    "EL SISTEMA ES MUY LENTO",
    "Mabagal ang sistema at laging nagloloko",
    "النظام بطيء جدا",
    "系统太慢了",
]

UNSURE = ["Dim byd", "Dobrze", "Très bien", "café", "hasta", "", "123", "\U0001f44d", "ਨ"]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_not_foreign(text):
    assert not is_foreign(text)


@pytest.mark.parametrize("text", FOREIGN)
def test_foreign(text):
    assert is_foreign(text)


@pytest.mark.parametrize("text", UNSURE)
def test_too_short_to_be_sure(text):
    assert not is_foreign(text)


def test_plain_english_does_not_load_the_model():
    language._identifier.cache_clear()
    assert not is_foreign("The system is slow and nobody asked the wards.")
    assert language._identifier.cache_info().misses == 0


def test_the_model_is_loaded_once():
    language._identifier.cache_clear()
    assert is_foreign(FOREIGN[0])
    assert is_foreign(FOREIGN[1])
    assert language._identifier.cache_info().misses == 1


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("corpus/comments.csv", "text"),
        ("corpus/fragments.csv", "text"),
        ("data/nhs_patient_feedback.csv", "FFT answer"),
    ],
)
def test_false_alarms_are_under_one_in_a_thousand(file, column):
    if not (SHARED / file).exists():
        pytest.skip(f"../shared/{file} is not here")
    with (SHARED / file).open(encoding="utf-8", newline="") as rows:
        alarms = [is_foreign(row[column]) for row in csv.DictReader(rows)]
    assert sum(alarms) < len(alarms) / 1000
