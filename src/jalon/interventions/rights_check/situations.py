"""From what is known of a family to the situations that its rights are computed of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from jalon.interventions.rights_check.asked import SCHOOLED, YES, all_asked, asked_of
from jalon.interventions.rights_check.told import HOME, Member, Told
from jalon.rights.aids import Unsaid
from jalon.rights.otherwise import at_work, parted, with_child
from jalon.rights.questions import Question, questions_of
from jalon.rights.situation import (
    Amount,
    Care,
    Disability,
    Home,
    Income,
    Leave,
    Occupation,
    Per,
    Person,
    Relation,
    Situation,
    Tenure,
    Union,
)
from jalon.rights.unmodelled import OF_HOUSING
from jalon.rules.calendar import Month, age_on
from jalon.web import french

NOW: Final = "Aujourd'hui"
_RECOGNISED: Final = {Disability.FROM_50, Disability.FROM_80}


@dataclass(frozen=True)
class Otherwise:
    """The same family in another situation, chosen by whoever asks: as a column keeps it.

    `kind` is « parted », « child » or « job », which `who` takes, paid so many `euros`.
    """

    kind: str
    who: Relation = Relation.CLAIMANT
    euros: str = ""
    per: Per = Per.MONTH

    @classmethod
    def of_json(cls, kept: Mapping[str, str]) -> Otherwise:
        """Read what a column keeps."""
        return cls(kept["kind"], Relation(kept["who"]), kept["euros"], Per(kept["per"]))

    def fits(self, told: Told) -> bool:
        """Tell whether whom it speaks of lives there."""
        about = {"parted": Relation.PARTNER, "job": self.who}.get(self.kind)
        return about is None or any(one.relation is about for _, one in told.people())

    def applied(self, said: Situation) -> Situation:
        """Return a situation so changed; ValueError or LookupError where it cannot be."""
        if self.kind == "parted":
            return parted(said)
        if self.kind == "child":
            return with_child(said)
        return at_work(said, Amount(Decimal(self.euros), self.per), self.who)

    def label(self, told: Told) -> str:
        """Say it in French."""
        if self.kind == "parted":
            return "Si le couple se sépare"
        if self.kind == "child":
            return "Si un enfant arrive"
        who = next((str(one) for _, one in told.people() if one.relation is self.who), "")
        rhythm = "mois" if self.per is Per.MONTH else "an"
        return f"Si {who} travaille ({french.euros(Decimal(self.euros), 0)} par {rhythm})"


def situation_of(told: Told, month: Month) -> Situation:
    """Return the situation told; what nobody said is as `Situation` has it.

    LookupError where somebody's date of birth is not known: `questions` asks for it.
    """
    return Situation(
        month=month,
        people=tuple(_person(told, group, one) for group, one in told.people()),
        home=Home(
            tenure=Tenure(told.value(HOME, "tenure") or Tenure.HOSTED),
            commune=told.value(HOME, "commune"),
            rent=Decimal(told.value(HOME, "rent") or 0),
            charges=Decimal(told.value(HOME, "charges") or 0),
            furnished=told.value(HOME, "furnished") == YES,
            loan_on=_day(told.value(HOME, "loan_on")),
        ),
        union=Union(told.value(HOME, "union") or Union.NONE),
        alone_since=_day(told.value(HOME, "alone_since")),
    )


def amount_of(value: str) -> Amount:
    """Read an amount: « 1200.00 month »."""
    euros, _, per = value.partition(" ")
    return Amount(Decimal(euros), Per(per))


def _person(told: Told, group: str, member: Member) -> Person:
    born = _day(told.value(group, "born"))
    if born is None:
        raise LookupError("somebody's date of birth")
    amounts = {kind: told.value(group, kind.value) for kind in Income}
    taxed, schooled = told.value(group, "taxed"), told.value(group, "schooled")
    return Person(
        relation=member.relation,
        born=born,
        occupation=Occupation(told.value(group, "occupation") or Occupation.OTHER),
        incomes={kind: amount_of(one) for kind, one in amounts.items() if one},
        taxed=amount_of(taxed) if taxed else None,
        schooled=schooled == YES if schooled else None,
        alternating=told.value(group, "custody") == "alternating",
        disability=Disability(told.value(group, "disability") or Disability.NONE),
        barred_from_work=told.value(group, "barred_from_work") == YES,
        care_level=int(told.value(group, "care_level") or 0),
        pregnant=told.value(group, "pregnant") == YES,
        due=_day(told.value(group, "due")),
        babies=int(told.value(group, "babies") or 1),
        leave=Leave(told.value(group, "leave") or Leave.NONE),
        on_leave_since=_day(told.value(group, "on_leave_since")),
        contributed=told.value(group, "contributed") == YES,
        adopted_on=_day(told.value(group, "adopted_on")),
        care=Care(told.value(group, "care") or Care.FAMILY),
    )


def _day(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


def questions(told: Told, month: Month) -> list[tuple[str, Question]]:
    """Return what is to be asked before computing, each with the group of facts that it is of."""
    groups = [group for group, _ in told.people()]
    missing = [
        (group, Question("Quelle est sa date de naissance ?", about="born"))
        for group in groups
        if not told.value(group, "born")
    ]
    if missing:
        return missing
    return [
        (HOME if one.person is None else groups[one.person], one)
        for one in questions_of(situation_of(told, month))
    ]


def all_situations(
    told: Told, month: Month, others: Sequence[Otherwise]
) -> list[tuple[str, Situation, frozenset[str]]]:
    """Return today's situation and the others: its label, and what nobody said of it."""
    now = situation_of(told, month)
    unsaid = frozenset(_unsaid(told))
    otherwise = (
        (one.label(told), one.applied(now), _unsaid_otherwise(told, unsaid, one)) for one in others
    )
    return [(NOW, now, unsaid), *otherwise]


