"""OpenFisca-France, loaded once a process, and its simulation of households told as columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from jalon.rights.columns import DISABILITIES, RELATIONS, TENURES, UNIONS, Floats, Households
from jalon.rights.leave import leave_paid
from jalon.rights.situation import Disability, Income, Relation, Tenure, Union
from jalon.rules.calendar import Month

if TYPE_CHECKING:
    from openfisca_core.periods import Period
    from openfisca_core.simulations import Simulation, SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem

_PARTNER, _CHILD = RELATIONS.index(Relation.PARTNER), RELATIONS.index(Relation.CHILD)
# What each income is called, as received and as taxed; the second is nothing for the rest.
_NET: Final = {
    Income.SALARY: "salaire_net",
    Income.UNEMPLOYMENT: "chomage_net",
    Income.PENSION: "retraite_nette",
    Income.DISABILITY_PENSION: "pensions_invalidite",
    Income.SICK_PAY: "indemnites_journalieres_maladie",
    Income.CHILD_SUPPORT: "pensions_alimentaires_percues",
}
_TAXED: Final = {
    Income.SALARY: "salaire_imposable",
    Income.UNEMPLOYMENT: "chomage_imposable",
    Income.PENSION: "retraite_imposable",
}
_OCCUPATION: Final = {
    Tenure.PRIVATE_TENANT: "locataire_vide",
    Tenure.SOCIAL_TENANT: "locataire_hlm",
    Tenure.OWNER: "proprietaire",
    Tenure.OWNER_WITH_LOAN: "primo_accedant",
    Tenure.HOSTED: "loge_gratuitement",
}
_MARITAL: Final = {
    Union.NONE: "celibataire",
    Union.MARRIED: "marie",
    Union.CIVIL_UNION: "pacse",
    Union.COHABITING: "celibataire",
}
# What a payroll or a pension would be computed for, month by month, as far back as formulas look.
_NEVER_EARNED: Final = (
    *("salaire_de_base", "salaire_net", "chomage_net", "chomage_imposable"),
    *("retraite_brute", "retraite_nette", "retraite_imposable"),
)
_FARTHEST: Final = 8
# Of a younger child, nobody asks for school: the model does, at any age.
_SCHOOL_FROM: Final = 6 * 12  # months
# Of a private employee's gross pay, what is left (assumption), and what the CSG is taken on.
_NET_OF_GROSS: Final = 0.78
_LEVIED_ON: Final = 0.9825
_RATES: Final = {Disability.NONE: 0.0, Disability.FROM_50: 0.5, Disability.FROM_80: 0.8}


@cache
def legislation() -> TaxBenefitSystem:
    """Return the model of French benefits: some seconds the first time."""
    from openfisca_france import FranceTaxBenefitSystem  # noqa: PLC0415 - some seconds

    return FranceTaxBenefitSystem()


def levies(month: Month) -> Any:  # noqa: ANN401 - OpenFisca's parameters have no types
    """Return the rates of social levies in a month, read once: anew, it takes a while."""
    told = legislation().get_parameters_at_instant(str(month.first_day))
    return told.prelevements_sociaux.contributions_sociales


def crds(month: Month) -> float:
    """Return the rate of the CRDS in a month."""
    return float(levies(month).crds)


def simulation_of(households: Households, month: Month) -> Simulation:
    """Return a simulation that knows all that is told of these households, in a month."""
    from openfisca_core.simulations import SimulationBuilder  # noqa: PLC0415 - as above

    people, number = households.people, len(households)
    builder = SimulationBuilder()
    builder.create_entities(legislation())
    builder.declare_person_entity("individu", np.arange(len(people.household)))
    of_family = np.array(["demandeur", "conjoint", "enfant"])[people.relation]
    of_home = np.array(["personne_de_reference", "conjoint", "enfant"])[people.relation]
    _join(builder, "famille", number, people.household, of_family)
    _join(builder, "menage", number, people.household, of_home)
    _join(builder, "foyer_fiscal", *_tax_homes(households))
    simulation: Simulation = builder.build(legislation())
    _tell_people(simulation, households, month)
    _tell_homes(simulation, households, month)
    _tell_rare(simulation, households, month)
    return simulation


def _join(
    builder: SimulationBuilder,
    entity: str,
    number: int,
    belongs: NDArray[np.int64],
    roles: NDArray[np.str_],
) -> None:
    population = builder.declare_entity(entity, np.arange(number))
    builder.join_with_persons(population, belongs, roles)


def _tax_homes(households: Households) -> tuple[int, NDArray[np.int64], NDArray[np.str_]]:
    """Return how many there are, and each person's with their part in it.

    Who lives with another without being married nor bound declares taxes alone.
    """
    people, number = households.people, len(households)
    roles = np.array(["declarant_principal", "conjoint", "personne_a_charge"])[people.relation]
    cohabiting = households.union == UNIONS.index(Union.COHABITING)
    apart = (people.relation == _PARTNER) & cohabiting[people.household]
    roles[apart] = "declarant_principal"
    belongs = people.household.copy()
    belongs[apart] = number + np.arange(apart.sum())
    return number + int(apart.sum()), belongs, roles


def _tell_people(simulation: Simulation, households: Households, month: Month) -> None:
    people = households.people
    simulation.set_input("date_naissance", "ETERNITY", people.born)
    grown = people.relation != _CHILD
    union = np.where(grown, households.union[people.household], UNIONS.index(Union.NONE))
    _tell(simulation, month, "statut_marital", np.array([_MARITAL[one] for one in UNIONS])[union])
    for kind, name in _NET.items():
        _tell(simulation, month, name, people.incomes[kind])
    for kind, name in _TAXED.items():
        _tell(simulation, month, name, people.incomes[kind] * _taxed_of(kind, month))
    _tell_past(simulation, people.taxed, month)
    rates = np.array([_RATES[one] for one in DISABILITIES], np.float32)
    for name, values in (
        ("garde_alternee", people.alternating),
        ("handicap", people.disability != DISABILITIES.index(Disability.NONE)),
        ("taux_incapacite", rates[people.disability]),
        ("aah_restriction_substantielle_durable_acces_emploi", people.barred_from_work),
        ("aeeh_niveau_handicap", people.care_level),
        ("enceinte", people.pregnant),
        ("rempli_obligation_scolaire", ~people.out_of_school | _too_young(people.born, month)),
    ):
        _tell(simulation, month, name, values)


def _too_young(born: NDArray[np.datetime64], month: Month) -> NDArray[np.bool_]:
    """Tell who has not come to the age from which school counts."""
    months = np.datetime64(str(month), "M") - born.astype("datetime64[M]")
    return np.asarray(months.astype(np.int64) < _SCHOOL_FROM, np.bool_)


def _tell_past(simulation: Simulation, taxed: Floats, month: Month) -> None:
    """Tell what was earned before: the last tax notice, for its year and the one before it.

    It adds salaries, unemployment and pensions up: all count alike here. Benefits of last autumn
    rest on the notice before the last, which is not asked for. Earlier still, nothing: said month
    by month, so that no payroll of these years is computed from nothing.
    """
    nothing = np.zeros_like(taxed)
    for year in range(month.year - _FARTHEST, month.year - 1):
        months = _months(year)
        known = year >= month.year - 3
        _tell_of(
            simulation, months, "salaire_imposable", taxed / len(months) if known else nothing
        )
        for name in _NEVER_EARNED:
            _tell_of(simulation, months, name, nothing)


def _tell_homes(simulation: Simulation, households: Households, month: Month) -> None:
    occupation = np.array([_OCCUPATION[one] for one in TENURES])[households.tenure]
    occupation[households.furnished & (occupation == "locataire_vide")] = "locataire_meuble"
    for name, values in (
        ("statut_occupation_logement", occupation),
        ("depcom", households.commune),
        ("loyer", households.rent),
        ("charges_locatives", households.charges),
        ("rsa_isolement_recent", households.newly_alone),
    ):
        _tell(simulation, month, name, values)


def _tell_rare(simulation: Simulation, households: Households, month: Month) -> None:
    """Tell of students, adoptions and parents on leave: rare, and costly where there are none."""
    people = households.people
    if people.student.any():
        _tell(simulation, month, "activite", np.where(people.student, "etudiant", "inactif"))
    adopted = ~np.isnat(people.adopted)
    if adopted.any():
        _tell(simulation, month, "adoption", adopted)
        # In a family since some day of a month, a child counts from its first.
        came = np.where(adopted, people.adopted, people.born).astype("datetime64[M]")
        simulation.set_input("date_adoption", "ETERNITY", came.astype("datetime64[D]"))
    if people.leave.any():
        children = simulation.calculate("af_nbenf", str(month))
        law = legislation().get_parameters_at_instant(str(month.first_day))
        family = law.prestations_sociales.prestations_familiales
        _tell(simulation, month, "paje_prepare", leave_paid(households, children, family, month))


def _tell(simulation: Simulation, month: Month, name: str, values: NDArray[Any]) -> None:
    """Tell it of every month since January of the year before, as if nothing had changed."""
    variable = legislation().get_variable(name, check_existence=True)
    if hasattr(variable, "possible_values"):
        values = variable.possible_values.encode(values)
    months = (*_months(month.year - 1), *_months(month.year)[: month.month])
    _tell_of(simulation, months, name, values)


def _tell_of(
    simulation: Simulation, months: Sequence[Period], name: str, values: NDArray[Any]
) -> None:
    for one in months:
        simulation.set_input(name, one, values)


@cache
def _months(year: int) -> tuple[Period, ...]:
    """Return the months of a year: read once, and not at each of the five hundred facts told."""
    from openfisca_core.periods import period  # noqa: PLC0415 - some seconds

    return tuple(period(f"{year}-{number:02}") for number in range(1, 13))


def _taxed_of(kind: Income, month: Month) -> float:
    """Return what one euro received counts for once taxed.

    A salary bears the part of the CSG that is not deductible, and the CRDS. Assumption: benefits
    and pensions of these families bear none.
    """
    if kind is not Income.SALARY:
        return 1.0
    levied = float(levies(month).csg.activite.imposable) + crds(month)
    return 1.0 + levied * _LEVIED_ON / _NET_OF_GROSS
