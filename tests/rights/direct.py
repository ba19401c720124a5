"""OpenFisca-France asked directly, as its own documentation does: by names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from openfisca_core.simulations import SimulationBuilder

from jalon.rights.legislation import legislation
from jalon.rights.situation import (
    Disability,
    Income,
    Leave,
    Occupation,
    Person,
    Relation,
    Situation,
    Tenure,
    Union,
)
from jalon.rules.calendar import add_months

_VARIABLES: Final = {
    Income.SALARY: "salaire_net",
    Income.UNEMPLOYMENT: "chomage_net",
    Income.PENSION: "retraite_nette",
    Income.DISABILITY_PENSION: "pensions_invalidite",
    Income.SICK_PAY: "indemnites_journalieres_maladie",
    Income.CHILD_SUPPORT: "pensions_alimentaires_percues",
}
_TAXED: Final = {
    Income.SALARY: ("salaire_imposable", 1 + (0.024 + 0.005) * 0.9825 / 0.78),
    Income.UNEMPLOYMENT: ("chomage_imposable", 1.0),
    Income.PENSION: ("retraite_imposable", 1.0),
}
_OCCUPATIONS: Final = {
    Tenure.PRIVATE_TENANT: "locataire_vide",
    Tenure.SOCIAL_TENANT: "locataire_hlm",
    Tenure.OWNER: "proprietaire",
    Tenure.OWNER_WITH_LOAN: "primo_accedant",
    Tenure.HOSTED: "loge_gratuitement",
}
_MARITAL: Final = {Union.MARRIED: "marie", Union.CIVIL_UNION: "pacse"}
_RATES: Final = {Disability.NONE: 0.0, Disability.FROM_50: 0.5, Disability.FROM_80: 0.8}
_CRDS: Final = 0.005
# Of the benefit of parents on leave, shares of the monthly basis (CSS, art. D. 531-4).
_LEAVES: Final = {Leave.NONE: 0.0, Leave.FULL: 0.9662, Leave.HALF: 0.6246, Leave.PART: 0.3603}
_INSTEAD: Final = {
    Income.UNEMPLOYMENT,
    Income.SICK_PAY,
    Income.PENSION,
    Income.DISABILITY_PENSION,
}
_MONTHLY: Final = {
    "AF": ("af", True),
    "CF": ("cf", True),
    "ASF": ("asf", True),
    "PAJE": ("paje_base", True),
    "PREPARE": ("paje_prepare", True),
    "AEEH": ("aeeh", False),
    "RSA": ("rsa", False),
    "PPA": ("ppa", True),
    "AL": ("aide_logement", False),
    "CSS": ("cmu_c", False),
}


def asked_directly(situations: Sequence[Situation]) -> list[dict[str, float]]:
    """Return the amounts of each right, in euros, of situations of one month."""
    month = situations[0].month
    told: dict[str, dict[str, Any]] = {
        name: {} for name in ("individus", "familles", "foyers_fiscaux", "menages")
    }
    for number, said in enumerate(situations):
        for name, rows in _described(said, f"n{number:05}").items():
            told[name] |= rows
    for number, said in enumerate(situations):
        for name, rows in _described(_expecting(said), f"b{number:05}").items():
            told[name] |= rows
    simulation = SimulationBuilder().build_from_entities(legislation(), told)
    found = {
        code: simulation.calculate(name, str(month)) * (1 - _CRDS if levied else 1)
        for code, (name, levied) in _MONTHLY.items()
    }
    grants = simulation.calculate("paje_naissance", str(month))
    grants = (grants + simulation.calculate("paje_adoption", str(month))) * (1 - _CRDS)
    found["PRIME"] = grants[len(situations) :]
    found["ARS"] = simulation.calculate("ars", str(month.year)) * (1 - _CRDS)
    found["AAH"] = simulation.populations["famille"].sum(simulation.calculate("aah", str(month)))
    return [
        {code: float(amounts[row]) for code, amounts in found.items()}
        for row in range(len(situations))
    ]


def _expecting(said: Situation) -> Situation:
    """Return a family with its children to be born, two months from now."""
    born = add_months(said.month.first_day, 2)
    number = sum(one.babies for one in said.people if one.pregnant and one.due)
    unborn = (Person(Relation.CHILD, born),) * number
    return replace(said, people=(*said.people, *unborn))


def _months(one: Person, said: Situation) -> int:
    """Return somebody's age, in calendar months."""
    return 12 * (said.month.year - one.born.year) + said.month.month - one.born.month


