"""All of a month's facts counted once more, in plain Python, from the tables' rows.

It shares no line with the measures: slow on purpose, one row after the other. How a right stands
beside what is paid, it asks of what a worker is shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from jalon.interventions.rights_check.found import payments_of, rights_of
from jalon.interventions.rights_check.told import Told as ToldOfRights
from jalon.rights.comparing import Gap, compared
from jalon.rules.calendar import Month

Row = dict[str, Any]
Key = tuple[str, str, str, str]
_PARIS = ZoneInfo("Europe/Paris")
TABLES = (
    *("agenda_appointment", "agenda_attendance", "audit_change", "directory_absence"),
    *("directory_area", "directory_commune", "directory_rolegrant", "directory_staffmember"),
    *("directory_team", "directory_territory", "families_family", "families_involvement"),
    *("interventions_advicemeeting", "interventions_contract", "interventions_extension"),
    *("interventions_familyopinion", "interventions_homevisit", "interventions_review"),
    *("interventions_informationadvice", "interventions_objective", "interventions_support"),
    *("interventions_rightscheck", "interventions_rightsclaim"),
    *("interventions_supportevent", "outreach_answer", "outreach_appliedrule"),
    *("outreach_approach", "outreach_message", "outreach_proposal", "targeting_release"),
    *("targeting_runcount", "outreach_turn", "targeting_draw", "targeting_registercount"),
    "targeting_targetingrun",
)


@dataclass
class Told:
    """One thing that happened: of which measure, when, where, by whom, told by what."""

    measure: str
    day: date
    commune: str | None = None
    family: int | None = None
    worker: int | None = None
    by: Mapping[str, str | None] = field(default_factory=dict)
    number: int = 1
    total: Decimal | int = 0


def _day(moment: datetime) -> date:
    return moment.astimezone(_PARIS).date()


def _band(days: int) -> str:
    if days > 90:
        return "91+"
    for most in (7, 15, 30, 60, 90):
        if days <= most:
            least = {7: 0, 15: 8, 30: 16, 60: 31, 90: 61}[most]
            return f"{least:02d}-{most:02d}"
    raise AssertionError


class Recount:
    """The rows of an installation, and every fact of a month counted from them."""

    def __init__(self, read: Callable[[str], list[Row]], now: datetime) -> None:
        self.now = now
        self.t = {name: read(name) for name in TABLES}
        self.by_id = {
            name: {row["id"]: row for row in rows if "id" in row} for name, rows in self.t.items()
        }
        self.history = defaultdict(list)
        for one in sorted(self.t["audit_change"], key=lambda row: row["id"]):
            if one["action"] == "update":
                self.history[one["table_name"], one["row_id"]].append(one)
        self.answers = defaultdict(list)
        for one in self.t["outreach_answer"]:
            if not one["to_check"]:
                self.answers[one["approach_id"]].append(one)
        self.messages = [one for one in self.t["outreach_message"] if not one["doubled"]]
        self.posted = self._posted()
        self.closings = [
            one for one in self.t["interventions_supportevent"] if one["state"] == "closed"
        ]

    def facts(self, month: Month) -> dict[Key, tuple[int, Decimal]]:
        """Return every fact of a month: measure, territory, breakdown, value."""
        counts: Counter[Key] = Counter()
        totals: defaultdict[Key, Decimal] = defaultdict(Decimal)
        for one in self._told(month):
            if not month.first_day <= one.day <= month.last_day:
                continue
            for key in self._keys(one):
                counts[key] += one.number
                totals[key] += Decimal(one.total)
        cent = Decimal("0.01")
        return {
            key: (number, totals[key].quantize(cent, ROUND_HALF_UP))
            for key, number in counts.items()
        }

    def _then(self, table: str, row: int, column: str, day: date) -> Any:
        for one in self.history[table, row]:
            if _day(one["at"]) > day and column in one["before"]:
                return one["before"][column]
        return self.by_id[table][row][column]

    def _keys(self, one: Told) -> Iterator[Key]:
        commune = one.commune
        placed = one.family is not None or one.commune is not None
        if one.family is not None:
            commune = self._then("families_family", one.family, "commune_id", one.day)
        team = None
        if one.worker is not None:
            number = self._then("directory_staffmember", one.worker, "team_id", one.day)
            team = self.by_id["directory_team"].get(number)
        territory = self._territory_of(commune) if placed else self._territory(team)
        told = {"": "", **{name: value or "" for name, value in one.by.items()}}
        if placed and _by_commune(one.measure):
            told["commune"] = "" if commune == NOWHERE else commune or ""
        if one.worker is not None:
            told["team"] = team["label"] if team else ""
        for breakdown, value in told.items():
            for where in ("", territory):
                yield one.measure, where, breakdown, value

    def _territory_of(self, commune: str | None) -> str:
        homes = {row["code"]: row for row in self.t["directory_commune"]}
        if commune is None or commune not in homes:
            return "-"
        area = self.by_id["directory_area"][homes[commune]["area_id"]]
        return str(self.by_id["directory_territory"][area["territory_id"]]["code"])

    def _territory(self, team: Row | None) -> str:
        if team is None or team["territory_id"] is None:
            return "-"
        return str(self.by_id["directory_territory"][team["territory_id"]]["code"])

    def _told(self, month: Month) -> Iterator[Told]:
        yield from chain(
            self._targeting(),
            self._steps(),
            self._drawn(),
            self._mail(),
            self._appointments(),
            self._meetings(month),
            self._advice(month),
            self._supports(month),
            self._closed(),
            self._written(),
            self._opinions(),
            self._rights(month),
            self._claims(),
            self._staff(month),
            self._known(month),
            self._register(month),
            self._in_contact(month),
        )

    # From proposals to answers.

    def _posted(self) -> dict[int, date]:
        days: dict[int, date] = {}
        for one in self.messages:
            if one["medium"] == "letter" and one["state"] in {"sent", "delivered", "returned"}:
                day = _day(one["sent_at"])
                days[one["approach_id"]] = min(day, days.get(one["approach_id"], day))
        return days

    def _first(self, *kinds: str) -> dict[int, date]:
        return {
            approach: min(one["said_on"] for one in said if not kinds or one["kind"] in kinds)
            for approach, said in self.answers.items()
            if any(not kinds or one["kind"] in kinds for one in said)
        }

    def _reached(self) -> dict[int, date]:
        days = self._first()
        for one in self.messages:
            if one["medium"] != "letter" and one["state"] == "delivered":
                day = _day(one["settled_at"] or one["sent_at"])
                days[one["approach_id"]] = min(day, days.get(one["approach_id"], day))
        return days

    def _silent(self, answered: dict[int, date]) -> dict[int, date]:
        found = {}
        for one in self.t["outreach_approach"]:
            end = one["window_ends_on"]
            over = end is not None and end < _day(self.now) and one["previous_id"] is None
            going = over and (one["ended_on"] is None or one["ended_on"] > end)
            if going and one["id"] in self.posted and answered.get(one["id"], date.max) > end:
                found[one["id"]] = end
        return found

    def _proposals(self) -> Iterator[Row]:
        return (one for one in self.t["outreach_proposal"] if not one["doubled"])

    def _targeting(self) -> Iterator[Told]:
        for one in self.t["outreach_approach"]:
            where = one["commune_id"] or NOWHERE
            if one["previous_id"] is not None:
                yield Told("families_back", _day(one["made_at"]), where)
            elif one["ending"] != "joined":
                by = {"channel": one["channel"]}
                yield Told("families_targeted", _day(one["made_at"]), where, by=by)
        for one in self._proposals():
            where = one["commune_id"] or NOWHERE
            yield Told("proposals_made", _day(one["made_at"]), where, by=_of_proposal(one))
        homes = {row["code"]: row["area_id"] for row in self.t["directory_commune"]}
        proposed = {row["offer"] for row in self.t["outreach_appliedrule"]}
        for release in self.t["targeting_release"]:
            for found in self.t["targeting_runcount"]:
                same = (found["run_id"], found["offer"]) == (release["run_id"], release["offer"])
                here = homes.get(found["commune"]) == release["area_id"]
                if same and here and found["outcome"] == "selected" and found["offer"] in proposed:
                    where = found["commune"] if found["commune"] in homes else NOWHERE
                    by = {"offer": found["offer"]}
                    day = _day(release["at"])
                    number = found["number"]
                    yield Told("households_selected", day, where, by=by, number=number)

    def _steps(self) -> Iterator[Told]:
        answered = self._first("meeting", "call", "later", "no")
        steps = {
            "posted": self.posted,
            "reached": self._reached(),
            "answered": answered,
            "accepted": self._first("meeting", "call"),
            "accepted_after": {
                approach: day
                for approach, day in self._first("meeting", "call").items()
                if approach in self.posted and self.posted[approach] <= day
            },
            "declined": self._first("no"),
            "postponed": self._first("later"),
            "silent": self._silent(answered),
        }
        for name, days in steps.items():
            for approach, day in days.items():
                one = self.by_id["outreach_approach"][approach]
                where = one["commune_id"] or NOWHERE
                yield Told(f"families_{name}", day, where, by={"channel": one["channel"]})
            for one in self._proposals():
                if one["approach_id"] in days:
                    where = one["commune_id"] or NOWHERE
                    day = days[one["approach_id"]]
                    yield Told(f"proposals_{name}", day, where, by=_of_proposal(one))
        for one in self._proposals():
            left = self.posted.get(one["approach_id"])
            if left is not None and one["reported_on"] is not None and left >= one["reported_on"]:
                length = (left - one["reported_on"]).days
                by = {"offer": one["offer"], "event": one["event_kind"], "delay": _band(length)}
                yield Told(
                    "delay_event_letter", left, one["commune_id"] or NOWHERE, by=by, total=length
                )
        for approach, day in answered.items():
            if approach in self.posted and day >= self.posted[approach]:
                length = (day - self.posted[approach]).days
                where = self.by_id["outreach_approach"][approach]["commune_id"] or NOWHERE
                by = {"delay": _band(length)}
                yield Told("delay_letter_answer", day, where, by=by, total=length)

    def _drawn(self) -> Iterator[Told]:
        advices, supports = (
            self.t[f"interventions_{name}"] for name in ("informationadvice", "support")
        )
        begun = [(one["family_id"], one["opened_on"]) for one in advices]
        begun += [(one["family_id"], one["started_on"]) for one in supports]
        for turn in self.t["outreach_turn"]:
            one = self.by_id["outreach_proposal"][turn["proposal_id"]]
            if one["doubled"]:
                continue
            last = turn["drawn_on"] + timedelta(days=182)
            last_wave = self.by_id["targeting_draw"][turn["draw_id"]]["waves"]
            if turn["wave"] not in {1, last_wave}:
                continue
            name = "drawn_first" if turn["wave"] == 1 else "drawn_later"
            where, by = one["commune_id"] or NOWHERE, {"offer": one["offer"]}
            yield Told(name, last, where, by=by)
            if any(
                family == one["family_id"] and day and turn["drawn_on"] <= day < last
                for family, day in begun
            ):
                yield Told(f"{name}_begun", last, where, by=by)

    def _mail(self) -> Iterator[Told]:
        for one in self.t["outreach_message"]:
            where = self.by_id["outreach_approach"][one["approach_id"]]["commune_id"] or NOWHERE
            medium, state = one["medium"], one["state"]
            if medium in {"phone", "visit"}:
                by = {"mode": medium, "outcome": state}
                yield Told("calls_made", _day(one["sent_at"]), where, worker=one["by_id"], by=by)
            if one["doubled"]:
                continue
            if medium == "letter" and state in {"sent", "delivered", "returned"}:
                yield Told("letters_posted", _day(one["sent_at"]), where)
            if medium == "letter" and state == "returned":
                by = {"outcome": one["trouble"]}
                yield Told("letters_returned", _day(one["settled_at"]), where, by=by)
            if medium in {"text", "email"} and state in {"sent", "delivered"}:
                yield Told("messages_sent", _day(one["sent_at"]), where, by={"mode": medium})

    # Meetings.

    def _outcomes(self) -> dict[int, set[str]]:
        found: defaultdict[int, set[str]] = defaultdict(set)
        for one in self.t["agenda_attendance"]:
            found[one["appointment_id"]].add(one["outcome"])
        return found

    def _appointments(self) -> Iterator[Told]:
        outcomes = self._outcomes()
        for one in self.t["agenda_appointment"]:
            if one["starts_at"] >= self.now:
                continue
            became = one["state"] if one["state"] in {"by_family", "by_us"} else ""
            if one["state"] == "held":
                words = ("attended", "absent", "excused", "cancelled", "")
                became = next((word for word in words if word in outcomes[one["id"]]), "")
            origin = "family" if one["made_by_id"] is None else "staff"
            kinds = {"attended": "appointments_kept", "absent": "appointments_missed"}
            shared = {"mode": one["mode"], "origin": origin}
            of: Row = {"family": one["family_id"], "worker": one["worker_id"]}
            day = _day(one["starts_at"])
            yield Told("appointments_due", day, **of, by={**shared, "outcome": became})
            if became in kinds:
                yield Told(kinds[became], day, **of, by=shared)

    def _met(self) -> list[Row]:
        outcomes, found = self._outcomes(), []
        for one in self.t["agenda_appointment"]:
            if one["state"] == "held" and "attended" in outcomes[one["id"]]:
                length = one["ends_at"] - one["starts_at"]
                found.append(
                    {
                        "day": _day(one["starts_at"]),
                        "family": one["family_id"],
                        "worker": one["worker_id"],
                        "mode": "face" if one["mode"] == "place" else one["mode"],
                        "hours": Decimal(length // timedelta(seconds=1)) / 3600,
                        "appointment": one["id"],
                    }
                )
        alone = (
            ("interventions_advicemeeting", "held_on", None),
            ("interventions_homevisit", "done_on", "home"),
        )
        for table, day, mode in alone:
            found += [
                {
                    "day": one[day],
                    "family": one["family_id"],
                    "worker": one["by_id"],
                    "mode": mode or one["mode"],
                    "hours": 0,
                    "appointment": None,
                }
                for one in self.t[table]
                if one["appointment_id"] is None and one[day] is not None
            ]
        return found

    def _part_of(self, met: Row) -> str:
        named = {one["appointment_id"] for one in self.t["interventions_advicemeeting"]}
        if met["appointment"] is not None and met["appointment"] in named:
            return "advice"
        for table, start, part in (
            ("interventions_support", "started_on", "support"),
            ("interventions_informationadvice", "opened_on", "advice"),
            ("interventions_support", "drafted_on", "support"),
        ):
            for one in self.t[table]:
                begun = one[start] is not None and one[start] <= met["day"]
                goes_on = one["closed_on"] is None or one["closed_on"] >= met["day"]
                if one["family_id"] == met["family"] and begun and goes_on:
                    return part
        return ""

    def _meetings(self, month: Month) -> Iterator[Told]:
        met = [one for one in self._met() if one["day"] <= month.last_day]
        for one in met:
            if one["day"] < month.first_day:
                continue
            of: Row = {"family": one["family"], "worker": one["worker"]}
            shared: Row = {**of, "by": {"mode": one["mode"]}, "total": one["hours"]}
            yield Told("meetings", one["day"], **shared)
            if part := self._part_of(one):
                yield Told(f"meetings_{part}", one["day"], **shared)
        received: dict[int, Row] = {}
        year = [one for one in met if one["day"].year == month.year]
        for one in sorted(year, key=lambda row: (row["day"], row["worker"], row["mode"])):
            received.setdefault(one["family"], one)
        for one in received.values():
            of = {"family": one["family"], "worker": one["worker"]}
            yield Told("families_received", one["day"], **of, by={"mode": one["mode"]})
        for approach, day in self._first("meeting", "call").items():
            row = self.by_id["outreach_approach"][approach]
            after = [
                one["day"]
                for one in met
                if one["family"] == row["family_id"] and one["day"] >= day
            ]
            if after:
                days = (min(after) - day).days
                by = {"delay": _band(days)}
                where = row["commune_id"] or NOWHERE
                yield Told("delay_answer_meeting", min(after), where, by=by, total=days)

    # Interventions.

    def _from(self, advice: Row | None) -> dict[str, str | None]:
        offered = advice and self.by_id["outreach_proposal"].get(advice["proposal_id"])
        return {
            "offer": offered["offer"] if offered else "",
            "event": offered["event_kind"] if offered else "",
            "origin": advice["origin"] if advice else "direct",
        }

    def _of_support(self, one: Row) -> dict[str, str | None]:
        return self._from(self.by_id["interventions_informationadvice"].get(one["advice_id"]))

    def _advice(self, month: Month) -> Iterator[Told]:
        last = month.last_day
        for one in self.t["interventions_informationadvice"]:
            of: Row = {"family": one["family_id"], "worker": one["worker_id"]}
            by = self._from(one)
            yield Told("advice_begun", one["opened_on"], **of, by=by)
            if one["other_service"] in {"county", "town", "other"}:
                elsewhere = {"outcome": one["other_service"]}
                yield Told("advice_elsewhere", one["opened_on"], **of, by=elsewhere)
            if one["closed_on"]:
                days = (one["closed_on"] - one["opened_on"]).days
                ended = {**by, "outcome": one["outcome"]}
                yield Told("advice_ended", one["closed_on"], **of, by=ended, total=days)
            if one["opened_on"] <= last and (one["closed_on"] is None or one["closed_on"] > last):
                yield Told("advice_running", last, **of, by=by)

    def _carrier(self, support: Row, day: date) -> int:
        steps = [
            one
            for one in self.t["interventions_supportevent"]
            if one["support_id"] == support["id"] and one["on"] <= day
        ]
        last = max(steps, key=lambda one: (one["on"], one["id"]), default=support)
        return int(last["worker_id"])

    def _supports(self, month: Month) -> Iterator[Told]:
        last = month.last_day
        for one in self.t["interventions_support"]:
            by = self._of_support(one)
            if one["started_on"]:
                carrier = self._carrier(one, one["started_on"])
                of: Row = {"family": one["family_id"], "worker": carrier}
                yield Told("support_begun", one["started_on"], **of, by=by)
            steps = [
                step
                for step in self.t["interventions_supportevent"]
                if step["support_id"] == one["id"] and step["on"] <= last
            ]
            if not steps:
                continue
            now = max(steps, key=lambda step: (step["on"], step["id"]))
            if now["state"] == "suspended":
                of = {"family": one["family_id"], "worker": now["worker_id"]}
                yield Told("support_suspended", last, **of, by=by)
            if now["state"] in {"active", "reopened"}:
                days = max(0, (last - one["started_on"]).days)
                of = {"family": one["family_id"], "worker": now["worker_id"]}
                by = {**by, "outcome": now["state"]}
                yield Told("support_running", last, **of, by=by, total=days)

    def _closed(self) -> Iterator[Told]:
        for end in self.closings:
            support = self.by_id["interventions_support"][end["support_id"]]
            of: Row = {"family": support["family_id"], "worker": end["worker_id"]}
            by = self._of_support(support)
            if end["why"] == "not_begun":
                yield Told("support_not_begun", end["on"], **of)
                continue
            if support["started_on"] is None:
                continue
            days = (end["on"] - support["started_on"]).days
            ended = {**by, "outcome": end["why"]}
            yield Told("support_ended", end["on"], **of, by=ended, total=days)
            for aim in self.t["interventions_objective"]:
                if aim["support_id"] == support["id"]:
                    offer = {"offer": by["offer"]}
                    settled = {**offer, "outcome": aim["result"]}
                    yield Told("objectives_settled", end["on"], **of, by=settled)
                    if aim["result"] == "reached":
                        yield Told("objectives_reached", end["on"], **of, by=offer)
            visits = [
                one
                for one in self.t["interventions_homevisit"]
                if one["support_id"] == support["id"]
            ]
            done = [one for one in visits if one["done_on"] and one["done_on"] <= end["on"]]
            if done:
                yield Told("visits_of_ended", end["on"], **of, number=len(done))
            elif any(
                one["done_on"] is None and one["declined_on"] and one["declined_on"] <= end["on"]
                for one in visits
            ):
                yield Told("ended_refusing_visit", end["on"], **of)

    def _written(self) -> Iterator[Told]:
        supports = self.by_id["interventions_support"]
        for one in self.t["interventions_extension"]:
            support = supports[one["support_id"]]
            if one["granted"]:
                carrier = self._carrier(support, _day(one["decided_at"]))
                of: Row = {"family": support["family_id"], "worker": carrier}
                yield Told("support_extended", _day(one["decided_at"]), **of)
        for one in self.t["interventions_contract"]:
            if one["signed_on"]:
                of = {"family": one["family_id"], "worker": one["signed_by_id"]}
                by: dict[str, str | None] = {
                    "outcome": "first" if one["version"] == 1 else "amended"
                }
                yield Told("contracts_signed", one["signed_on"], **of, by=by)
        for one in self.t["interventions_homevisit"]:
            of = {"family": one["family_id"], "worker": one["by_id"]}
            if one["done_on"]:
                yield Told("visits_done", one["done_on"], **of)
            elif one["declined_on"]:
                yield Told("visits_declined", one["declined_on"], **of)
        for one in self.t["interventions_review"]:
            of = {"family": one["family_id"], "worker": one["by_id"]}
            yield Told("reviews_held", one["held_on"], **of, by={"outcome": one["kind"]})

    def _opinions(self) -> Iterator[Told]:
        supports = self.by_id["interventions_support"]
        for one in self.t["interventions_familyopinion"]:
            support = supports[one["support_id"]]
            carrier = self._carrier(support, _day(one["at"]))
            of = {"family": one["family_id"], "worker": carrier}
            offer = self._of_support(support)["offer"]
            for word in ("listened", "helped", "better", "returns"):
                if one[word]:
                    by = {"offer": offer, "outcome": one[word]}
                    yield Told(f"opinion_{word}", _day(one["at"]), **of, by=by)
            if one["better"] in {"yes", "rather"}:
                day, family = _day(one["at"]), one["family_id"]
                yield Told("opinion_better_yes", day, family=family, by={"offer": offer})

    # Rights found and claimed.

    def _rights(self, month: Month) -> Iterator[Told]:
        last: dict[int, Row] = {}
        for one in sorted(
            (one for one in self.t["interventions_rightscheck"] if one["computed_at"]),
            key=lambda row: (row["computed_at"], row["id"]),
        ):
            if month.first_day <= _day(one["computed_at"]) <= month.last_day:
                last[one["family_id"]] = one
        for one in last.values():
            day = _day(one["computed_at"])
            of: Row = {"family": one["family_id"], "worker": one["worker_id"]}
            yield Told("rights_checked", day, **of)
            paid = payments_of(ToldOfRights.of_json(one["said"]))
            for found in compared(rights_of(one["result"][0]), paid):
                by: dict[str, str | None] = {"right_kind": found.right.kind.code}
                if found.gap in {Gap.MISSING, Gap.LESS}:
                    assert found.right.euros is not None
                    assert found.paid is not None
                    assert found.paid.euros is not None
                    more = found.right.euros - found.paid.euros
                    yield Told("rights_missing", day, **of, by=by, total=more)
                elif found.gap is Gap.UNKNOWN and found.right.euros:
                    yield Told("rights_to_compare", day, **of, by=by)

    def _claims(self) -> Iterator[Told]:
        for one in self.t["interventions_rightsclaim"]:
            of: Row = {"family": one["family_id"], "worker": one["by_id"]}
            by: dict[str, str | None] = {"right_kind": one["kind"]}
            yield Told("rights_claimed", one["claimed_on"], **of, by=by)
            if one["state"] == "refused":
                yield Told("rights_refused", one["decided_on"], **of, by=by)
            if one["state"] == "granted":
                rhythm = {"CSS": "cover", "ARS": "yearly"}.get(one["kind"], "monthly")
                total = one["euros"] if rhythm != "cover" else 0
                yield Told(f"rights_granted_{rhythm}", one["decided_on"], **of, by=by, total=total)

    # Who works, and for whom.

    def _staff(self, month: Month) -> Iterator[Told]:
        days = (month.last_day - month.first_day).days + 1
        for place in range(days):
            day = month.first_day + timedelta(days=place)
            there = {
                one["member_id"]
                for one in self.t["directory_rolegrant"]
                if one["role"] == "social_worker"
                and one["confirmed_at"]
                and one["since"] <= day
                and (one["until"] is None or one["until"] >= day)
                and (one["ended_at"] is None or _day(one["ended_at"]) > day)
            }
            for worker in there:
                time = self._then("directory_staffmember", worker, "working_time", day)
                share = Decimal(str(time)) / days
                yield Told("workers_in_post", day, worker=worker, total=share)
                for away in self.t["directory_absence"]:
                    mine = away["member_id"] == worker
                    if mine and away["first_day"] <= day <= away["last_day"]:
                        yield Told("workers_away", day, worker=worker, total=share)

    def _known(self, month: Month) -> Iterator[Told]:
        last = month.last_day
        services = defaultdict(set)
        for one in self.t["families_involvement"]:
            if one["since"] <= last and (one["until"] is None or one["until"] > last):
                services[one["family_id"]].add(one["service"])
        for family, known in services.items():
            yield Told("families_known", last, family=family)
            if len(known) > 1:
                by: dict[str, str | None] = {"outcome": "+".join(sorted(known))}
                yield Told("families_of_several", last, family=family, by=by)

    # The register of the month, and whom the department is with.

    def _register(self, month: Month) -> Iterator[Told]:
        kept = {one["run_id"] for one in self.t["targeting_registercount"]}
        runs = [
            one
            for one in self.t["targeting_targetingrun"]
            if one["month"] == str(month)
            and one["state"] in {"review", "released"}
            and one["id"] in kept
        ]
        if not runs:
            return
        last = max(
            runs, key=lambda one: (one["state"] == "released", one["computed_at"], one["id"])
        )
        homes = {row["code"] for row in self.t["directory_commune"]}
        for one in self.t["targeting_registercount"]:
            if one["run_id"] == last["id"]:
                where = one["commune"] if one["commune"] in homes else NOWHERE
                for name in ("households", "eligible"):
                    if one[name]:
                        number = one[name]
                        yield Told(f"register_{name}", month.last_day, where, number=number)

    def _in_contact(self, month: Month) -> Iterator[Told]:
        last = month.last_day
        followed = {
            one["family_id"]
            for one in self.t["interventions_informationadvice"]
            if one["opened_on"] <= last and (one["closed_on"] is None or one["closed_on"] > last)
        }
        for one in self.t["interventions_support"]:
            steps = [
                step
                for step in self.t["interventions_supportevent"]
                if step["support_id"] == one["id"] and step["on"] <= last
            ]
            if steps:
                now = max(steps, key=lambda step: (step["on"], step["id"]))
                if now["state"] in {"active", "reopened", "suspended"}:
                    followed.add(one["family_id"])
        there = set(followed)
        reached = self._reached()
        for one in self.t["outreach_approach"]:
            days = [days[one["id"]] for days in (self.posted, reached) if one["id"] in days]
            open_still = one["window_ends_on"] is None or one["window_ends_on"] >= last
            going = one["ended_on"] is None or one["ended_on"] > last
            if days and min(days) <= last and open_still and going:
                said = [
                    (answer["said_on"], answer["number"], answer["kind"])
                    for answer in self.answers[one["id"]]
                    if answer["kind"] in {"meeting", "call", "later", "no"}
                    and answer["said_on"] <= last
                ]
                if not said or max(said)[2] != "no":
                    there.add(one["family_id"])
        for family in there:
            yield Told("families_in_contact", last, family=family)
        for family in followed:
            yield Told("families_followed", last, family=family)


# A place that is kept with the row, and outside the department.
NOWHERE = "hors"


def _by_commune(measure: str) -> bool:
    """Tell whether it is told by commune: what was offered and begun, not what came of it."""
    return (
        measure in {"families_received", "advice_begun", "support_begun"}
        or (
            measure.startswith(
                ("families_", "proposals_", "households_", "register_", "delay_", "letters_")
            )
            and measure not in {"families_known", "families_of_several"}
        )
        or measure in {"messages_sent", "calls_made"}
    )


def _of_proposal(one: Row) -> dict[str, str | None]:
    return {"offer": one["offer"], "event": one["event_kind"], "channel": one["channel"]}
