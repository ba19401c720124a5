"""What the commands show on screen: tables, sheets, progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from jalon.register.schema import TABLES
from jalon.rights.catalogue import BY_CODE
from jalon.rules import sheets
from jalon.rules.calendar import french_date
from jalon.rules.criteria import (
    AllOf,
    AnyOf,
    Criterion,
    EventCriterion,
    Not,
    Rule,
    members_of,
)
from jalon.rules.facts import EVENT_KINDS
from jalon.rules.logic import Truth
from jalon.rules.offers import Catalogue, Offer
from jalon.rules.outcome import SET_ASIDE_IN_FRENCH, Channel, Outcome
from jalon.rules.profile import Profile
from jalon.rules.sentences import capitalised, fact_label, french_number, said_value

if TYPE_CHECKING:
    # Types alone: the engines take long to import.
    from jalon.register.extract import RowCounts
    from jalon.register.synthetic import GeneratedCounts
    from jalon.rights.scanning import Unclaimed
    from jalon.targeting.engine.explaining import Entry, Explanation
    from jalon.targeting.engine.run import Counts
    from jalon.targeting.engine.simulating import Simulation
    from jalon.targeting.engine.target import RunReport

_IN_FRENCH: Final = {table.name: table.french for table in TABLES}
_MARKS: Final[dict[Truth, tuple[str, str]]] = {
    True: ("oui", "green"),
    False: ("non", "red"),
    None: ("inconnu", "yellow"),
}
_STYLES: Final = {
    Outcome.SELECTED: "bold green",
    Outcome.SET_ASIDE: "bold yellow",
    Outcome.TO_VERIFY: "bold yellow",
    Outcome.NOT_CONCERNED: "dim",
}
_SHOWN_MOVES: Final = 10
_FRENCH_SPACES: Final = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"
_UNPRINTABLE: Final = "\N{REPLACEMENT CHARACTER}"


def _console() -> Console:
    # No markup: names of files, columns and offers are shown as they are.
    return Console(highlight=False, markup=False, emoji=False)


def _say(*parts: str | tuple[str, str]) -> None:
    """Print a line whole, however narrow the screen; a part may have its style."""
    text = Text.assemble(*parts)
    # A name read from a file could hold codes that drive the terminal.
    printable = (one.isprintable() or one in _FRENCH_SPACES for one in text.plain)
    text.plain = "".join(
        one if shown else _UNPRINTABLE for one, shown in zip(text.plain, printable, strict=True)
    )
    _console().print(text, soft_wrap=True)


def _progress(*, total_known: bool) -> Progress:
    columns: list[Any] = [TextColumn("{task.description}"), BarColumn()]
    if total_known:
        columns.append(TextColumn("{task.percentage:>3.0f} %"))
    columns.append(TimeElapsedColumn())
    # Progress goes to standard error: what a command answers stays alone on standard output.
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def progress_bar(description: str) -> Iterator[Callable[[int, int], None]]:
    """Show how much of a known total is done."""
    with _progress(total_known=True) as progress:
        task = progress.add_task(description, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def steps(*, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Show the step under way."""
    if quiet:
        yield lambda _step: None
        return
    with _progress(total_known=False) as progress:
        task = progress.add_task("Lecture de l'extrait", total=None)
        yield lambda step: progress.update(task, description=step)


def number(value: int) -> str:
    """Write a whole number with thin spaces between thousands."""
    return french_number(value)


def generated(out: Path, counts: GeneratedCounts) -> None:
    """Say what was generated, and where."""
    _say(f"Extrait fictif écrit dans {out}")
    table = Table("Table")
    table.add_column("Lignes", justify="right")
    for name, french in _IN_FRENCH.items():
        table.add_row(french, number(getattr(counts, name)))
    _console().print(table)


def balance(
    counts: dict[str, RowCounts],
    unknown: dict[str, tuple[str, ...]],
    missing: dict[str, tuple[str, ...]],
) -> None:
    """Show, table by table, the rows read, accepted and rejected."""
    table = Table("Table", title="Lignes de l'extrait", title_justify="left")
    for heading in ("Lues", "Acceptées", "Rejetées", "dont fautives"):
        table.add_column(heading, justify="right")
    for name, one in counts.items():
        figures = (one.read, one.accepted, one.rejected, one.faulty)
        table.add_row(_IN_FRENCH[name], *(number(figure) for figure in figures))
    _console().print(table)
    for name, columns in unknown.items():
        if columns:
            _say(f"Colonnes ignorées ({_IN_FRENCH[name]}) : {', '.join(columns)}.")
    for name, columns in missing.items():
        if columns:
            _say(
                f"Colonnes absentes, donc inconnues pour tous ({_IN_FRENCH[name]}) : "
                f"{', '.join(columns)}."
            )


def rejects_file(path: Path | None) -> None:
    """Say where the rejects are."""
    if path is not None:
        _say(f"Rejets : {path}")


