"""What if a rule changed: who would enter an offer, and who would leave it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from jalon.register.extract import Extract
from jalon.rules.criteria import AllOf, Criterion, Leaf, Operand, Operator, with_operands
from jalon.rules.fact import Fact, FactType
from jalon.rules.offers import Catalogue, Offer
from jalon.rules.outcome import Outcome
from jalon.rules.profile import Profile
from jalon.rules.sentences import expected
from jalon.rules.toml_source import nearest
from jalon.targeting.engine.errors import TargetingError
from jalon.targeting.engine.run import compute_cohort
from jalon.targeting.engine.target import ELSEWHERE

_BOOLEANS: Final = {
    **dict.fromkeys(("oui", "true", "1", "o"), True),
    **dict.fromkeys(("non", "false", "0", "n"), False),
}


@dataclass(frozen=True)
class Change:
    """A criterion changed: what it asked, and what it would ask."""

    criterion: str
    fact: str
    before: str
    after: str


@dataclass(frozen=True)
class Move:
    """A household, for an event or none, that would enter or leave."""

    household_id: str
    event_id: str | None
    territory: str
    entered: bool


@dataclass(frozen=True)
class Simulation:
    """What a change would do to an offer in a month."""

    offer: Offer
    catalogue: Catalogue
    changes: tuple[Change, ...]
    before: dict[str, int]
    after: dict[str, int]
    moves: tuple[Move, ...]

    def by_territory(self) -> dict[str, tuple[int, int]]:
        """Return how many would enter and leave in each territory."""
        found: dict[str, tuple[int, int]] = {}
        for move in self.moves:
            entered, left = found.get(move.territory, (0, 0))
            found[move.territory] = (entered + move.entered, left + (not move.entered))
        return dict(sorted(found.items()))


def changed_offer(
    catalogue: Catalogue, code: str, settings: Sequence[str]
) -> tuple[Offer, tuple[Change, ...]]:
    """Return an offer with its criteria set anew from texts such as `responsible_age=18..40`.

    TargetingError where a criterion or a value cannot be right.
    """
    offer = catalogue.offer(code)
    changes = []
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise TargetingError(f"« {setting} » : écrivez --set critère=valeur.")
        path, leaf = _criterion(offer, name.strip())
        operands = _operands(leaf, text.strip())
        rule = with_operands(offer.rule, path, operands)
        if not isinstance(rule, AllOf):
            raise TypeError("an offer's rule stays a group")
        offer = replace(offer, rule=rule)
        changed = replace(leaf, operands=operands)
        before, after = expected(leaf, catalogue), expected(changed, catalogue)
        changes.append(Change(path, leaf.fact.name, before, after))
    return offer, tuple(changes)


def _criterion(offer: Offer, name: str) -> tuple[str, Criterion]:
    """Return the criterion of that path, or the only one that ends in it or compares that fact."""
    known: dict[str, Leaf] = dict(offer.leaves())
    found = [path for path in known if path == name] or [
        path
        for path, leaf in known.items()
        if path.endswith(f"/{name}") or (leaf.fact.name == name and isinstance(leaf, Criterion))
    ]
    if len(found) != 1:
        raise TargetingError(
            f"l'offre « {offer.code} » n'a pas de critère « {name} ». {nearest(name, known)}"
        )
    leaf = known[found[0]]
    if not isinstance(leaf, Criterion):
        raise TargetingError("L'événement qui déclenche une offre ne se simule pas.")
    return found[0], leaf


def _operands(leaf: Criterion, text: str) -> tuple[Operand, ...]:
    if leaf.operator is Operator.BETWEEN:
        bounds = re.split(r"\.\.|;", text)
        if len(bounds) != 2:  # noqa: PLR2004
            raise TargetingError(f"« {text} » : écrivez un intervalle comme 18..34.")
        low, high = (_number(leaf.fact, bound) for bound in bounds)
        if low > high:
            raise TargetingError(f"« {text} » : le minimum dépasse le maximum.")
        return (Operand(value=low), Operand(value=high))
    match leaf.fact.type:
        case FactType.BOOLEAN:
            if text.casefold() not in _BOOLEANS:
                raise TargetingError(f"« {text} » : écrivez oui ou non.")
            return (Operand(value=_BOOLEANS[text.casefold()]),)
        case FactType.CODE:
            codes = [code.strip() for code in text.split(",")]
            if leaf.operator is Operator.IS and len(codes) > 1:
                raise TargetingError(f"« {leaf.id} » n'attend qu'une valeur.")
            known = dict(leaf.fact.codes)
            for code in codes:
                if code not in known:
                    raise TargetingError(
                        f"« {code} » n'est pas une valeur de « {leaf.fact.name} ». "
                        f"{nearest(code, known)}"
                    )
            return tuple(Operand(value=code) for code in codes)
        case _:
            return (Operand(value=_number(leaf.fact, text)),)


def _number(fact: Fact, text: str) -> Decimal:
    try:
        return fact.number(re.sub(r"[\s\u202f]", "", text).replace(",", "."))
    except ValueError as error:
        raise TargetingError(f"--set {fact.name} : {error}") from error


def simulate(
    extract: Extract,
    profile: Profile,
    catalogue: Catalogue,
    changed: tuple[Offer, tuple[Change, ...]],
) -> Simulation:
    """Apply an offer as it is and as it would be, and compare who is selected."""
    offer, changes = changed
    alone = catalogue.only(offer.code)
    compute_cohort(extract, alone, table="cohort_before")
    compute_cohort(extract, alone.with_offer(offer), table="cohort_after")
    territories = profile.territory_of()
    moves = [
        Move(household_id, event_id, territories.get(commune, ELSEWHERE), entered)
        for household_id, event_id, commune, entered in extract.connection.execute(
            _MOVES
        ).fetchall()
    ]
    before, after = (_outcomes(extract, table) for table in ("cohort_before", "cohort_after"))
    return Simulation(offer, catalogue, changes, before, after, tuple(moves))


_MOVES: Final = """
    WITH before AS (SELECT * FROM cohort_before WHERE outcome = 'selected'),
    after AS (SELECT * FROM cohort_after WHERE outcome = 'selected')
    SELECT
        coalesce(after.household_id, before.household_id) AS household_id,
        coalesce(after.event_id, before.event_id) AS event_id,
        coalesce(after.commune, before.commune) AS commune,
        before.household_id IS NULL AS entered
    FROM before FULL JOIN after
        ON before.household_id = after.household_id
        AND before.event_id IS NOT DISTINCT FROM after.event_id
    WHERE before.household_id IS NULL OR after.household_id IS NULL
    ORDER BY entered DESC, household_id, event_id NULLS FIRST
"""


def _outcomes(extract: Extract, table: str) -> dict[str, int]:
    found = dict(
        extract.connection.execute(
            f"SELECT outcome, count(*) FROM {table} GROUP BY outcome"
        ).fetchall()
    )
    return {
        outcome.value: found.get(outcome.value, 0)
        for outcome in (Outcome.SELECTED, Outcome.SET_ASIDE, Outcome.TO_VERIFY)
    }


def as_json(simulation: Simulation) -> dict[str, Any]:
    """Return a simulation as plain data."""
    return {
        "offer": simulation.offer.code,
        "month": str(simulation.catalogue.month),
        "changes": [
            {"criterion": one.criterion, "before": one.before, "after": one.after}
            for one in simulation.changes
        ],
        "before": simulation.before,
        "after": simulation.after,
        "by_territory": {
            territory: {"entered": entered, "left": left}
            for territory, (entered, left) in simulation.by_territory().items()
        },
        "entered": [_move(move) for move in simulation.moves if move.entered],
        "left": [_move(move) for move in simulation.moves if not move.entered],
    }


def _move(move: Move) -> dict[str, Any]:
    return {
        "household_id": move.household_id,
        "event_id": move.event_id,
        "territory": move.territory,
    }
