"""Spark as the engine of a run, for whoever keeps the register on a cluster."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir

from jalon.register import sql
from jalon.register.schema import TABLES
from jalon.register.workspace import workspace
from jalon.targeting.engine.errors import EngineError


@dataclass(frozen=True)
class Spark:
    """A Spark session that holds the accepted tables, and a folder for what it answers."""

    session: Any
    backend: Any
    folder: Path

    def keep(self, shared: ir.Table) -> ir.Table:
        """Compute once what several offers read: Spark would do it again for each."""
        return shared.cache()

    def answer(self, expression: ir.Table) -> Path:
        """Compute an expression; return the folder of Parquet files it answers with."""
        answer = self.folder / "answer"
        self.session.sql(str(self.backend.compile(expression))).write.parquet(str(answer))
        return answer


@contextmanager
def spark_session(connection: duckdb.DuckDBPyConnection) -> Iterator[Spark]:
    """Hand the accepted tables of a connection to Spark, as Parquet.

    Spark runs where `SPARK_MASTER` says (default: this machine, all its cores). EngineError
    where PySpark or Java is missing.
    """
    with workspace() as folder:
        session = _start(folder)
        try:
            backend = ibis.pyspark.connect(session)
            for table in TABLES:
                file = folder / f"{table.name}.parquet"
                connection.execute(f"COPY {table.name} TO {sql.text(str(file))} (FORMAT parquet)")
                backend.read_parquet(str(file), table_name=table.name)
            yield Spark(session, backend, folder)
        finally:
            session.stop()


def _start(folder: Path) -> Any:  # noqa: ANN401
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
        .config("spark.log.level", "ERROR")
        .config("spark.sql.shuffle.partitions", os.environ.get("SPARK_PARTITIONS", "8"))
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .getOrCreate()
    )
