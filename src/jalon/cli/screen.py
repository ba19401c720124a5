"""What the commands show on screen: tables, sheets, progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from jalon.register.extract import RowCounts
from jalon.rules import sheets
from jalon.rules.calendar import french_date
from jalon.rules.facts import EVENT_KINDS
from jalon.rules.logic import Truth
from jalon.rules.offers import Catalogue, Offer
from jalon.rules.outcome import SET_ASIDE_IN_FRENCH, Outcome
from jalon.rules.profile import Profile
from jalon.rules.sentences import NARROW, capitalised, fact_label, french_number, said_value
from jalon.targeting.explaining import Clause, Entry, Explanation
from jalon.targeting.run import Counts
from jalon.targeting.simulating import Simulation
from jalon.targeting.target import RunReport

if TYPE_CHECKING:
    from jalon.register.synthetic import GeneratedCounts

TABLES: Final = {
    "households": "dossiers",
    "persons": "personnes",
    "events": "événements",
    "benefits": "prestations",
}
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


def _console() -> Console:
    return Console(highlight=False, soft_wrap=False)


def _progress(*, total_known: bool) -> Progress:
    columns: list[Any] = [TextColumn("{task.description}"), BarColumn()]
    if total_known:
        columns.append(TextColumn("{task.percentage:>3.0f} %"))
    columns.append(TimeElapsedColumn())
    # Progress goes to standard error: what a command answers stays alone on standard output.
    return Progress(*columns, console=Console(stderr=True), transient=True)


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
    console = _console()
    table = Table("Table", title=f"Extrait fictif écrit dans {out}", title_justify="left")
    table.add_column("Lignes", justify="right")
    for name, french in TABLES.items():
        table.add_row(french, number(getattr(counts, name)))
    console.print(table)


def balance(
    counts: dict[str, RowCounts],
    unknown: dict[str, tuple[str, ...]],
    missing: dict[str, tuple[str, ...]],
) -> None:
    """Show, table by table, the rows read, accepted and rejected."""
    console = _console()
    table = Table("Table", title="Lignes de l'extrait", title_justify="left")
    for heading in ("Lues", "Acceptées", "Rejetées", "dont fautives"):
        table.add_column(heading, justify="right")
    for name, one in counts.items():
        figures = (one.read, one.accepted, one.rejected, one.faulty)
        table.add_row(TABLES[name], *(number(figure) for figure in figures))
    console.print(table)
    for name, columns in unknown.items():
        if columns:
            console.print(f"Colonnes ignorées ({TABLES[name]}) : {', '.join(columns)}.")
    for name, columns in missing.items():
        if columns:
            console.print(
                f"Colonnes absentes, donc inconnues pour tous ({TABLES[name]}) : "
                f"{', '.join(columns)}."
            )


def rejects_file(path: Path | None) -> None:
    """Say where the rejects are."""
    if path is not None:
        _console().print(f"Rejets : {path}")


def tolerance(over: tuple[str, ...], share: Decimal) -> None:
    """Say which tables have too many faulty rows."""
    if over:
        names = ", ".join(TABLES[name] for name in over)
        percent = french_number(share * 100)
        _console().print(
            f"[red]Trop de lignes fautives[/] ({names}) : la tolérance du profil est de "
            f"{percent}{NARROW}%. Corrigez l'extrait d'après les rejets."
        )


def run(report: RunReport, profile: Profile, out: Path) -> None:
    """Show what a run found, offer by offer, and where its files are."""
    balance(report.rows, report.unknown_columns, {})
    tolerance(report.over_tolerance, profile.tolerance)
    console = _console()
    if report.counts is not None:
        console.print(_counts(report.catalogue, report.counts))
        if profile.territories and report.by_territory:
            console.print(_territories(report.catalogue, report.by_territory, profile))
        for warning in report.warnings:
            console.print(f"[yellow]Attention :[/] {warning}")
        console.print(f"Empreinte de la cohorte : {report.digest}")
    console.print(f"Fichiers écrits dans {out}")


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


def compared(report: RunReport, past: dict[str, Any]) -> None:
    """Say whether a run done again gives the same list as the first time."""
    console = _console()
    if report.digest is not None and report.digest == past.get("cohort_digest"):
        console.print("[green]La liste est la même que la première fois.[/]")
    else:
        console.print(
            "[red]La liste diffère de la première fois[/] : ce n'est pas le même extrait, ou il "
            "n'est plus lu de la même façon."
        )


def explanation(explained: Explanation, *, brief: bool = False) -> None:
    """Show each offer's outcome for a household, with every criterion and what it found.

    Offers set off by an event that the household did not have are gathered in one line; `brief`
    leaves out what holds in offers that do not concern the household.
    """
    console = _console()
    month = explained.catalogue.month.in_french
    console.print(f"[bold]Dossier {explained.household_id}[/], {month}")
    without_event = [entry for entry in explained.entries if _lacks_event(entry)]
    for entry in explained.entries:
        if entry in without_event:
            continue
        console.print()
        console.print(_heading(entry))
        shown = brief and entry.outcome is Outcome.NOT_CONCERNED
        clauses = [one for one in entry.clauses if not shown or one.verdict is not True]
        console.print(Padding(_clauses(clauses), (0, 0, 0, 2)))
    if without_event:
        labels = ", ".join(entry.offer.label for entry in without_event)
        console.print()
        console.print(
            Text("Sans événement de ce genre, non concerné : ", style="dim").append(labels)
        )


def _lacks_event(entry: Entry) -> bool:
    return bool(entry.offer.events) and entry.event is None and entry.clauses[0].verdict is False


def _heading(entry: Entry) -> Text:
    heading = Text(entry.offer.label, style="bold")
    heading.append(f" — {entry.outcome.in_french}", style=_STYLES[entry.outcome])
    if entry.event:
        kind = dict(EVENT_KINDS)[entry.event["kind"]]
        heading.append(f" ({kind} du {french_date(entry.event['reported_on'])})", style="dim")
    if entry.reasons:
        known = entry.outcome is Outcome.SET_ASIDE
        said = [SET_ASIDE_IN_FRENCH[one] if known else fact_label(one) for one in entry.reasons]
        heading.append(f"\n{'Parce que' if known else 'À vérifier'} : {' ; '.join(said)}.")
    return heading


def _clauses(clauses: Sequence[Clause]) -> Table:
    grid = Table.grid(padding=(0, 1))
    for clause in clauses:
        word, style = _MARKS[clause.verdict]
        text = Text(clause.text)
        if clause.leaf is not None:
            text.append(f" — trouvé : {said_value(clause.leaf.fact, clause.value)}", style="dim")
        if clause.would_hold_on:
            text.append(f" ; serait vrai le {french_date(clause.would_hold_on)}", style="cyan")
        grid.add_row(Text(word, style=style), text)
    return grid


def simulation(simulated: Simulation) -> None:
    """Show what a change of rule would do."""
    console = _console()
    console.print(f"[bold]{simulated.offer.label}[/], {simulated.catalogue.month.in_french}")
    for change in simulated.changes:
        console.print(f"{change.criterion} : {change.before} → {change.after}")
    table = Table("", title="Dossiers", title_justify="left")
    for heading in ("Aujourd'hui", "Après"):
        table.add_column(heading, justify="right")
    for outcome in (Outcome.SELECTED, Outcome.SET_ASIDE, Outcome.TO_VERIFY):
        before, after = simulated.before[outcome], simulated.after[outcome]
        table.add_row(capitalised(outcome.in_french), number(before), number(after))
    console.print(table)
    moves = Table("Territoire", title="Mouvements", title_justify="left")
    for heading in ("Entreraient", "Sortiraient"):
        moves.add_column(heading, justify="right")
    for territory, (entered, left) in simulated.by_territory().items():
        moves.add_row(territory, number(entered), number(left))
    console.print(moves if simulated.moves else "Personne n'entrerait ni ne sortirait.")
    for entered, heading in ((True, "Entreraient"), (False, "Sortiraient")):
        ids = [move.household_id for move in simulated.moves if move.entered is entered]
        if ids:
            rest = len(ids) - _SHOWN_MOVES
            more = f" et {number(rest)} autres (--format json les donne tous)" if rest > 0 else ""
            console.print(f"{heading} : {', '.join(ids[:_SHOWN_MOVES])}{more}")


def catalogue(profile: Profile, shown: Catalogue) -> None:
    """Show the offers in force on a day."""
    console = _console()
    if not shown.offers:
        console.print(f"{profile.label} : aucune offre en vigueur le {french_date(shown.day)}.")
        return
    title = f"{profile.label} : offres en vigueur le {french_date(shown.day)}"
    table = Table("Code", "Offre", "Nature", "Déclencheur", title=title, title_justify="left")
    for offer in shown.offers:
        mark = " *" if sheets.assumptions(offer, shown) else ""
        table.add_row(offer.code, offer.label + mark, sheets.kind(offer), sheets.trigger(offer))
    console.print(table)
    console.print("* repose sur une hypothèse, dite par « jalon offers show CODE ».")


def sheet(offer: Offer, shown: Catalogue) -> None:
    """Show an offer's public sheet."""
    _console().print(Markdown(sheets.as_markdown(offer, shown)))
