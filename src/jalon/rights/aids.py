"""The fund's own aids: which a family could ask for, by what the fund's profile says of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from jalon.rights.situation import Income, Person, Relation, Situation, Union
from jalon.rules.calendar import Month, add_months
from jalon.rules.criteria import AllOf, Rule, leaves
from jalon.rules.engines.reference import (
    ExtractKnowledge,
    HouseholdRecord,
    Row,
    deciding_facts,
    verdict_of,
)
from jalon.rules.engines.reference import Situation as Looked
from jalon.rules.expressions import BenefitPaid, Column
from jalon.rules.facts import EVENT_KINDS
from jalon.rules.logic import Truth, all_of, any_of
from jalon.rules.offers import Catalogue
from jalon.rules.sentences import NO_BREAK, fact_label, sentence, to_the_cent

_EXACT: Final = Decimal("0.0001")
_ROLES: Final = {
    Relation.CLAIMANT: "responsible",
    Relation.PARTNER: "spouse",
    Relation.CHILD: "child",
}
_STATUS: Final = {
    Union.MARRIED: "married",
    Union.CIVIL_UNION: "civil_union",
    Union.COHABITING: "cohabiting",
}
_ALONE: Final = {"single", "separated", "divorced", "widowed"}
_PARTED: Final = {"separation", "divorce"}
# Something asked that nobody said: of whom, by number in the situation or None for the home, and
# the name of what.
Unsaid: TypeAlias = tuple[int | None, str]
_OF_HOME: Final = {
    "commune": "commune",
    "tenure": "tenure",
    "rent_gross": "rent",
    "rent_charges": "charges",
}
Value: TypeAlias = Decimal | str | bool | date | None


@dataclass(frozen=True)
class Aid:
    """An aid of the fund: what it is called, and what is known of whom it is for.

    `plain` says it to a family in one sentence. `automatic` where the fund grants it without
    being asked. `events`, where there are any: one of them must have happened. A rule without
    members asks nothing: whoever has no event either, the profile does not say whom it is for.
    """

    code: str
    label: str
    plain: str
    automatic: bool
    events: tuple[str, ...]
    rule: AllOf
    source: str
    assumptions: tuple[str, ...]


@dataclass(frozen=True)
class FundAids:
    """The aids of a fund in a month; `catalogue` holds the day and the parameters' values.

    An event counts for so many `months` once registered.
    """

    aids: tuple[Aid, ...]
    months: int
    catalogue: Catalogue


@dataclass(frozen=True)
class OnFile:
    """What the fund's file says of a household, beside what the family says of itself.

    `columns` are those of its row in the monthly extract, by their names; one that is absent is
    not known. `events` are kinds with the day they were registered. `paid` are the codes of what
    was paid in the month, None where that is not known. `month` is that of the extract.
    """

    columns: Mapping[str, Value] = field(default_factory=dict)
    events: Sequence[tuple[str, date]] = ()
    paid: Collection[str] | None = None
    month: Month | None = None


def read_of(fund: FundAids, file: OnFile) -> OnFile:
    """Return what the aids of a fund read of a file, and nothing else of it."""
    facts = [leaf.fact for aid in fund.aids for _, leaf in leaves(aid.rule)]
    nodes = [node for fact in facts for node in fact.expression.walk()]
    names = {one.name for one in nodes if isinstance(one, Column) and one.scope == "household"}
    codes = {one.code for one in nodes if isinstance(one, BenefitPaid)}
    kinds = {kind for aid in fund.aids for kind in aid.events}
    return OnFile(
        {name: one for name, one in file.columns.items() if name in names},
        [(kind, day) for kind, day in file.events if kind in kinds],
        None if file.paid is None else sorted(codes & set(file.paid)),
        file.month,
    )


class AidState(StrEnum):
    """How an aid stands for a family."""

    POSSIBLE = "possible"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class AidResult:
    """An aid, how it stands for a family, and a sentence that says why, in French."""

    aid: Aid
    state: AidState
    sentence: str

    @property
    def label(self) -> str:
        """What the aid is called."""
        return self.aid.label

    @property
    def source(self) -> str:
        """Where it is said who it is for."""
        return self.aid.source


def aids_of(
    said: Situation,
    fund: FundAids,
    file: OnFile | None = None,
    unsaid: Collection[Unsaid] = frozenset(),
) -> list[AidResult]:
    """Return each aid of the fund, in its order, for what a family says and the file knows.

    What the family says of itself stands over the file. What neither tells stays unknown: what is
    `unsaid` has in the situation a value that nobody gave.
    """
    file = file or OnFile()
    months = frozenset() if file.paid is None else frozenset({str(said.month)})
    at = Looked(
        HouseholdRecord(
            _row(said, file, unsaid),
            [_person_row(one, number, unsaid) for number, one in enumerate(said.people)],
            benefits=frozenset((str(said.month), code) for code in file.paid or ()),
        ),
        said.month.last_day,
        fund.catalogue.values,
        ExtractKnowledge(benefit_months=months),
    )
    return [_result(aid, fund, at, *_happened(aid, fund, said, file)) for aid in fund.aids]


def _result(
    aid: Aid, fund: FundAids, household: Looked, happened: Truth, events: Sequence[Row | None]
) -> AidResult:
    if not aid.events and not aid.rule.members:
        why = "Le profil de la caisse ne dit pas à qui elle est accordée : voyez son règlement."
        return AidResult(aid, AidState.UNKNOWN, why)
    looked = [replace(household, event=event) for event in events]
    verdicts = [all_of([happened, verdict_of(aid.rule, at)]) for at in looked]
    if (truth := any_of(verdicts)) is True:
        return AidResult(aid, AidState.POSSIBLE, _met(aid, fund))
    at = looked[verdicts.index(truth)]
    if truth is False:
        return AidResult(aid, AidState.NO, _not_met(aid, fund, at, happened))
    return AidResult(aid, AidState.UNKNOWN, _missing(aid, fund, at, happened))


def _met(aid: Aid, fund: FundAids) -> str:
    asked = [*_event(aid, fund), *(_said(member, fund) for member in aid.rule.members)]
    return f"Ce que l'on sait de ses conditions est rempli : {' ; '.join(asked)}."


def _not_met(aid: Aid, fund: FundAids, at: Looked, happened: Truth) -> str:
    asked = list(_event(aid, fund)) if happened is False else []
    asked += [_said(one, fund) for one in aid.rule.members if verdict_of(one, at) is False]
    return f"Il faudrait : {' ; '.join(asked)}."


def _missing(aid: Aid, fund: FundAids, at: Looked, happened: Truth) -> str:
    missing = sorted(fact_label(name) for name in deciding_facts(aid.rule, at))
    if happened is None:
        missing = [*_event(aid, fund), *missing]
    return f"Il manque, pour le dire : {' ; '.join(missing)}."


def _said(rule: Rule, fund: FundAids) -> str:
    return sentence(rule, to_the_cent(fund.catalogue))


def _event(aid: Aid, fund: FundAids) -> Iterator[str]:
    if aid.events:
        names = dict(EVENT_KINDS)
        kinds = " ou ".join(f"« {names[kind]} »" for kind in aid.events)
        yield f"un événement {kinds} depuis moins de {fund.months}{NO_BREAK}mois"


def _happened(
    aid: Aid, fund: FundAids, said: Situation, file: OnFile
) -> tuple[Truth, Sequence[Row | None]]:
    """Tell whether one of an aid's events happened lately, and which to look at.

    True, and no event, where none is asked for.
    """
    if not aid.events:
        return True, [None]
    until = said.month.last_day
    since = add_months(until, -fund.months)
    told = {kind: _of_situation(kind, since, said) for kind in aid.events}
    told |= {kind: True for kind, day in file.events if kind in told and since < day <= until}
    happened = [kind for kind, truth in told.items() if truth]
    return any_of(told.values()), [{"kind": kind} for kind in happened] or [{}]


def _of_situation(kind: str, since: date, said: Situation) -> Truth:
    """Tell whether a family says that something happened: of most kinds, it was not asked."""
    births = Counter(one.born for one in said.children if one.born > since)
    if kind == "multiple_birth":
        return max(births.values(), default=0) > 1
    if kind == "birth":
        return bool(births)
    if kind in _PARTED and said.partner is not None:
        return False
    if kind == "separation" and said.alone_since is not None:
        return said.alone_since > since
    return None


def _row(said: Situation, file: OnFile, unsaid: Collection[Unsaid]) -> Row:
    status = _STATUS.get(said.union)
    before = file.columns.get("family_status")
    home: dict[str, Value] = {
        "commune": said.home.commune,
        "tenure": said.home.tenure.value,
        "rent_gross": said.home.rent,
        "rent_charges": said.home.charges,
    }
    return {
        **file.columns,
        **{name: one for name, one in home.items() if (None, _OF_HOME[name]) not in unsaid},
        **_pregnancy(said, unsaid),
        "family_status": status or (before if before in _ALONE else None),
    }


def _pregnancy(said: Situation, unsaid: Collection[Unsaid]) -> Row:
    """Return what is said of a pregnancy; nothing, over the file, where somebody did not say."""
    if any(one.pregnant for one in said.people):
        return {"pregnancy_declared_on": said.month.first_day}
    silent = any((number, "pregnant") in unsaid for number, _ in enumerate(said.people))
    return {} if silent else {"pregnancy_declared_on": None}


def _person_row(one: Person, number: int, unsaid: Collection[Unsaid]) -> Row:
    pay = one.incomes.get(Income.SALARY)
    euros = pay.monthly.quantize(_EXACT) if pay else Decimal(0)
    custody = "alternating" if one.alternating else "full"
    return {
        "role": _ROLES[one.relation],
        "birth_date": one.born,
        "death_date": None,
        "in_school": one.schooled,
        "monthly_net_pay": None if (number, "salary") in unsaid else euros,
        "custody": None if (number, "custody") in unsaid else custody,
    }
