"""Write a small profile, as a fund would, from the few lines that matter to a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jalon.rules.profile import Profile, load_profile

PROFILE = """name = "essai"
label = "Caf d'essai"
department = "99"
window = "registration"
tolerance = 0.01
source = "Projet d'essai"

[[territories]]
code = "nord"
label = "Nord"
communes = ["94028"]

[[territories]]
code = "sud"
label = "Sud"
communes = ["94001", "2A004"]
"""

PARAMETERS = """[quotient.ceiling]
label = "Plafond de quotient familial"
unit = "euros_per_month"

[[quotient.ceiling.values]]
from = 2020-01-01
value = 700
source = "Délibération de 2020"

[[quotient.ceiling.values]]
from = 2025-01-01
value = 800.5
source = "Délibération de 2025"
assumption = "Le montant n'est pas publié."

[family_benefits.child_pay_ceiling]
label = "Plafond de rémunération d'un enfant"
unit = "euros_per_month"

[family_benefits.child_pay_ceiling.openfisca]
parameter = "marche_travail.salaire_minimum.smic.smic_b_horaire"
times = [0.55, 169]
round = 2
source = "55 % du Smic"
"""

SEPARATION = """code = "separation"
label = "Séparation"
base = "local"
field = "parenthood"
services = ["social_work"]
valid_from = 2024-01-01
source = "Projet d'essai, § 1"
events = ["separation"]
purpose = "Aider les parents."

[[criteria]]
fact = "family_quotient"
at_most = "quotient.ceiling"

[[criteria]]
id = "home"
any = [
  { fact = "dependent_children_under_20", at_least = 1 },
  { fact = "tenure", one_of = ["owner", "other"] },
]
"""

YOUNG = """code = "young"
label = "Jeunes parents"
base = "local"
services = ["social_work", "psychology"]
valid_from = 2024-01-01
source = "Projet d'essai, § 2"
stock = true
purpose = "Aller vers les jeunes."

[[criteria]]
fact = "responsible_age"
between = [18, 24]
"""

FILES: Mapping[str, str] = {
    "profile.toml": PROFILE,
    "parameters.toml": PARAMETERS,
    "offers/separation.toml": SEPARATION,
    "offers/young.toml": YOUNG,
}


def write_profile(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write a profile's files, by their paths, and return its folder."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def profile_with(folder: Path, **changed: str) -> Profile:
    """Load the small profile with some of its files written otherwise."""
    names = {
        "profile": "profile.toml",
        "parameters": "parameters.toml",
        "separation": "offers/separation.toml",
        "young": "offers/young.toml",
    }
    given = {names[key]: text for key, text in changed.items()}
    return load_profile(str(write_profile(folder, {**FILES, **given})))