# What a pregnancy, or whoever is not hired yet, leaves to be said.
_OF_BIRTH: Final = ("due",)
_OF_WORK: Final = ("pay", "on_leave_since", "contributed")


def _unsaid_otherwise(told: Told, unsaid: frozenset[str], otherwise: Otherwise) -> frozenset[str]:
    """Return what is unsaid in another situation: what one earns is known once hired.

    Whether a disability bars from that work is not.
    """
    if otherwise.kind == "parted":
        return frozenset(one for one in unsaid if not one.endswith(f":{Relation.PARTNER}"))
    if otherwise.kind == "child":
        return frozenset(one for one in unsaid if not one.startswith(_OF_BIRTH))
    barred = {
        f"barred:{otherwise.who}"
        for group, member in told.people()
        if member.relation is otherwise.who and told.value(group, "barred_from_work") == YES
    }
    return unsaid - {f"{one}:{otherwise.who}" for one in _OF_WORK} | barred


def _unsaid(told: Told) -> Iterator[str]:
    """Yield what rights depend on and nobody said, as `pay:claimant`."""
    for group, member in told.people():
        if member.relation is not Relation.CHILD:
            yield from (f"{one}:{member.relation}" for one in _unsaid_of_adult(told, group))
        elif not told.value(group, "disability"):
            yield "rate:child"
    for name in ("tenure", "commune"):
        if not told.value(HOME, name):
            yield name
    if told.value(HOME, "tenure") == Tenure.OWNER_WITH_LOAN and not told.value(HOME, "loan_on"):
        yield "loan_on"


def _unsaid_of_adult(told: Told, group: str) -> Iterator[str]:
    if not any(told.value(group, kind.value) for kind in Income):
        yield "pay"
    rate = told.value(group, "disability")
    if not rate:
        yield "rate"
    if rate == Disability.FROM_50 and not told.value(group, "barred_from_work"):
        yield "barred"
    if told.value(group, "pregnant") == YES and not told.value(group, "due"):
        yield "due"
    if told.value(group, "leave") not in {"", Leave.NONE}:
        names = ("on_leave_since", "contributed")
        yield from (one for one in names if not told.value(group, one))


_PAY: Final = frozenset({"RSA", "PPA", "AL", "AAH", "CSS"})
# The allowance for disabled adults takes the place of the others, and counts in them.
_OF_RATE: Final = frozenset({"AAH", "RSA", "PPA", "CSS"})
# What each thing unsaid keeps from being computed, and how that is told.
_NEEDED: Final = {
    "pay": (_PAY, "Il manque ce que chaque adulte reçoit chaque mois, même si ce n'est rien."),
    "tenure": (OF_HOUSING, "Il manque de savoir comment la famille est logée."),
    "loan_on": (OF_HOUSING, "Il manque le jour où le prêt du logement a été signé."),
    "barred": (
        _OF_RATE,
        "Il manque de savoir si le handicap reconnu empêche de travailler.",
    ),
    "due": (frozenset({"PRIME"}), "Il manque la date prévue de la naissance."),
    "on_leave_since": (frozenset({"PREPARE"}), "Il manque depuis quand le congé est pris."),
    "contributed": (
        frozenset({"PREPARE"}),
        "Il manque de savoir si deux ans ont été travaillés avant.",
    ),
    "commune": (frozenset({"AL"}), "Il manque la commune où la famille vit."),
}
_RATE: Final = "Il manque de savoir si un taux d'incapacité est reconnu, ou aucun."