def tolerance(over: tuple[str, ...], share: Decimal) -> None:
    """Say which tables have too many faulty rows."""
    if over:
        names = ", ".join(_IN_FRENCH[name] for name in over)
        _say(
            ("Trop de lignes fautives", "bold red"),
            f" ({names}) : la tolérance du profil est de {french_number(share * 100)} %. "
            "Corrigez l'extrait d'après les rejets.",
        )


def run(report: RunReport, profile: Profile, out: Path) -> None:
    """Show what a run found, offer by offer, and where its files are."""
    balance(report.rows, report.unknown_columns, report.missing_columns)
    if report.counts is not None:
        _console().print(_counts(report.catalogue, report.counts))
        if profile.territories and report.by_territory:
            _console().print(_territories(report.catalogue, report.by_territory, profile))
    for warning in report.warnings:
        _say(("Attention : ", "yellow"), warning)
    tolerance(report.over_tolerance, profile.tolerance)
    if report.digest is not None:
        _say(f"Empreinte de la cohorte : {report.digest}")
    _say(f"Fichiers écrits dans {out}")


def _counts(catalogue: Catalogue, counts: Counts) -> Table:
    title = f"{capitalised(catalogue.month.in_french)} : dossiers par offre"
    table = Table("Offre", title=title, title_justify="left", show_footer=True)
    table.columns[0].footer = "Total"
    totals = counts.by_outcome
    headings = {
        Outcome.SELECTED: "Retenus",
        Outcome.SET_ASIDE: "Écartés",
        Outcome.TO_VERIFY: "À vérifier",
    }
    for outcome, heading in headings.items():
        table.add_column(heading, justify="right", footer=number(totals[outcome]))
    for offer in catalogue.targeted:
        by_outcome = counts.by_offer[offer.code]
        table.add_row(offer.label, *(number(by_outcome[outcome]) for outcome in headings))
    return table


def _territories(
    catalogue: Catalogue, by_territory: dict[str, dict[str, int]], profile: Profile
) -> Table:
    table = Table("Offre", title="Dossiers retenus par territoire", title_justify="left")
    labels = [territory.label for territory in profile.territories]
    others = {label for counts in by_territory.values() for label in counts} - set(labels)
    labels += sorted(others)
    for label in labels:
        table.add_column(label, justify="right")
    for offer in catalogue.targeted:
        counts = by_territory.get(offer.code, {})
        table.add_row(offer.label, *(number(counts.get(label, 0)) for label in labels))
    return table


def compared(*, same: bool) -> None:
    """Say whether a run done again gives the same list as the first time."""
    if same:
        _say(("La liste est la même que la première fois.", "green"))
    else:
        _say(
            ("La liste diffère de la première fois", "bold red"),
            " : ce n'est pas le même extrait, ou il n'est plus lu de la même façon.",
        )


def explanation(explained: Explanation, *, brief: bool = False) -> None:
    """Show each offer's outcome for a household, with every criterion and what it found.

    Offers set off by an event that the household did not have are gathered in one line, as are
    those made on request; `brief` leaves out what holds in offers that do not concern the
    household.
    """
    _say((f"Dossier {explained.household_id}", "bold"), f", {explained.month.in_french}")
    for entry in explained.entries:
        if entry.lacks_event or entry.offer.request is not None:
            continue
        _say()
        _console().print(_heading(entry))
        rules = [
            rule
            for rule in entry.offer.rule.members
            if not (brief and entry.outcome is Outcome.NOT_CONCERNED)
            or entry.verdict(rule) is not True
        ]
        grid = Table.grid(padding=(0, 1))
        for rule in rules:
            _add_rule(grid, entry, rule, indent=0)
        _console().print(Padding(grid, (0, 0, 0, 2)))
    _gathered("Sans événement de ce genre", [one for one in explained.entries if one.lacks_event])
    _gathered("Sur demande seulement", [one for one in explained.entries if one.offer.request])


def _gathered(heading: str, entries: Sequence[Entry]) -> None:
    if entries:
        _say()
        labels = ", ".join(entry.offer.label for entry in entries)
        _console().print(Text(f"{heading} : ", style="dim").append(labels))


def _heading(entry: Entry) -> Text:
    heading = Text(entry.offer.label, style="bold")
    heading.append(f" — {entry.outcome.in_french}", style=_STYLES[entry.outcome])
    if entry.event:
        kind = dict(EVENT_KINDS)[entry.event["kind"]]
        heading.append(f" ({kind} du {french_date(entry.event['reported_on'])})", style="dim")
    if entry.channel is Channel.LETTER:
        heading.append(", par lettre")
    if entry.channel is Channel.IN_PERSON:
        heading.append(", à joindre par une personne (adresse protégée)")
    if entry.window_ends_on and entry.outcome is Outcome.SELECTED:
        heading.append(f", réponse jusqu'au {french_date(entry.window_ends_on)}")
    if entry.reasons:
        known = entry.outcome is Outcome.SET_ASIDE
        said = [SET_ASIDE_IN_FRENCH[one] if known else fact_label(one) for one in entry.reasons]
        heading.append(f"\n{'Parce que' if known else 'À vérifier'} : {' ; '.join(said)}.")
    return heading


