"""What became of families as a page and its files say it: shares with how sure one may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from jalon.rules.sentences import capitalised
from jalon.steering.effects.comparison import Comparison, Group, Share, compare, share
from jalon.steering.enums import Breakdown
from jalon.steering.figures.shown import Shown, Year
from jalon.steering.forecast.forecasting import Refusal
from jalon.steering.hiding.suppression import HIDDEN
from jalon.steering.indicators import INDICATORS, Indicator
from jalon.steering.naming import names
from jalon.steering.pictures.charts import Bar, Bars, Chart, Gap, Unit
from jalon.steering.pictures.tables import Table
from jalon.web import french

REACHED: Final = INDICATORS["objectives_reached_share"]
ENDED: Final = INDICATORS["support_ended"]
FOLLOWED: Final = INDICATORS["reviews_held"]
# What families say by themselves, with the words of each question.
ASKED: Final = {
    INDICATORS["opinion_listened_share"]: "À la fin : nous avons été écoutés",
    INDICATORS["opinion_helped_share"]: "À la fin, ou plus tard : cela nous a aidés",
    INDICATORS["opinion_returns_share"]: "À la fin, ou plus tard : nous reviendrions",
    INDICATORS["opinion_better_share"]: "Quelques mois après : cela va mieux",
}
BETTER: Final = INDICATORS["better_later_share"]
FIRST: Final = INDICATORS["drawn_first_share"]
LATER: Final = INDICATORS["drawn_later_share"]
TOLD: Final = (REACHED, ENDED, FOLLOWED, *ASKED, BETTER, FIRST, LATER)
INTERVAL: Final = (
    "L'intervalle dit entre quoi la part se tient, dix-neuf fois sur vingt, si les mêmes familles "
    "étaient d'autres familles comme elles (intervalle de Wilson). Une part n'est pas montrée si "
    "moins de 5 sont d'un côté."
)
_NO_OFFER: Final = "Sans proposition"
_HEAD: Final = ("Part", "Au moins", "Au plus", "Combien", "Sur combien")


@dataclass(frozen=True)
class Line:
    """A share of a table, in words; `found` is none where it is hidden or of nobody.

    `url` lists its rows, where its reader may read some.
    """

    label: str
    found: Share | None
    why_not: str
    url: str = ""

    @property
    def said(self) -> str:
        """The share, or why there is none."""
        return french.percentage(self.found.value) if self.found else self.why_not

    @property
    def between(self) -> str:
        """Its interval; empty where there is none."""
        if not self.found:
            return ""
        return f"entre {french.percentage(self.found.low)} et {french.percentage(self.found.high)}"

    @property
    def of(self) -> str:
        """What it was worked out from; empty where that is not told."""
        if not self.found:
            return ""
        return f"{french.number(self.found.part)} sur {french.number(self.found.known)}"


def line_of(label: str, shown: Shown) -> Line:
    """Return a share with its interval, of a figure as pages show it."""
    figure = shown.figure
    if shown.hidden:
        return Line(label, None, HIDDEN, shown.url)
    if figure.numerator is None or not figure.denominator:
        return Line(label, None, capitalised(figure.why_not or "personne"), shown.url)
    found = share(int(figure.numerator), int(figure.denominator))
    # Small, or the rest is: one word for both, as everywhere.
    if isinstance(found, Share):
        return Line(label, found, "", shown.url)
    return Line(label, None, HIDDEN, shown.url)


class Effects:
    """What became of the families of a year, of a territory or of the department."""

    def __init__(self, year: Year, where: str) -> None:
        self._year, self._where = year, where
        self.reached = line_of("Toutes les offres", year.shown(REACHED))
        self.by_offer = self._by_offer(REACHED)
        self.better = line_of("Toutes les offres", year.shown(BETTER))
        self.better_by_offer = self._by_offer(BETTER)
        self.opinions = [line_of(label, year.shown(of)) for of, label in ASKED.items()]
        self.ended = year.shown(ENDED)
        later = year.shown(FOLLOWED, by=Breakdown.OUTCOME, value="later")
        self.followed = later if year.shown(FOLLOWED).figure.basis.months else None
        self._ended = year.by(ENDED, Breakdown.OUTCOME, where)
        self.basis = self.ended.figure.basis.in_words
        self.compared = _compared(year)

    @property
    def groups(self) -> list[Line]:
        """The two groups that lots made; none where they are not compared."""
        if isinstance(self.compared, Refusal):
            return []
        return [
            Line("Contactées d'abord", self.compared.contacted, ""),
            Line("Reportées à la dernière vague", self.compared.deferred, ""),
        ]

    def _by_offer(self, of: Indicator) -> list[Line]:
        codes = self._year.values(of, Breakdown.OFFER)
        labels = names(Breakdown.OFFER, [one for one in codes if one], min(of.measures))
        if "" in codes:
            # Who came by themselves, or was sent here, was proposed nothing.
            labels = {**labels, "": _NO_OFFER}
        return [
            line_of(label, self._year.shown(of, by=Breakdown.OFFER, value=offer))
            for offer, label in labels.items()
        ]

    @property
    def charts(self) -> dict[str, Chart]:
        """The pictures of the page, by their name in addresses."""
        found: dict[str, Chart] = {}
        if self.by_offer:
            title = f"Objectifs atteints à la clôture, par offre, {self._where}"
            found["objectifs"] = _bars(title, "Offre", self.by_offer)
        if self._ended:
            found["fins"] = self._ended
        if any(one.found for one in self.opinions):
            title = f"Ce que les familles en disent d'elles-mêmes, {self._where}"
            found["avis"] = _bars(title, "Ce qu'elles disent", self.opinions)
        return found

    @property
    def links(self) -> dict[str, tuple[str, ...]]:
        """Where each row of a picture's table leads, for those that nothing else tells."""
        return {"fins": self._year.links(ENDED, Breakdown.OUTCOME)} if self._ended else {}

    @property
    def tables(self) -> list[Table]:
        """The tables of a workbook, with the intervals that pictures do not show."""
        return [
            _table("Objectifs atteints par offre", "Offre", [self.reached, *self.by_offer]),
            _table("Mieux quelques mois après", "Offre", [self.better, *self.better_by_offer]),
            _table("Avis des familles", "Ce qu'elles disent", self.opinions),
            *([replace(self._ended.table(), short=ENDED.label)] if self._ended else []),
            *(
                [_table("Contactées d'abord ou plus tard", "Familles", self.groups)]
                if self.groups
                else []
            ),
        ]


