"""The same cohort on Spark, for whoever keeps the register on a cluster."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import ibis

from jalon.rules.engines.ibis_cohort import cohort
from jalon.rules.engines.ibis_expressions import Tables
from jalon.rules.offers import Catalogue
from jalon.targeting.errors import EngineError

_TABLES = ("households", "persons", "events", "benefits")


@contextmanager
def spark_cohort(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    missing: frozenset[tuple[str, str]],
) -> Iterator[Path]:
    """Hand the accepted tables to Spark as Parquet; yield the folder of Parquet it answers with.

    Spark runs where `SPARK_MASTER` says (default: this machine, all its cores). EngineError
    where PySpark or Java is missing.
    """
    folder = Path(tempfile.mkdtemp(prefix="jalon-spark-"))
    try:
        for table in _TABLES:
            connection.execute(
                f"COPY (SELECT * FROM {table}) TO '{folder / table}.parquet' (FORMAT parquet)"
            )
        session = _session(folder)
        try:
            backend = ibis.pyspark.connect(session)
            tables = {
                name: backend.read_parquet(str(folder / f"{name}.parquet")) for name in _TABLES
            }
            expression = cohort(Tables(**tables, missing=missing), catalogue)
            answer = folder / "cohort"
            session.sql(str(backend.compile(expression))).write.parquet(str(answer))
        finally:
            session.stop()
        yield answer
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _session(folder: Path) -> Any:  # noqa: ANN401
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise EngineError(
            "Spark n'est pas installé : installez l'extra « jalon[spark] »."
        ) from error
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise EngineError("Spark demande Java 17 ou plus récent, qui n'est pas installé.")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return (
        SparkSession.builder.master(os.environ.get("SPARK_MASTER", "local[*]"))
        .appName("jalon")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .getOrCreate()
    )