def _leave(said: Situation) -> float:
    """Return the benefit of parents on leave, worked by itself."""
    day = said.month.first_day
    # Who should go to school, and does not, is in nobody's charge.
    ages = [
        age
        for one in said.children
        if (age := _months(one, said)) < 6 * 12 or one.schooled is not False
    ]
    if not ages or min(ages) >= (36 if len(ages) > 1 else 12):
        return 0.0
    shares = []
    for one in said.people:
        since = one.on_leave_since or day
        months = 12 * (day.year - since.year) + day.month - since.month
        over = said.partner is not None and months >= (24 if len(ages) > 1 else 6)
        if one.contributed and not over and not _INSTEAD & set(one.incomes):
            shares.append(_LEAVES[one.leave])
    law = legislation().get_parameters_at_instant(day.isoformat())
    basis = float(law.prestations_sociales.prestations_familiales.bmaf.bmaf)
    return min(sum(shares), 0.9662) * basis


def _described(said: Situation, prefix: str) -> dict[str, dict[str, Any]]:
    months = [
        f"{year}-{number:02}"
        for year in (said.month.year - 1, said.month.year)
        for number in range(1, 13)
        if (year, number) <= (said.month.year, said.month.month)
    ]

    def always(value: object) -> dict[str, object]:
        return dict.fromkeys(months, value)

    names = [f"{prefix}-{number}" for number in range(len(said.people))]
    people = {
        name: _person(one, said, always) for name, one in zip(names, said.people, strict=True)
    }
    by_relation = {
        relation: [
            name for name, one in zip(names, said.people, strict=True) if one.relation is relation
        ]
        for relation in Relation
    }
    claimant, partner = by_relation[Relation.CLAIMANT], by_relation[Relation.PARTNER]
    children = by_relation[Relation.CHILD]
    together = said.union in {Union.MARRIED, Union.CIVIL_UNION}
    homes = {
        prefix: {
            "declarants": claimant + (partner if together else []),
            "personnes_a_charge": children,
        }
    }
    if partner and not together:
        homes[f"{prefix}-apart"] = {"declarants": partner, "personnes_a_charge": []}
    return {
        "individus": people,
        "familles": {
            prefix: {
                "parents": claimant + partner,
                "enfants": children,
                "rsa_isolement_recent": always(_newly_alone(said)),
                "paje_prepare": always(_leave(said)),
            }
        },
        "foyers_fiscaux": homes,
        "menages": {
            prefix: {
                "personne_de_reference": claimant,
                "conjoint": partner,
                "enfants": children,
                "statut_occupation_logement": always(_OCCUPATIONS[said.home.tenure]),
                "depcom": always(said.home.commune),
                "loyer": always(float(said.home.rent)),
                "charges_locatives": always(float(said.home.charges)),
            }
        },
    }


def _person(
    one: Person, said: Situation, always: Callable[[object], dict[str, object]]
) -> dict[str, Any]:
    grown = one.relation is not Relation.CHILD
    told: dict[str, Any] = {
        "date_naissance": {"ETERNITY": one.born.isoformat()},
        "statut_marital": always(
            _MARITAL.get(said.union, "celibataire") if grown else "celibataire"
        ),
        "activite": always("etudiant" if one.occupation is Occupation.STUDENT else "inactif"),
        "garde_alternee": always(one.alternating),
        "handicap": always(one.disability is not Disability.NONE),
        "taux_incapacite": always(_RATES[one.disability]),
        "aah_restriction_substantielle_durable_acces_emploi": always(one.barred_from_work),
        "aeeh_niveau_handicap": always(one.care_level),
        "enceinte": always(one.pregnant),
        "rempli_obligation_scolaire": always(
            one.schooled is not False or _months(one, said) < 6 * 12
        ),
    }
    if one.adopted_on:
        told["adoption"] = always(one.adopted_on is not None)
        told["date_adoption"] = {"ETERNITY": one.adopted_on.replace(day=1).isoformat()}
    for kind in Income:
        amount = one.incomes.get(kind)
        monthly = float(amount.monthly) if amount else 0.0
        told[_VARIABLES[kind]] = always(monthly)
        if kind in _TAXED:
            name, factor = _TAXED[kind]
            told[name] = always(monthly * factor)
    for year in (said.month.year - 2, said.month.year - 3):
        told["salaire_imposable"][str(year)] = float(one.taxed.yearly) if one.taxed else 0.0
    return told


def _newly_alone(said: Situation) -> bool:
    if said.alone_since is None:
        return False
    first = said.alone_since.replace(day=1)
    return first <= said.month.first_day < add_months(first, 18)
