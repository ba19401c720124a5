"""From an extract's folder to a run's folder: read, check, compute, write."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jalon.register.extract import Extract, RowCounts, open_extract
from jalon.register.layout import Layout, read_layout
from jalon.rules.offers import Catalogue
from jalon.rules.profile import Profile
from jalon.rules.records import rebuild, record, record_parameters
from jalon.targeting.engine.errors import TargetingError
from jalon.targeting.engine.keeping import keep_explained
from jalon.targeting.engine.outputs import (
    REJECTS_CSV,
    RUN_JSON,
    output_folder,
    write_cohort,
    write_events,
    write_record,
)
from jalon.targeting.engine.run import (
    Counts,
    Engine,
    compute_cohort,
    count,
    count_selected_by_territory,
    other_month,
    unscanned,
    warnings,
)

Progress = Callable[[str], None]
ELSEWHERE = "Hors territoire"
# The step that follows the check: whoever hears it knows that the extract could be read.
CHECKED = "Écriture des rejets"
# What a file that is no record raises, whatever JSON it holds.
_NOT_A_RECORD = (
    *(OSError, KeyError, TypeError, ValueError),
    *(AttributeError, ArithmeticError, RecursionError),
)
_VERSIONS = ("duckdb", "ibis-framework", "OpenFisca-France")


@dataclass(frozen=True)
class RunReport:
    """What a run found; `over_tolerance` names the tables with too many faulty rows.

    Where there is one, no cohort was computed: `counts` and `digest` are None.
    """

    catalogue: Catalogue
    rows: dict[str, RowCounts]
    unknown_columns: dict[str, tuple[str, ...]]
    missing_columns: dict[str, tuple[str, ...]]
    over_tolerance: tuple[str, ...]
    counts: Counts | None = None
    digest: str | None = None
    by_territory: dict[str, dict[str, int]] | None = None
    warnings: tuple[str, ...] = ()


def layout_of(profile: Profile) -> Layout:
    """Return the names that a fund's extract uses."""
    return read_layout(profile.extract)


@dataclass(frozen=True)
class RunOrder:
    """What to apply, to an extract with which names, and with what.

    `explained` asks for what explains each household besides, to be read without the extract.
    """

    profile: Profile
    catalogue: Catalogue
    layout: Layout
    engine: Engine = Engine.DUCKDB
    explained: bool = False


def target(folder: Path, out: Path, order: RunOrder, on_step: Progress) -> RunReport:
    """Apply a month's catalogue to an extract and write the files of a run into `out`."""
    if folder.exists() and out.exists() and folder.samefile(out):
        raise TargetingError(f"{out} est l'extrait lui-même : donnez un autre dossier pour --out.")
    layout, month = order.layout, order.catalogue.month
    with (
        output_folder(out) as draft,
        open_extract(folder, layout=layout, month=month, on_step=on_step) as extract,
    ):
        on_step(CHECKED)
        extract.write_rejects(draft / REJECTS_CSV)
        report = _run(extract, order, draft, on_step)
        write_record(_record(report, extract, order), draft)
    return report


def _run(extract: Extract, order: RunOrder, draft: Path, on_step: Progress) -> RunReport:
    profile, catalogue = order.profile, order.catalogue
    over = extract.over_tolerance(profile.tolerance)
    if over:
        return RunReport(
            catalogue,
            extract.counts,
            extract.unknown_columns,
            extract.missing_columns,
            over,
            warnings=tuple(other_month(extract, catalogue)),
        )
    on_step("Application des offres")
    compute_cohort(extract, catalogue, order.engine)
    counts = count(extract, catalogue)
    on_step("Écriture de la cohorte")
    digest = write_cohort(extract, draft)
    write_events(extract, draft)
    if order.explained:
        on_step("Ce qui explique chaque dossier")
        keep_explained(extract, draft)
    return RunReport(
        catalogue,
        extract.counts,
        extract.unknown_columns,
        extract.missing_columns,
        over,
        counts,
        digest,
        count_selected_by_territory(extract, profile.territory_of(), ELSEWHERE),
        (
            *other_month(extract, catalogue),
            *unscanned(extract, catalogue),
            *warnings(counts, catalogue, extract.counts["households"].accepted),
        ),
    )


def _record(report: RunReport, extract: Extract, order: RunOrder) -> dict[str, Any]:
    profile, catalogue = order.profile, order.catalogue
    return {
        "profile": catalogue.profile,
        "month": str(catalogue.month),
        "engine": order.engine.value,
        "jalon": version("jalon"),
        "versions": {name: version(name) for name in _VERSIONS},
        "extract_fingerprint": extract.fingerprint,
        "catalogue_fingerprint": catalogue.fingerprint,
        "parameters": record_parameters(catalogue),
        "rows": {
            table: {
                "read": counts.read,
                "accepted": counts.accepted,
                "rejected": counts.rejected,
            }
            for table, counts in report.rows.items()
        },
        "faulty": {table: counts.faulty for table, counts in report.rows.items()},
        "tolerance": str(profile.tolerance),
        "over_tolerance": list(report.over_tolerance),
        "unknown_columns": {table: list(one) for table, one in report.unknown_columns.items()},
        "missing_columns": {table: list(one) for table, one in report.missing_columns.items()},
        "counts": report.counts.by_offer if report.counts else {},
        "cohort_digest": report.digest,
        "warnings": list(report.warnings),
        "layout": asdict(order.layout),
        "territories": profile.territory_of(),
        "catalogue": record(catalogue),
    }


@dataclass(frozen=True)
class RecordedRun:
    """What a run's record says of it, enough to do it again."""

    file: Path
    catalogue: Catalogue
    layout: Layout
    digest: str | None

    def check(self, profile: Profile) -> None:
        """Refuse to do it again under another profile."""
        if self.catalogue.profile != profile.name:
            raise TargetingError(
                f"{self.file} est un requêtage du profil « {self.catalogue.profile} »."
            )


def recorded_run(run: Path) -> RecordedRun:
    """Return what a run's record holds, from its file or its folder.

    TargetingError where it cannot be read, or where this version of Jalon would not apply the
    catalogue as it was applied then.
    """
    file = run / RUN_JSON if run.is_dir() else run
    try:
        plain = json.loads(file.read_text(encoding="utf-8"))
        catalogue = rebuild(plain["catalogue"])
        layout = Layout(**plain["layout"])
        fingerprint, digest = plain["catalogue_fingerprint"], plain["cohort_digest"]
    except _NOT_A_RECORD as error:
        raise TargetingError(f"{file} n'est pas le relevé d'un requêtage.") from error
    if catalogue.fingerprint != fingerprint:
        raise TargetingError(
            f"{file} a été écrit par une version de Jalon ({plain.get('jalon')}) qui lisait "
            "autrement les faits : refaites ce requêtage avec elle."
        )
    return RecordedRun(file, catalogue, layout, digest)