def _add_rule(grid: Table, entry: Entry, rule: Rule, indent: int) -> None:
    """Add a rule's line, and below it, indented, the rules that it is made of."""
    word, style = _MARKS[entry.verdict(rule)]
    if isinstance(rule, Criterion | EventCriterion):
        clause = entry.clause_of(rule)
        text = Text(clause.text)
        if found := said_value(rule.fact, clause.value):
            text.append(f" — trouvé : {found}", style="dim")
        if clause.would_hold_on:
            text.append(f" ; serait vrai le {french_date(clause.would_hold_on)}", style="cyan")
    else:
        text = Text(_GROUPS[type(rule)], style="italic")
    grid.add_row(Text(word, style=style), Padding(text, (0, 0, 0, indent)))
    for member in members_of(rule):
        _add_rule(grid, entry, member, indent + 3)


_GROUPS: Final = {
    AllOf: "Tout à la fois :",
    AnyOf: "L'un au moins :",
    Not: "Le contraire de :",
}


def simulation(simulated: Simulation) -> None:
    """Show what a change of rule would do."""
    month = simulated.catalogue.month.in_french
    _say((simulated.offer.label, "bold"), f", {month}")
    for change in simulated.changes:
        _say(f"{capitalised(fact_label(change.fact))} : {change.before} → {change.after}")
    table = Table("")
    for heading in ("Aujourd'hui", "Après"):
        table.add_column(heading, justify="right")
    for outcome in (Outcome.SELECTED, Outcome.SET_ASIDE, Outcome.TO_VERIFY):
        before, after = simulated.before[outcome], simulated.after[outcome]
        table.add_row(capitalised(outcome.in_french), number(before), number(after))
    _console().print(table)
    if not simulated.moves:
        _say("Personne n'entrerait ni ne sortirait.")
        return
    moves = Table("Territoire", title="Mouvements", title_justify="left")
    for heading in ("Entreraient", "Sortiraient"):
        moves.add_column(heading, justify="right")
    for territory, (entered, left) in simulated.by_territory().items():
        moves.add_row(territory, number(entered), number(left))
    _console().print(moves)
    for entering, heading in ((True, "Entreraient"), (False, "Sortiraient")):
        ids = [move.household_id for move in simulated.moves if move.entered is entering]
        if ids:
            rest = len(ids) - _SHOWN_MOVES
            more = f" et {number(rest)} autres (--format json les donne tous)" if rest > 0 else ""
            _say(f"{heading} : {', '.join(ids[:_SHOWN_MOVES])}{more}")


def catalogue(profile: Profile, shown: Catalogue) -> None:
    """Show the offers in force on a day."""
    day = french_date(shown.day)
    if not shown.offers:
        _say(f"{profile.label} : aucune offre en vigueur le {day}.")
        return
    _say(f"{profile.label} : offres en vigueur le {day}")
    table = Table()
    table.add_column("Code", no_wrap=True)
    for heading in ("Offre", "Nature", "Déclencheur"):
        table.add_column(heading)
    for offer in shown.offers:
        mark = " *" if sheets.assumptions(offer, shown) else ""
        table.add_row(offer.code, offer.label + mark, sheets.kind(offer), sheets.trigger(offer))
    _console().print(table)
    _say("* repose sur une hypothèse, dite par « jalon offers show CODE ».")


def sheet(offer: Offer, shown: Catalogue) -> None:
    """Show an offer's public sheet."""
    from rich.markdown import Markdown  # noqa: PLC0415 - of this command alone, and long to import

    _console().print(Markdown(sheets.as_markdown(offer, shown)))


def kept(file: Path) -> None:
    """Say where what was found is kept for offers to read."""
    _say(f"Gardé pour les offres : {file}")


def unclaimed(
    found: Sequence[Unclaimed], households: int, left_out: int, out: Path | None
) -> None:
    """Show how many households seem not to receive each right, and what it would come to."""
    table = Table("Droit", title="Droits qui semblent non versés", title_justify="left")
    for heading in ("Foyers", "Euros par mois", "Foyers dont on sait trop peu"):
        table.add_column(heading, justify="right")
    for one in found:
        table.add_row(
            BY_CODE[one.code].label,
            number(int((one.euros > 0).sum())),
            number(round(float(one.euros.sum()))),
            number(int(one.unknown.sum())),
        )
    _console().print(table)
    _say(f"Foyers regardés : {number(households)}. Laissés de côté : {number(left_out)}.")
    _say("À confirmer par le service des prestations : l'extrait ne dit pas tout.")
    if out is not None:
        _say(f"Foyers et droits : {out}")
