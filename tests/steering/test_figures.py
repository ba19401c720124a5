"""Each indicator against a month written by hand: what it is worth, or why it cannot be given."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from conftest import as_owner
from factories.directory import StaffFactory
from jalon.audit.identity import acting
from jalon.directory.roles import Role
from jalon.rules.calendar import Month
from jalon.rules.profile import built_in_profiles
from jalon.rules.toml_source import ProfileError
from jalon.steering.enums import Breakdown, Cause
from jalon.steering.figures.counts import Counts
from jalon.steering.figures.figure import COUNTED_BEFORE, NO_MONTH, NO_TARGET, NOT_YET, Figure
from jalon.steering.figures.shown import Shown
from jalon.steering.indicators import INDICATORS, Period
from jalon.steering.measures import MEASURES
from jalon.steering.models import Fact, Reckoning
from jalon.steering.practice import Target, practice, read_practice

pytestmark = pytest.mark.django_db
JUNE, JULY = Month(2026, 6), Month(2026, 7)
Cells = dict[str | tuple[str, Breakdown, str], int | tuple[int, float]]


@pytest.fixture(autouse=True)
def _steering() -> Any:
    """Look as whoever steers does."""
    head = StaffFactory.create(role=Role.DEPARTMENT_HEAD)
    with acting(head.pk):
        yield


def month_of(month: Month, cells: Cells, *, without: set[str] = frozenset(), **more: Any) -> None:  # type: ignore[assignment]
    """Write down a month in which all was counted but what is `without`, and found as told."""
    with as_owner():
        reckoning = Reckoning.objects.create(
            **{
                "month": str(month),
                "version": 1,
                "cause": Cause.FIRST,
                "told": True,
                "computed_at": timezone.now(),
                **more,
            }
        )
        rows: dict[tuple[str, Breakdown, str], int | tuple[int, float]] = {
            (code, Breakdown.ALL, ""): 0 for code in MEASURES if code not in without
        }
        for key, found in cells.items():
            rows[(key, Breakdown.ALL, "") if isinstance(key, str) else key] = found
        for (measure, by, value), found in rows.items():
            number, total = found if isinstance(found, tuple) else (found, 0)
            Fact.objects.create(
                reckoning=reckoning,
                measure=measure,
                breakdown=by,
                value=value,
                number=number,
                total=Decimal(str(total)),
            )


def figure(code: str, *months: Month, **where: Any) -> Figure:
    found = Counts([INDICATORS[code]], months or [JULY], breakdowns=list(Breakdown))
    return found.figure(INDICATORS[code], **where)


_OFFER, _MODE, _OUTCOME = Breakdown.OFFER, Breakdown.MODE, Breakdown.OUTCOME
# What a month held, and what each indicator that is worked out is worth of it.
_WORKED_OUT: dict[str, tuple[Cells, str]] = {
    "rights_granted_share": ({"rights_granted_cover": 3, "rights_refused": 1}, "75"),
    "answer_rate": ({"delay_letter_answer": 17, "families_posted": 100}, "17"),
    "acceptance_rate": ({"families_accepted_after": 3, "families_posted": 40}, "7.5"),
    "proposal_acceptance_rate": ({"proposals_accepted_after": 1, "proposals_posted": 8}, "12.5"),
    "undelivered_rate": ({"letters_returned": 2, "letters_posted": 50}, "4"),
    "proposed_share": ({"proposals_made": 45, "households_selected": 60}, "75"),
    "coverage": ({"families_in_contact": 12, "register_households": 8000}, "1.5"),
    "coverage_followed": ({"families_followed": 6, "register_households": 8000}, "0.75"),
    "eligible_rate": ({"register_eligible": 100, "register_households": 8000}, "12.5"),
    "delay_event_letter": ({"delay_event_letter": (4, 60)}, "15"),
    "delay_letter_answer": ({"delay_letter_answer": (4, 50)}, "12.5"),
    "delay_answer_meeting": ({"delay_answer_meeting": (2, 13)}, "6.5"),
    "face_to_face_share": (
        {
            ("meetings", _MODE, "face"): 6,
            ("meetings", _MODE, "home"): 1,
            ("meetings", _MODE, "phone"): 2,
            ("meetings", _MODE, "video"): 1,
            ("meetings", _MODE, "written"): 30,
        },
        "70",
    ),
    "no_show_rate": ({"appointments_missed": 3, "appointments_kept": 9}, "25"),
    "visits_a_support": (
        {"visits_of_ended": 6, "support_ended": 5, "ended_refusing_visit": 1},
        "1.5",
    ),
    "advice_length": ({"advice_ended": (4, 100)}, "25"),
    "support_length": ({"support_ended": (2, 361)}, "180.5"),
    "support_age": ({"support_running": (4, 362)}, "90.5"),
    "national_base_share": (
        {
            ("advice_begun", _OFFER, "separation"): 6,
            ("support_begun", _OFFER, "rent_arrears"): 2,
            ("advice_begun", _OFFER, "child_illness"): 2,
            ("advice_begun", _OFFER, ""): 40,
        },
        "80",
    ),
    "advice_share": ({"advice_begun": 65, "support_begun": 30}, str(Decimal(6500) / 95)),
    "advice_time_share": (
        {"meetings_advice": 130, "meetings_support": 360},
        str(13000 / Decimal(490)),
    ),
    "objectives_reached_share": ({"objectives_reached": 3, "objectives_settled": 4}, "75"),
    **{
        f"opinion_{code}_share": (
            {
                (f"opinion_{code}", _OUTCOME, word): 1
                for word in ("yes", "rather", "rather_not", "no")
            },
            "50",
        )
        for code in ("listened", "helped", "better", "returns")
    },
    "better_later_share": ({"opinion_better_yes": 3, "opinion_better": 4}, "75"),
    "drawn_first_share": ({"drawn_first_begun": 30, "drawn_first": 60}, "50"),
    "drawn_later_share": ({"drawn_later_begun": 15, "drawn_later": 60}, "25"),
    # A model's full time: 980 hours of 1,508, as the source counts them.
    "individual_time_share": (
        {"meetings_advice": 130, "meetings_support": 360, "workers_in_post": (365, 12)},
        str(Decimal(98000) / 1508),
    ),
    "families_of_several_share": ({"families_of_several": 2, "families_known": 16}, "12.5"),
    "followed_elsewhere_share": ({"advice_elsewhere": 1, "advice_begun": 5}, "20"),
}


# What is added up of several measures, or in euros.
_ADDED: dict[str, tuple[Cells, str]] = {
    "rights_found": ({"rights_missing": (3, 400.5), "rights_to_compare": 4}, "7"),
    "rights_missing_euros": ({"rights_missing": (3, 400.5), "rights_to_compare": 4}, "400.5"),
    "rights_granted": (
        {
            "rights_granted_monthly": (2, 310.4),
            "rights_granted_yearly": (1, 398.09),
            "rights_granted_cover": 1,
        },
        "4",
    ),
    "advice_begun_national": (
        {("advice_begun", _OFFER, "separation"): 6, ("advice_begun", _OFFER, ""): 40},
        "6",
    ),
    "advice_begun_local": (
        {("advice_begun", _OFFER, "separation"): 6, ("advice_begun", _OFFER, "child_illness"): 2},
        "2",
    ),
    "support_begun_national": ({("support_begun", _OFFER, "rent_arrears"): 3}, "3"),
    "support_begun_local": ({("support_begun", _OFFER, "child_illness"): 1}, "1"),
    "meetings_face": (
        {("meetings", _MODE, "face"): 6, ("meetings", _MODE, "home"): 1},
        "7",
    ),
    "meetings_remote": (
        {("meetings", _MODE, "phone"): 4, ("meetings", _MODE, "written"): 9},
        "4",
    ),
    "individual_hours": ({"meetings_advice": 3, "meetings_support": 4, "meetings": 9}, "14"),
    "rights_granted_euros": ({"rights_granted_monthly": (2, 310.4)}, "310.4"),
    "rights_granted_once_euros": ({"rights_granted_yearly": (1, 398.09)}, "398.09"),
}


@pytest.mark.parametrize("code", [*_WORKED_OUT, *_ADDED])
def test_what_an_indicator_is_worth(code: str) -> None:
    cells, worth = {**_WORKED_OUT, **_ADDED}[code]
    month_of(JULY, cells)

    found = figure(code)

    assert found.value is not None
    assert round(found.value, 10) == round(Decimal(worth), 10)
    assert found.why_not == ""
    assert found.basis.months == (JULY,)


@pytest.mark.parametrize("code", _WORKED_OUT)
def test_nothing_is_divided_by_nothing(code: str) -> None:
    month_of(JULY, {})

    found = figure(code)

    assert found.value is None
    assert found.said.startswith("ne peut être donné : il n'y a rien à quoi le rapporter")


def test_every_other_measured_indicator_counts_or_adds_up() -> None:
    plain = [
        one
        for code, one in INDICATORS.items()
        if one.is_measured and code not in {*_WORKED_OUT, *_ADDED, "families_a_full_time"}
    ]
    cells: Cells = {code: (7, 3.25) for one in plain for code in one.measures}
    for month in (JUNE, JULY):
        month_of(month, cells)
    counts = Counts(plain, [JUNE, JULY])
    for one in plain:
        worth = Decimal("3.25") if one.code.startswith("full_times") else Decimal(7)
        months = 1 if one.period is Period.LAST else 2
        assert counts.figure(one).value == worth * months, one.code
    assert len(plain) > 25


def test_a_full_time_s_families_are_of_the_year_so_far() -> None:
    for month in [Month(2026, one) for one in range(1, 7)]:
        month_of(month, {"families_received": 8, "workers_in_post": (30, 1)})

    found = figure("families_a_full_time", JUNE)

    assert (found.numerator, found.denominator) == (Decimal(48), Decimal(1))
    assert (found.value, found.target) == (Decimal(48), Decimal("47.5"))
    shown = Shown(found, hidden=False)
    assert (shown.target, shown.target_part) == ("47,5", "95 par an, 6 mois sur 12")
    assert shown.rests_on.replace("\N{NO-BREAK SPACE}", " ") == "48 familles pour 1 temps plein"


def test_a_year_s_target_is_compared_with_no_year_that_lacks_months() -> None:
    """One month counted, the last of the year, would else be beside the target of twelve."""
    december = Month(2026, 12)
    month_of(december, {"families_received": 49, "workers_in_post": (93, 3)})

    found = figure("families_a_full_time", december)

    assert (found.target, found.no_target) == (None, NOT_YET)
    assert Shown(found, hidden=False).target.startswith("Pas encore comparable")
    for month in range(1, 12):
        month_of(Month(2026, month), {"families_received": 5, "workers_in_post": (93, 3)})
    whole = figure("families_a_full_time", december)
    assert whole.target == 95
    shown = Shown(whole, hidden=False)
    assert (shown.target, shown.target_part) == ("95", "")
    assert whole.value == Decimal(49 + 11 * 5) / 3


def test_what_a_value_was_worked_out_from_is_said_as_one_reads_it() -> None:
    month_of(
        JULY,
        {
            "delay_event_letter": (8205, 180949),
            "families_accepted_after": 3,
            "families_posted": 40,
            "visits_of_ended": 6,
            "support_ended": 5,
            "families_received": 48,
            "meetings_advice": 130,
            "workers_in_post": (365, 6),
            "families_in_contact": 12,
            "register_households": 8000,
            "advice_ended": (1, 25),
        },
    )
    said = {
        "delay_event_letter": "en moyenne, sur 8 205 propositions",
        "acceptance_rate": "3 sur 40",
        "visits_a_support": "6 visites pour 5 accompagnements",
        "families_a_full_time": "48 familles pour 6 temps pleins",
        "individual_time_share": "260 sur 754 heures",
        "coverage": "12 familles pour 8 000 dossiers",
        "advice_length": "en moyenne, sur 1 information-conseil",
        # Nothing to divide by, or nothing divided.
        "no_show_rate": "",
        "families_received": "",
    }
    for code, words in said.items():
        found = Shown(figure(code), hidden=False).rests_on
        assert found.replace("\N{NO-BREAK SPACE}", " ") == words, code
    assert Shown(figure("acceptance_rate"), hidden=True).rests_on == ""
    assert figure("delay_event_letter").said == "22,1\N{NO-BREAK SPACE}jours"


def test_a_month_that_nobody_counted_gives_no_figure() -> None:
    found = figure("families_targeted")

    assert (found.value, found.why_not) == (None, NO_MONTH)
    assert "Aucun de ces mois" in found.basis.in_words


def test_what_was_not_counted_yet_is_missing_and_not_nought() -> None:
    month_of(JUNE, {"families_targeted": 5}, without={"families_targeted", "contracts_signed"})
    month_of(JULY, {"families_targeted": 6})

    contracts = figure("contracts_signed", JUNE, JULY)
    both = figure("families_targeted", JUNE, JULY, Month(2026, 8))

    assert contracts.value == 0
    assert contracts.basis.missing == (JUNE,)
    assert both.value == 11
    assert both.basis.missing == (Month(2026, 8),)
    assert "Il manque : août 2026." in both.basis.in_words


def test_a_figure_newer_than_the_months_says_so() -> None:
    month_of(JUNE, {}, without={"contracts_signed"})
    assert figure("contracts_signed", JUNE).why_not == COUNTED_BEFORE


def test_missing_months_are_told_by_spans() -> None:
    month_of(JUNE, {})
    basis = figure("families_targeted", *(Month(2026, one) for one in range(1, 9))).basis
    assert "Il manque : janvier 2026 à mai 2026, juillet 2026, août 2026." in basis.in_words


def test_units_agree_with_their_number() -> None:
    month_of(JUNE, {"families_targeted": 1, "appointments_due": 1, "contracts_signed": 2})
    assert figure("families_targeted", JUNE).said == "1\N{NO-BREAK SPACE}famille"
    assert figure("families_back", JUNE).said == "0\N{NO-BREAK SPACE}famille"
    assert figure("appointments_due", JUNE).said == "1\N{NO-BREAK SPACE}rendez-vous"
    assert figure("calls_made", JUNE).said == "0\N{NO-BREAK SPACE}appel ou passage"
    assert figure("contracts_signed", JUNE).said == "2\N{NO-BREAK SPACE}contrats"


def test_a_figure_says_what_it_rests_on() -> None:
    month_of(JUNE, {}, version=2, cause=Cause.CORRECTED, gone=3)
    month_of(JULY, {}, version=0, cause=Cause.GOING_ON)

    basis = figure("families_targeted", JUNE, JULY).basis

    assert (basis.amended, basis.going_on, basis.gone) == ((JUNE,), (JULY,), 3)
    assert "Corrigé depuis qu'il est figé : juin 2026." in basis.in_words
    assert "Pas encore figé : juillet 2026." in basis.in_words
    assert "purgées avant ce décompte." in basis.in_words, "without how few"
    assert basis.counted_at


def test_what_is_not_recorded_says_why() -> None:
    month_of(JULY, {})

    found = figure("collective_time_share")

    assert found.value is None
    assert found.said == (
        "ne peut être donné : non mesuré : le travail collectif n'est pas encore enregistré dans "
        "Jalon"
    )
    assert found.target == 20


def test_a_figure_of_one_value_is_of_that_value_alone() -> None:
    month_of(
        JULY,
        {
            ("objectives_reached", _OFFER, "separation"): 1,
            ("objectives_settled", _OFFER, "separation"): 4,
            ("objectives_settled", _OFFER, ""): 9,
        },
    )
    one = INDICATORS["objectives_reached_share"]
    counts = Counts([one], [JULY], breakdowns=[_OFFER])

    assert counts.values(one, _OFFER) == ["", "separation"]
    assert counts.figure(one, by=_OFFER, value="separation").value == 25
    with pytest.raises(ValueError, match="not told by"):
        counts.figure(one, by=_MODE, value="face")


def _profile(folder: Path, steering: str) -> str:
    source = (built_in_profiles() / "herault" / "profile.toml").read_text(encoding="utf-8")
    (folder / "profile.toml").write_text(source, encoding="utf-8")
    (folder / "offers").mkdir()
    if steering:
        (folder / "steering.toml").write_text(
            f'source = "essai"\nassumptions = []\n{steering}\n', encoding="utf-8"
        )
    return str(folder)


def test_a_fund_keeps_the_targets_that_it_does_not_replace(tmp_path: Path) -> None:
    found = read_practice(_profile(tmp_path, "families_a_full_time = 80"))

    assert found.targets[Target.FAMILIES_A_FULL_TIME] == 80
    assert found.targets[Target.FACE_TO_FACE_SHARE] == 70


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("families_a_fulltime = 95", "ligne 3 : la clé « families_a_fulltime »"),
        ("families_a_full_time = 0", "ligne 3 : « families_a_full_time » est hors de mesure"),
        ('advice_share = "beaucoup"', "ligne 3"),
        ("freeze_after_days = 29", "ligne 3 : « freeze_after_days » est hors de mesure"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_line(
    tmp_path: Path, line: str, match: str
) -> None:
    with pytest.raises(ProfileError, match=match):
        read_practice(_profile(tmp_path, line))


def test_a_target_that_no_profile_sets_is_said_to_be_missing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = read_practice(settings.PROFILE)
    bare = type(full)(full.freeze_after_days, {}, {})
    month_of(JULY, {"advice_begun": 1, "workers_in_post": (31, 1)})
    monkeypatch.setattr("jalon.steering.figures.counts.practice", lambda: bare)

    found = figure("advice_share")

    assert (found.value, found.target, found.no_target) == (Decimal(100), None, NO_TARGET)
    assert "modèle de travail" in figure("individual_time_share").why_not
    assert practice() == full


@pytest.mark.parametrize("role", [Role.SOCIAL_WORKER, Role.TARGETING_ANALYST])
def test_who_does_not_steer_reads_no_count(role: Role) -> None:
    month_of(JULY, {"families_targeted": 5})
    person = StaffFactory.create(role=role)

    with acting(person.pk):
        assert figure("families_targeted").why_not == NO_MONTH
