"""The facts that rules may use: each with its type, its unit, its French label and its meaning."""

from __future__ import annotations

from typing import Final

from jalon.rules.expressions import (
    Age,
    AnyPerson,
    BenefitPaid,
    Column,
    Comparison,
    Every,
    Expression,
    FirstKnown,
    IsFilled,
    MonthsLater,
    No,
    OfPerson,
    OnlyIf,
    Parameter,
    PersonCount,
    Plus,
    Ratio,
    RunDate,
    Some,
    Value,
)
from jalon.rules.fact import Fact, FactType, Unit

EVENT_KINDS: Final = (
    ("separation", "séparation"),
    ("divorce", "divorce"),
    ("adult_death", "décès d'un adulte"),
    ("child_death", "décès d'un enfant"),
    ("stillbirth", "naissance sans vie"),
    ("rent_arrears", "impayé de loyer"),
    ("birth", "naissance"),
    ("multiple_birth", "naissance multiple"),
    ("adoption", "adoption"),
    ("pregnancy", "grossesse"),
    ("ajpp_opened", "ouverture d'un droit à l'AJPP"),
    ("indecent_housing", "logement non décent"),
    ("overcrowding", "surpeuplement du logement"),
    ("urban_renewal", "programme de rénovation urbaine"),
)


# Rights that a scan of the extract looks for, each after « un droit ».
UNCLAIMED: Final = {
    "ASF": "à l'ASF",
    "AF": "aux allocations familiales",
    "CF": "au complément familial",
    "PAJE": "à l'allocation de base de la Paje",
    "RSA": "au RSA",
    "PPA": "à la prime d'activité",
    "AL": "à une aide au logement",
}


def unclaimed_column(code: str) -> str:
    """Return the column of a household that tells whether a right seems unpaid."""
    return f"unclaimed_{code.lower()}"


def _household(name: str) -> Column:
    return Column("household", name)


def _person(name: str) -> Column:
    return Column("person", name)


def _role(role: str) -> Expression:
    return Comparison(_person("role"), "==", Value(role))


def _aged(born: Expression, comparison: str, years: int) -> Expression:
    return Comparison(Age(born, RunDate()), comparison, Value(years))


# A person with a date of death, whatever the date, is nobody's spouse, child or addressee;
# a person born after the month's last day is not counted yet.
_PRESENT: Final = Every(
    (
        No(IsFilled(_person("death_date"))),
        Comparison(_person("birth_date"), "<=", RunDate()),
    )
)
_RESPONSIBLE: Final = Every((_role("responsible"), _PRESENT))
_SPOUSE: Final = Every((_role("spouse"), _PRESENT))
_CHILD_IN_CHARGE: Final = Every(
    (_role("child"), _PRESENT, No(Comparison(_person("custody"), "==", Value("visiting"))))
)
# Who of a household counts: what facts, and the scan of rights, begin from.
COUNTED: Final = Some((_RESPONSIBLE, _SPOUSE, _CHILD_IN_CHARGE))


def _of_responsible(value: Expression) -> Expression:
    """Return a value of the responsible person; a living spouse takes a dead one's place."""
    return FirstKnown((OfPerson(_RESPONSIBLE, value), OfPerson(_SPOUSE, value)))


def _children(*conditions: Expression) -> Expression:
    return PersonCount(Every((_CHILD_IN_CHARGE, *conditions)))


def _aged_between(first: int, last: int) -> Expression:
    born = _person("birth_date")
    return Every((_aged(born, ">=", first), _aged(born, "<=", last)))


_LOW_PAY: Final = Comparison(
    _person("monthly_net_pay"), "<=", Parameter("family_benefits.child_pay_ceiling")
)
_FAMILY_BENEFITS_AGES: Final = (
    _aged(_person("birth_date"), "<", 6),
    Every((_aged_between(6, 15), Comparison(_person("in_school"), "==", Value(True)))),  # noqa: FBT003
)

