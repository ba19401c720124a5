"""What is paid to parents who work less to bring up a young child.

The model is told of this benefit and does not compute it: its rule is here, its rates and ages are
the model's own parameters, dated and with their references.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from jalon.rights.columns import LEAVES, RELATIONS, Floats, Households
from jalon.rights.situation import Leave, Relation
from jalon.rules.calendar import Month

_CHILD, _PARTNER = RELATIONS.index(Relation.CHILD), RELATIONS.index(Relation.PARTNER)
_RATES: Final = {
    Leave.FULL: "taux_plein",
    Leave.HALF: "taux_partiel_50",
    Leave.PART: "taux_partiel_entre_50_80",
}
# Of two parents, each has so many months, with one child and with more (decree 2014-1708).
_MONTHS_OF_ONE, _MONTHS_OF_MORE = 6, 24
_NO_CHILD: Final = 12 * 100


def leave_paid(
    households: Households,
    children: Floats,
    parameters: Any,  # noqa: ANN401 - OpenFisca's have no types
    month: Month,
) -> Floats:
    """Return what is paid to each household in a month, before the CRDS.

    `children` are those in charge; `parameters`, those of family benefits in the month. Of two
    parents at once, no more is paid than of one who does not work.
    """
    people, law = households.people, parameters.petite_enfance.paje.paje_prepare
    rates = np.array(
        [
            float(law.prestation_partagee_education_enfant[_RATES[one]]) if one in _RATES else 0.0
            for one in LEAVES
        ]
    )
    several = children > 1
    most = np.where(several, _MONTHS_OF_MORE, _MONTHS_OF_ONE)[people.household]
    couple = _any(households, people.relation == _PARTNER)[people.household]
    counted = ~couple | (people.leave_months < most)
    total = np.bincount(
        people.household, weights=rates[people.leave] * counted, minlength=len(households)
    )
    ages = law.age_max_plus_jeune_enfant
    oldest = 12 * np.where(several, float(ages.deux_enfants_plus), float(ages.enfant))
    young = (children > 0) & (_youngest(households, month) < oldest)
    paid = np.minimum(total, rates[LEAVES.index(Leave.FULL)]) * young
    basis = float(parameters.bmaf.bmaf)
    return np.asarray(paid * basis, np.float32)


def _any(households: Households, of: Any) -> Any:  # noqa: ANN401 - arrays of flags
    return np.bincount(households.people.household, weights=of, minlength=len(households)) > 0


def _youngest(households: Households, month: Month) -> Floats:
    """Return the age of each household's youngest child, in whole calendar months."""
    people = households.people
    here = np.datetime64(str(month), "M")
    ages = (here - people.born.astype("datetime64[M]")).astype(np.int64)
    found = np.full(len(households), _NO_CHILD, np.float32)
    children = people.relation == _CHILD
    np.minimum.at(found, people.household[children], ages[children])
    return found