def withheld(unsaid: frozenset[str]) -> dict[str, str]:
    """Return why rights are not told, by code: what they depend on, nobody said."""
    found: dict[str, str] = {}
    for one in sorted(unsaid):
        thing, _, who = one.partition(":")
        if thing == "rate":
            codes, why = frozenset({"AEEH"}) if who == Relation.CHILD else _OF_RATE, _RATE
        else:
            codes, why = _NEEDED[thing]
        found |= dict.fromkeys(codes - set(found), why)
    return found


def unsaid_of(told: Told, month: Month) -> frozenset[Unsaid]:
    """Return what was asked and nobody said, by the person's number in `situation_of`."""
    numbers = {group: number for number, (group, _) in enumerate(told.people())} | {HOME: None}
    return frozenset(
        (numbers[group], one.name)
        for group, one in all_asked(told, month)
        if group in numbers and not told.value(group, one.name)
    )


def assumed(told: Told, month: Month) -> list[str]:
    """Return what nobody said and that is counted as nothing or no, in French."""
    return [*_assumed_of_people(told, month), *_assumed_of_home(told)]


def _assumed_of_people(told: Told, month: Month) -> Iterator[str]:
    for group, member in told.people():
        asked = asked_of(told, group, member.relation, month)
        silent = {one.name for one in asked if not told.value(group, one.name)}
        child = member.relation is Relation.CHILD
        found = (
            _assumed_of_child(told, group, silent, month)
            if child
            else _assumed_of_adult(told, group, silent)
        )
        yield from (f"{member} : {one}" for one in found)


def _assumed_of_child(told: Told, group: str, silent: set[str], month: Month) -> Iterator[str]:
    if "schooled" in silent and _is_schooled(told.value(group, "born"), month):
        yield "scolarité non dite, comptée comme suivie."
    if "custody" in silent:
        yield "compté au foyer tout le temps, faute de le savoir."
    if "salary" in silent:
        yield "salaire non dit, compté nul."
    if told.value(group, "disability") in _RECOGNISED and "care_level" in silent:
        yield "complément d'AEEH non dit, compté comme aucun."
    if "care" in silent:
        yield "mode de garde non dit, compté comme la famille."


def _assumed_of_adult(told: Told, group: str, silent: set[str]) -> Iterator[str]:
    if silent & set(Income) and any(told.value(group, kind.value) for kind in Income):
        yield "les revenus non dits sont comptés nuls."
    if "occupation" in silent:
        yield "ni études ni travail à son compte, faute de le savoir."
    if "pregnant" in silent:
        yield "grossesse non dite, comptée comme non."
    if "babies" in silent:
        yield "un seul enfant attendu, faute de le savoir."
    if "leave" in silent:
        yield "congé parental non dit, compté comme aucun."


def _is_schooled(born: str, month: Month) -> bool:
    return bool(born) and age_on(date.fromisoformat(born), month.last_day) >= SCHOOLED


def _assumed_of_home(told: Told) -> Iterator[str]:
    if not told.value(HOME, "union"):
        yield "Situation du couple non dite : comptée comme une personne seule."
    tenure = told.value(HOME, "tenure")
    if tenure == Tenure.OWNER_WITH_LOAN and not told.value(HOME, "rent"):
        yield "Mensualité du prêt non dite, comptée nulle."
    if tenure in {Tenure.PRIVATE_TENANT, Tenure.SOCIAL_TENANT}:
        if not told.value(HOME, "charges"):
            yield "Charges du logement non dites, comptées nulles."
        if not told.value(HOME, "furnished"):
            yield "Logement compté comme vide, non meublé, faute de le savoir."


def json_of(others: Sequence[Otherwise]) -> list[dict[str, Any]]:
    """Return them as a column keeps them."""
    return [dict(vars(one)) for one in others]