def _compared(year: Year) -> Comparison | Refusal:
    """Return what became of those that lots had contacted first beside those that waited."""
    whole = [year.shown(of) for of in (FIRST, LATER)]
    if any(one.hidden for one in whole):
        return Refusal(
            "Trop peu de familles tirées au sort : les montrer dirait ce qu'il en est de chacune."
        )
    codes = {code for of in (FIRST, LATER) for code in year.values(of, Breakdown.OFFER) if code}
    labels = names(Breakdown.OFFER, sorted(codes), min(FIRST.measures))
    offers = [
        (labels[code], [year.shown(of, by=Breakdown.OFFER, value=code) for of in (FIRST, LATER)])
        for code in sorted(codes)
    ]
    territories = [
        (label, [year.shown(of, territory=code) for of in (FIRST, LATER)])
        for code, label in year.territories.items()
    ]
    first, later = (
        {"Offre": a, "Territoire": b}
        for a, b in zip(_both(offers), _both(territories), strict=True)
    )
    return compare(_group(whole[0], first), _group(whole[1], later))


def _group(whole: Shown, base: Mapping[str, Mapping[str, int]]) -> Group:
    figure = whole.figure
    return Group(int(figure.numerator or 0), int(figure.denominator or 0), base)


def _both(cells: Sequence[tuple[str, Sequence[Shown]]]) -> list[dict[str, int]]:
    """Return how many were drawn of each, in the one group and the other.

    What is hidden in either is compared in neither: as nought, it would look like a difference.
    """
    told = [(label, pair) for label, pair in cells if not any(one.hidden for one in pair)]
    return [
        {label: int(pair[group].figure.denominator or 0) for label, pair in told}
        for group in range(2)
    ]


def _bars(title: str, of: str, lines: Sequence[Line]) -> Bars:
    shown = [one for one in lines if one.found or one.why_not == HIDDEN]
    said = " ; ".join(f"{one.label} : {one.said}" for one in shown)
    bars = (Bar(one.label, one.found.value if one.found else Gap.HIDDEN) for one in shown)
    return Bars(title, said, of, Unit.SHARE, tuple(bars))


def _table(title: str, of: str, lines: Sequence[Line]) -> Table:
    rows = tuple(
        (
            one.label,
            one.found.value,
            one.found.low,
            one.found.high,
            one.found.part,
            one.found.known,
        )
        if one.found
        else (one.label, one.why_not, None, None, None, None)
        for one in lines
    )
    return Table(title, (of, *_HEAD), rows, INTERVAL, frozenset({1, 2, 3}))
