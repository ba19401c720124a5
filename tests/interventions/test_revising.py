"""What comes of two people who change one text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some

from jalon.interventions.revising import three_way

_TEXTS = some.dictionaries(some.sampled_from("abc"), some.sampled_from(["", "x", "y", "z"]))


def _whole(told: dict[str, str]) -> dict[str, str]:
    return {name: told.get(name, "") for name in "abc"}


def test_two_who_changed_two_places_both_keep_what_they_wrote() -> None:
    base = {"asked": "le loyer", "told": ""}
    found = three_way(
        base, {"asked": "le loyer et la caution", "told": ""}, {"asked": "le loyer", "told": "FSL"}
    )

    assert dict(found.values) == {"asked": "le loyer et la caution", "told": "FSL"}
    assert found.clashes == frozenset()


def test_two_who_changed_one_place_are_told() -> None:
    found = three_way({"asked": "a"}, {"asked": "b"}, {"asked": "c"})

    assert found.clashes == {"asked"}
    assert found.values["asked"] == "b"


@settings(max_examples=60)
@given(_TEXTS, _TEXTS, _TEXTS)
def test_no_text_is_ever_lost_unsaid(
    base: dict[str, str], mine: dict[str, str], theirs: dict[str, str]
) -> None:
    """Whatever either wrote is in the result, or the field is told to clash."""
    base, mine, theirs = _whole(base), _whole(mine), _whole(theirs)
    found = three_way(base, mine, theirs)
    for name in base:
        if name not in found.clashes:
            if mine[name] != base[name]:
                assert found.values[name] == mine[name]
            if theirs[name] != base[name]:
                assert found.values[name] == theirs[name]
        else:
            assert mine[name] != theirs[name]
            assert base[name] not in (mine[name], theirs[name])