_FACTS: Final = (
    Fact(
        "responsible_age",
        "l'âge de la personne responsable",
        FactType.NUMBER,
        Age(_of_responsible(_person("birth_date")), RunDate()),
        unit=Unit.YEARS,
    ),
    Fact(
        "responsible_is_student",
        "le statut d'étudiant de la personne responsable",
        FactType.BOOLEAN,
        # The file speaks of the responsible person: it says nothing of who took their place.
        OnlyIf(AnyPerson(_RESPONSIBLE), _household("responsible_is_student")),
        when_true="la personne responsable est étudiante",
        when_false="la personne responsable n'est pas étudiante",
    ),
    Fact(
        "has_spouse",
        "la présence d'un conjoint",
        FactType.BOOLEAN,
        # A spouse who took the place of a dead responsible person is no longer a spouse.
        Every((AnyPerson(_RESPONSIBLE), AnyPerson(_SPOUSE))),
        when_true="le dossier compte un conjoint",
        when_false="le dossier ne compte pas de conjoint",
    ),
    Fact(
        "has_addressee",
        "l'existence d'un destinataire vivant",
        FactType.BOOLEAN,
        AnyPerson(Some((_RESPONSIBLE, _SPOUSE))),
        when_true="un adulte du dossier peut recevoir le courrier",
        when_false="ni la personne responsable ni son conjoint ne sont en vie",
    ),
    Fact(
        "family_status",
        "la situation familiale",
        FactType.CODE,
        _household("family_status"),
        codes=(
            ("single", "célibataire"),
            ("married", "mariage"),
            ("civil_union", "pacs"),
            ("cohabiting", "vie maritale"),
            ("separated", "séparation"),
            ("divorced", "divorce"),
            ("widowed", "veuvage"),
        ),
    ),
    Fact(
        "declared_pregnancy",
        "l'existence d'une grossesse déclarée",
        FactType.BOOLEAN,
        # An empty cell states that none was declared; a declaration counts for ten months.
        Every(
            (
                IsFilled(_household("pregnancy_declared_on")),
                Comparison(_household("pregnancy_declared_on"), "<=", RunDate()),
                Comparison(MonthsLater(_household("pregnancy_declared_on"), 10), ">=", RunDate()),
            )
        ),
        when_true="une grossesse est déclarée depuis dix mois au plus",
        when_false="aucune grossesse n'est déclarée depuis dix mois au plus",
    ),
    Fact(
        "dependent_children_under_20",
        "le nombre d'enfants à charge de moins de 20 ans",
        FactType.COUNT,
        _children(_aged(_person("birth_date"), "<", 20)),
        unit=Unit.PERSONS,
        noun=("enfant à charge de moins de 20 ans", "enfants à charge de moins de 20 ans"),
    ),
    Fact(
        "dependent_children_6_to_17",
        "le nombre d'enfants à charge de 6 à 17 ans",
        FactType.COUNT,
        _children(_aged_between(6, 17)),
        unit=Unit.PERSONS,
        noun=("enfant à charge de 6 à 17 ans", "enfants à charge de 6 à 17 ans"),
    ),
    Fact(
        "dependent_children_family_benefits",
        "le nombre d'enfants à charge au sens des prestations familiales",
        FactType.COUNT,
        _children(Some((*_FAMILY_BENEFITS_AGES, Every((_aged_between(16, 19), _LOW_PAY))))),
        unit=Unit.PERSONS,
        noun=(
            "enfant à charge au sens des prestations familiales",
            "enfants à charge au sens des prestations familiales",
        ),
    ),
    Fact(
        "dependent_children_housing",
        "le nombre d'enfants à charge au sens des aides au logement",
        FactType.COUNT,
        # The right to housing benefits lasts until the 21st birthday.
        _children(Some((*_FAMILY_BENEFITS_AGES, Every((_aged_between(16, 20), _LOW_PAY))))),
        unit=Unit.PERSONS,
        noun=(
            "enfant à charge au sens des aides au logement",
            "enfants à charge au sens des aides au logement",
        ),
    ),
    Fact(
        "family_quotient",
        "le quotient familial",
        FactType.NUMBER,
        _household("family_quotient"),
        unit=Unit.EUROS_PER_MONTH,
    ),
    Fact(
        "gross_income_n2",
        "le revenu brut de l'année N-2",
        FactType.NUMBER,
        _household("gross_income_n2"),
        unit=Unit.EUROS_PER_YEAR,
    ),
    Fact(
        "income_adjustment",
        "la mesure appliquée aux ressources",
        FactType.CODE,
        _household("income_adjustment"),
        codes=(
            ("none", "aucune"),
            ("abatement", "abattement"),
            ("neutralisation", "neutralisation"),
        ),
    ),
    Fact(
        "rsa",
        "le droit au RSA",
        FactType.CODE,
        _household("rsa"),
        codes=(("none", "aucun"), ("standard", "RSA"), ("increased", "RSA majoré")),
    ),
    Fact(
        "rsa_sanction",
        "l'existence d'une sanction sur le RSA",
        FactType.BOOLEAN,
        _household("rsa_sanction"),
        when_true="une sanction est appliquée au RSA",
        when_false="aucune sanction n'est appliquée au RSA",
    ),
    Fact(
        "housing_benefit",
        "le droit à une aide au logement",
        FactType.CODE,
        _household("housing_benefit"),
        codes=(("none", "aucun"), ("alf", "ALF"), ("als", "ALS"), ("apl", "APL")),
    ),
    Fact(
        "tenure",
        "le statut d'occupation du logement",
        FactType.CODE,
        _household("tenure"),
        codes=(
            ("private_tenant", "location dans le parc privé"),
            ("social_tenant", "location dans le parc social"),
            ("owner", "propriété"),
            ("owner_with_loan", "accession à la propriété"),
            ("hosted", "hébergement"),
            ("other", "autre"),
        ),
    ),
    Fact(
        "arrears_in_gross_rents",
        "la dette de loyer, en mois de loyer brut et charges,",
        FactType.NUMBER,
        Ratio(
            _household("arrears_amount"),
            Plus(_household("rent_gross"), _household("rent_charges")),
        ),
        unit=Unit.MONTHS,
    ),
    Fact(
        "arrears_in_residual_rents",
        "la dette de loyer, en mois de loyer résiduel,",
        FactType.NUMBER,
        Ratio(_household("arrears_amount"), _household("rent_residual")),
        unit=Unit.MONTHS,
    ),
    Fact(
        "do_not_contact",
        "la demande de ne pas être contacté",
        FactType.BOOLEAN,
        _household("do_not_contact"),
        when_true="la famille a demandé à ne pas être contactée",
        when_false="la famille n'a pas demandé à ne pas être contactée",
    ),
    Fact(
        "in_support",
        "l'existence d'un accompagnement en cours",
        FactType.BOOLEAN,
        _household("in_support"),
        when_true="la famille est déjà accompagnée",
        when_false="la famille n'est pas déjà accompagnée",
    ),
    Fact(
        "protected_address",
        "la protection de l'adresse",
        FactType.BOOLEAN,
        _household("protected_address"),
        when_true="l'adresse de la famille est protégée",
        when_false="l'adresse de la famille n'est pas protégée",
    ),
    Fact(
        "event_kind",
        "l'événement",
        FactType.CODE,
        Column("event", "kind"),
        codes=EVENT_KINDS,
        of_event=True,
    ),
    Fact(
        "age_at_death",
        "l'âge de la personne au jour de son décès",
        FactType.NUMBER,
        Age(
            Column("concerned", "birth_date"),
            FirstKnown((Column("concerned", "death_date"), Column("event", "occurred_on"))),
        ),
        unit=Unit.YEARS,
        of_event=True,
    ),
    *(
        Fact(
            f"paid_{code.lower()}",
            f"le versement de la prestation {code}",
            FactType.BOOLEAN,
            BenefitPaid(code),
            when_true=f"la prestation {code} a été versée dans le mois",
            when_false=f"la prestation {code} n'a pas été versée dans le mois",
        )
        for code in (
            *("ASF", "AF", "CF", "RSA", "PPA", "ALF", "ALS", "APL", "AAH", "AEEH"),
            *("AJPP", "ARS", "PAJE"),
        )
    ),
    *(
        Fact(
            unclaimed_column(code),
            f"l'existence d'un droit {right} qui semble non versé",
            FactType.BOOLEAN,
            _household(unclaimed_column(code)),
            when_true=f"un droit {right} semble exister sans être versé",
            when_false=f"aucun droit {right} ne semble exister sans être versé",
        )
        for code, right in UNCLAIMED.items()
    ),
)

FACTS: Final[dict[str, Fact]] = {fact.name: fact for fact in _FACTS}
