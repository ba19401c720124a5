"""Every mistake a person makes in an offer: its file, its line, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from jalon.rules.profile import load_profile
from jalon.rules.toml_source import ProfileError
from rules.small_profiles import FILES, SEPARATION, YOUNG, write_profile


@dataclass(frozen=True)
class Mistake:
    """A profile's file with something written instead of something else.

    `at` stands on the line to be named, `says` in the sentence.
    """

    about: str
    written: str
    instead: str
    at: str
    says: tuple[str, ...]
    file: str = "offers/separation.toml"

    def __str__(self) -> str:
        return self.about.replace(" ", "-")

    @property
    def files(self) -> dict[str, str]:
        before = FILES[self.file]
        assert self.written in before
        return {**FILES, self.file: before.replace(self.written, self.instead, 1)}


def young(about: str, written: str, instead: str, at: str, *says: str) -> Mistake:
    return Mistake(about, written, instead, at, says, "offers/young.toml")


def separation(about: str, written: str, instead: str, at: str, *says: str) -> Mistake:
    return Mistake(about, written, instead, at, says)


MISTAKES = [
    # Words that do not exist, or nearly.
    separation(
        "unknown fact", "family_quotient", "family_quotien", "family_quotien", "family_quotient »"
    ),
    separation("fact resembling none", '"family_quotient"', '"zzz"', "zzz", "Possibles", "tenure"),
    separation("unknown operator", "at_most", "at_mots", "at_mots", "at_most »"),
    separation("unknown event", '["separation"]', '["séparation"]', "events", "separation »"),
    separation(
        "unknown second event",
        '["separation"]',
        '[\n  "separation",\n  "divorse",\n]',
        "divorse",
        "divorce »",
    ),
    separation("unknown service", "social_work", "socialwork", "services", "social_work »"),
    separation("unknown base", '"local"', '"locale"', "base", "local »"),
    separation("unknown field", '"parenthood"', '"parenting"', "field", "parenthood »"),
    separation("unknown key", "purpose", "purposes", "purposes", "purpose »"),
    separation(
        "unknown key of a criterion", "at_most", "sources = 1\nat_most", "sources", "source »"
    ),
    separation(
        "unknown parameter",
        "quotient.ceiling",
        "quotient.ceilling",
        "ceilling",
        "quotient.ceiling »",
    ),
    separation("unknown code", '"owner"', '"ownner"', "ownner", "owner »"),
    separation("fact key misspelt", 'fact = "fam', 'fct = "fam', "fct", "fact"),
    separation(
        "fact forgotten", 'fact = "family_quotient"\n', "", "[[criteria]]", "« fact »", "Ajoutez"
    ),
    # What must be there.
    separation("no code", 'code = "separation"\n', "", 'label = "Sé', "« code »", "Ajoutez"),
    separation("no label", 'label = "Séparation"\n', "", "code", "« label »", "Ajoutez"),
    separation("empty label", '"Séparation"', '" "', "label", "est vide", "Remplissez"),
    separation(
        "no source", 'source = "Projet d\'essai, § 1"\n', "", "code", "« source »", "Ajoutez"
    ),
    separation(
        "no purpose", 'purpose = "Aider les parents."\n', "", "code", "« purpose »", "Ajoutez"
    ),
    separation("no base", 'base = "local"\n', "", "code", "« base »", "Ajoutez"),
    separation("no date", "valid_from = 2024-01-01\n", "", "code", "« valid_from »", "Ajoutez"),
    separation(
        "no service", 'services = ["social_work"]\n', "", "code", "aucun service", "services ="
    ),
    separation("empty services", '["social_work"]', "[]", "code", "service", "services ="),
    separation(
        "no operator", 'at_most = "quotient.ceiling"\n', "", "[[crit", "opérateur", "at_most"
    ),
    # Wrong forms.
    separation("label not a text", '"Séparation"', "3", "label", "un texte entre guillemets"),
    separation(
        "date in quotes", "2024-01-01", '"2024-01-01"', "valid_from", "une date, comme 2026-10-31"
    ),
    separation("date with an hour", "2024-01-01", "2024-01-01T00:00:00", "valid_from", "une date"),
    separation("events as one text", '["separation"]', '"separation"', "events", "une liste"),
    separation(
        "services as one text", '["social_work"]', '"social_work"', "services", "une liste"
    ),
    separation("code of a fact not a text", '"owner"', "1", "tenure", "un texte"),
    separation("one_of as one text", '["owner", "other"]', '"owner"', "tenure", "une liste"),
    separation("empty one_of", '["owner", "other"]', "[]", "tenure", "Ajoutez"),
    separation("count in quotes", "at_least = 1", 'at_least = "1"', "at_least", "« 1 »"),
    separation("half a child", "at_least = 1", "at_least = 1.5", "at_least", "entier"),
    separation("count that is not a number", "at_least = 1", "at_least = nan", "at_least", "NaN"),
    separation("infinite count", "at_least = 1", "at_least = inf", "at_least", "Infinity"),
    separation("too many decimals", "at_least = 1", "at_least = 1.00001", "at_least", "quatre"),
    separation(
        "criterion not a table",
        '{ fact = "tenure", one_of = ["owner", "other"] }',
        '"tenure"',
        '"tenure"',
        "un tableau de clés",
    ),
    separation(
        "not TOML", 'base = "local"', "base = local", "base = local", "lisible", "guillemets"
    ),
    separation("key twice", "base", 'label = "X"\nbase', 'label = "X"', "lisible", "deux fois"),
    # Amounts and units.
    separation(
        "amount written in the rule",
        '"quotient.ceiling"',
        "800",
        "at_most",
        "paramètre daté",
        "parameters.toml",
    ),
    separation(
        "unit mismatch",
        "family_quotient",
        "gross_income_n2",
        "at_most",
        "euros_per_year",
        "euros_per_month",
        "même unité",
    ),
    young("age against a parameter", "[18, 24]", '[18, "quotient.ceiling"]', "between", "years"),
    young("bounds reversed", "[18, 24]", "[24, 18]", "between", "Échangez"),
    young("one bound", "[18, 24]", "[18]", "between", "[minimum, maximum]"),
    young("three bounds", "[18, 24]", "[18, 20, 24]", "between", "[minimum, maximum]"),
    young("between as text", "[18, 24]", '"18-24"', "between", "une liste"),
    young("age beyond any life", "[18, 24]", "[18, 5000]", "between", "5000"),
    # Operators and their facts.
    separation("order on a code", 'one_of = ["owner", "other"]', 'below = "owner"', "below", "is"),
    young("list of ages", "between = [18, 24]", "one_of = [18, 24]", "one_of", "between"),
    young(
        "two operators", "between = [18, 24]", "at_least = 1\nbelow = 25", "at_least", "un seul"
    ),
    separation("two forms", "any = [", 'fact = "rsa"\nany = [', "[[criteria]]\nid", "fact, all"),
    separation(
        "unknown boolean",
        '"tenure", one_of = ["owner", "other"]',
        '"has_spouse", is = "oui"',
        "oui",
        "true",
    ),
    # Groups and ids.
    separation(
        "empty any",
        SEPARATION[SEPARATION.index("any = [") :],
        "any = []\n",
        "any",
        "Ajoutez",
    ),
    separation(
        "not is a list",
        SEPARATION[SEPARATION.index("any = [") :],
        'not = [{ fact = "rsa", is = "none" }]\n',
        "not",
        "un tableau",
    ),
    separation(
        "same id twice", 'id = "home"', 'id = "family_quotient"', "[[criteria]]\nid", "id »"
    ),
    separation(
        "same fact twice in a group",
        '"tenure", one_of = ["owner", "other"]',
        '"dependent_children_under_20", at_least = 3',
        "at_least = 3",
        "« id »",
    ),
    separation("id of the event", 'id = "home"', 'id = "event"', "[[criteria]]\nid", "« id »"),
    separation("id with a slash", 'id = "home"', 'id = "a/b"', "[[criteria]]\nid", "lettres"),
    # Triggers.
    separation("two triggers", "events", "stock = true\nevents", "code", "un seul"),
    separation("no trigger", 'events = ["separation"]\n', "", "code", "stock = true"),
    separation("no event in the list", '["separation"]', "[]", "events", "Nommez-en un"),
    young("stock false", "stock = true", "stock = false", "stock", "true"),
    young("event fact in stock", "responsible_age", "age_at_death", "age_at_death", "« events »"),
    young(
        "event kind in stock",
        '"responsible_age"\nbetween = [18, 24]',
        '"event_kind"\nis = "birth"',
        "event_kind",
        "« events »",
    ),
    young(
        "stock without criteria", YOUNG[YOUNG.index("[[criteria]]") :], "", "code", "[[criteria]]"
    ),
    # Dates.
    separation(
        "ends before it starts",
        "valid_from = 2024-01-01",
        "valid_from = 2024-01-01\nvalid_until = 2023-12-31",
        "valid_until",
        "Corrigez",
    ),
    separation(
        "in force before its parameter",
        "2024-01-01",
        "2019-01-01",
        "valid_from",
        "2019-01-01",
        "quotient.ceiling",
        "parameters.toml",
    ),
    # The file.
    separation(
        "file and code differ", '"separation"\nlabel', '"divorce"\nlabel', "code", "même nom"
    ),
]


def line_of(text: str, at: str) -> int:
    return text[: text.index(at)].count("\n") + 1


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_a_mistake_is_refused_with_its_place_and_what_to_do(
    tmp_path: Path, mistake: Mistake
) -> None:
    folder = write_profile(tmp_path, mistake.files)

    with pytest.raises(ProfileError) as refused:
        load_profile(str(folder))

    sentence = str(refused.value)
    line = line_of(mistake.files[mistake.file], mistake.at)
    assert sentence.startswith(f"{folder / mistake.file}, ligne {line} : ")
    for words in mistake.says:
        assert words in sentence
    assert "\n" not in sentence
    assert sentence[-1] in ".?"


def test_the_small_profile_itself_is_accepted(tmp_path: Path) -> None:
    profile = load_profile(str(write_profile(tmp_path)))

    assert [offer.code for offer in profile.offers] == ["separation", "young"]
