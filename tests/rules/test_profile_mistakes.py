"""Every mistake a person makes in a profile's other files, and between its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from jalon.rules.profile import load_profile
from jalon.rules.toml_source import ProfileError
from rules.small_profiles import FILES, PARAMETERS, PROFILE, SEPARATION, write_profile


@dataclass(frozen=True)
class Mistake:
    """A file written otherwise: `at` stands on the line to be named, `says` in the sentence."""

    about: str
    file: str
    text: str
    at: str
    says: tuple[str, ...]

    def __str__(self) -> str:
        return self.about.replace(" ", "-")


def replaced(text: str, written: str, instead: str) -> str:
    assert written in text
    return text.replace(written, instead, 1)


def parameters(about: str, written: str, instead: str, at: str, *says: str) -> Mistake:
    return Mistake(about, "parameters.toml", replaced(PARAMETERS, written, instead), at, says)


def profile(about: str, written: str, instead: str, at: str, *says: str) -> Mistake:
    return Mistake(about, "profile.toml", replaced(PROFILE, written, instead), at, says)


LAST = "from = 2025-01-01"
VALUES = PARAMETERS[PARAMETERS.index("[[quotient") : PARAMETERS.index("[family_benefits.child")]

MISTAKES = [
    # Dates of parameters.
    parameters(
        "hole in dates",
        "value = 700",
        "until = 2024-11-30\nvalue = 700",
        LAST,
        "du 2024-12-01 au 2024-12-31",
        "Faites se suivre",
    ),
    parameters(
        "overlap in dates", "value = 700", "until = 2025-01-01\nvalue = 700", LAST, "chevauche"
    ),
    parameters("dates in disorder", "2025-01-01", "2019-01-01", "from = 2019", "croissante"),
    parameters(
        "same date twice",
        "2025-01-01",
        "2020-01-01",
        "from = 2020-01-01\nvalue = 800.5",
        "croissante",
    ),
    parameters(
        "ends before it starts", "value = 700", "until = 2019-01-01\nvalue = 700", "until", "avant"
    ),
    parameters(
        "date in quotes", "from = 2025-01-01", 'from = "2025-01-01"', 'from = "', "une date"
    ),
    parameters(
        "no date",
        "from = 2025-01-01\n",
        "",
        "[[quotient.ceiling.values]]\nvalue = 800.5",
        "« from »",
        "Ajoutez",
    ),
    # What must be there.
    parameters(
        "no source",
        'source = "Délibération de 2025"\n',
        "",
        "[[quotient.ceiling.values]]\nfrom = 2025",
        "« source »",
        "Ajoutez",
    ),
    parameters("empty source", '"Délibération de 2025"', '""', 'source = ""', "est vide"),
    parameters(
        "no source of the law",
        'source = "55 % du Smic"\n',
        "",
        "[family_benefits.child_pay_ceiling.openfisca]",
        "« source »",
    ),
    parameters(
        "no label",
        'label = "Plafond de quotient familial"\n',
        "",
        "[quotient.ceiling]",
        "« label »",
        "Ajoutez",
    ),
    parameters(
        "no unit", 'unit = "euros_per_month"\n', "", "[quotient.ceiling]", "« unit »", "Ajoutez"
    ),
    parameters(
        "no value", "value = 700\n", "", "[[quotient.ceiling.values]]", "« value »", "Ajoutez"
    ),
    parameters("no values at all", VALUES, "", "[quotient.ceiling]", "values", "openfisca"),
    parameters("empty values", VALUES, "values = []\n", "values", "Ajoutez"),
    # Words and forms.
    parameters(
        "unknown unit", '"euros_per_month"', '"euro_per_month"', "unit", "euros_per_month »"
    ),
    parameters("unknown key", "value = 700", "valeur = 700", "valeur", "« valeur »", "value"),
    parameters("amount in quotes", "value = 700", 'value = "700"', 'value = "700"', "un nombre"),
    parameters(
        "amount that is not a number", "value = 700", "value = nan", "value = nan", "nombre"
    ),
    parameters("infinite amount", "value = 700", "value = inf", "value = inf", "nombre"),
    parameters(
        "amount beyond any money", "value = 700", "value = 1e20", "value = 1e20", "Corrigez"
    ),
    parameters(
        "amount of a millionth",
        "value = 700",
        "value = 700.000001",
        "value = 700.000001",
        "quatre",
    ),
    parameters("true for an amount", "value = 700", "value = true", "value = true", "un nombre"),
    parameters(
        "unknown law",
        "smic_b_horaire",
        "smic_horaire",
        "parameter = ",
        "OpenFisca",
        "Vérifiez son nom",
    ),
    parameters("factor in quotes", "[0.55, 169]", '[0.55, "169"]', "times", "un nombre"),
    parameters("factors not a list", "[0.55, 169]", "169", "times", "une liste"),
    parameters("rounding not whole", "round = 2", "round = 0.5", "round", "un nombre entier"),
    parameters(
        "values and law at once",
        "[family_benefits.child_pay_ceiling.openfisca]",
        "values = []\n[family_benefits.child_pay_ceiling.openfisca]",
        "[family_benefits.child_pay_ceiling]",
        "une seule",
    ),
    parameters("not TOML", "value = 700", "value = 7OO", "value = 7OO", "lisible"),
    # The profile itself.
    profile("unknown key", "department", "departement", "departement", "department »"),
    profile("no name", 'name = "essai"\n', "", "label", "« name »", "Ajoutez"),
    profile("no label", 'label = "Caf d\'essai"\n', "", "name", "« label »", "Ajoutez"),
    profile("no source", 'source = "Projet d\'essai"\n', "", "name", "« source »", "Ajoutez"),
    profile("no window", 'window = "registration"\n', "", "name", "« window »", "Ajoutez"),
    profile("unknown window", '"registration"', '"registred"', "window", "registration »"),
    profile("tolerance in percent", "0.01", "5", "tolerance", "de 0 à 1"),
    profile("negative tolerance", "0.01", "-0.01", "tolerance", "de 0 à 1"),
    profile("tolerance in quotes", "0.01", '"1 %"', "tolerance", "un nombre"),
    profile("tolerance that is not a number", "0.01", "nan", "tolerance", "de 0 à 1"),
    profile(
        "commune in two territories",
        '["94001", ',
        '["94028", ',
        '["94028", "2A',
        "nord",
        "un seul",
    ),
    profile("commune without quotes", '["94001", ', "[94001, ", "communes = [94001", "guillemets"),
    profile(
        "territory without a code",
        'code = "sud"\n',
        "",
        '[[territories]]\nlabel = "Sud"',
        "« code »",
    ),
    profile(
        "territory without a label",
        'label = "Sud"\n',
        "",
        '[[territories]]\ncode = "sud"',
        "« label »",
    ),
    profile("unknown key of a territory", 'label = "Sud"', 'nom = "Sud"', "nom", "« nom »"),
    profile(
        "abstract not a boolean",
        "tolerance",
        'abstract = "non"\ntolerance',
        "abstract",
        "true ou false",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_a_mistake_is_refused_with_its_place_and_what_to_do(
    tmp_path: Path, mistake: Mistake
) -> None:
    folder = write_profile(tmp_path, {**FILES, mistake.file: mistake.text})

    with pytest.raises(ProfileError) as refused:
        load_profile(str(folder))

    sentence = str(refused.value)
    line = mistake.text[: mistake.text.index(mistake.at)].count("\n") + 1
    assert sentence.startswith(f"{folder / mistake.file}, ligne {line} : ")
    for words in mistake.says:
        assert words in sentence
    assert "\n" not in sentence
    assert sentence[-1] in ".?"


def refusal(folder: Path) -> str:
    with pytest.raises(ProfileError) as refused:
        load_profile(str(folder))
    sentence = str(refused.value)
    assert "\n" not in sentence
    return sentence


def test_a_file_saved_in_another_encoding_is_refused_at_its_line(tmp_path: Path) -> None:
    folder = write_profile(tmp_path)
    (folder / "offers/separation.toml").write_bytes(SEPARATION.encode("cp1252"))

    sentence = refusal(folder)

    assert sentence.startswith(f"{folder / 'offers/separation.toml'}, ligne 2 : ")
    assert "UTF-8" in sentence


def test_a_folder_without_profile_toml_is_refused(tmp_path: Path) -> None:
    write_profile(tmp_path, {"offers/separation.toml": SEPARATION})

    sentence = refusal(tmp_path)

    assert str(tmp_path) in sentence
    assert "profile.toml" in sentence


def test_a_name_that_is_no_profile_is_refused_with_the_nearest() -> None:
    with pytest.raises(ProfileError, match="Vouliez-vous dire « val-de-marne »"):
        load_profile("val-de-marn")


def test_a_profile_that_serves_as_a_base_does_not_apply_alone() -> None:
    with pytest.raises(ProfileError, match="base"):
        load_profile("national")


def test_a_fact_whose_parameter_is_not_defined_is_refused(tmp_path: Path) -> None:
    rule = SEPARATION.replace("dependent_children_under_20", "dependent_children_housing")
    kept = PARAMETERS[: PARAMETERS.index("[family_benefits")]
    folder = write_profile(
        tmp_path, {**FILES, "offers/separation.toml": rule, "parameters.toml": kept}
    )

    sentence = refusal(folder)

    line = rule[: rule.index("dependent_children_housing")].count("\n") + 1
    assert f"separation.toml, ligne {line} : " in sentence
    assert "family_benefits.child_pay_ceiling" in sentence


VERSION = SEPARATION.replace("2024-01-01", "2026-01-01")


@pytest.mark.parametrize(
    ("until", "accepted"),
    [("", False), ("valid_until = 2026-01-01\n", False), ("valid_until = 2025-12-31\n", True)],
)
def test_two_versions_of_an_offer_do_not_overlap(
    tmp_path: Path, until: str, *, accepted: bool
) -> None:
    first = SEPARATION.replace("source =", f"{until}source =", 1)
    files = {"offers/separation.toml": first, "offers/separation@2026.toml": VERSION}
    folder = write_profile(tmp_path, {**FILES, **files})
    if accepted:
        assert len(load_profile(str(folder)).offers) == 3
        return

    sentence = refusal(folder)

    assert sentence.startswith(f"{folder / 'offers/separation@2026.toml'}, ligne 6 : ")
    assert "valid_until" in sentence


def test_of_three_versions_the_one_that_overlaps_is_named(tmp_path: Path) -> None:
    second = VERSION.replace("source =", "valid_until = 2026-12-31\nsource =", 1)
    third = SEPARATION.replace("2024-01-01", "2027-01-01")
    files = {
        "offers/separation@2026.toml": f"# Version de 2026\n{second}",
        "offers/separation@2027.toml": third,
    }
    folder = write_profile(tmp_path, {**FILES, **files})

    assert refusal(folder).startswith(f"{folder / 'offers/separation@2026.toml'}, ligne 7 : ")
