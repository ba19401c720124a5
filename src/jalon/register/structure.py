"""Find the faults that only several rows show: duplicates, references to nothing, wrong roles."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from jalon.register import sql
from jalon.register.faults import RANKS
from jalon.register.schema import TABLES, Table
from jalon.register.source import Source

_DANGLING_HOUSEHOLD = "Ce dossier n'existe pas dans l'extraction."
_DANGLING_PERSON = "Cette personne n'existe pas dans l'extraction."
_REFERRED = {"households": "household_id", "persons": "person_id"}
_FAULTY_PERSONS = f"SELECT line FROM reading.rejects WHERE table_rank = {RANKS['persons']}"


@dataclass(frozen=True)
class Structure:
    """The four typed tables, checked against one another; faults go to `reading.rejects`."""

    connection: duckdb.DuckDBPyConnection
    sources: dict[str, Source]

    def check(self) -> None:
        """Write a line for each fault that several rows show together."""
        for name, key in _REFERRED.items():
            self._gather_vanished(name, key)
        for table in TABLES:
            if not self._ascends(table):
                self._list_duplicates(table)
        self._gather_suspects()
        self._list_dangling_persons()
        for referring in ("events", "benefits"):
            self._list_dangling(referring, "household_id", "households", _DANGLING_HOUSEHOLD)
        if "person_id" in self.sources["events"].types:
            self._list_dangling("events", "person_id", "persons", _DANGLING_PERSON)
        if self._count("SELECT count(*) FROM suspects WHERE line IS NOT NULL"):
            self._list_crowded_households()
            self._list_wrong_responsibles()
        self._run("DROP TABLE suspects")

    def _run(self, statement: str) -> None:
        self.connection.execute(statement)

    def _count(self, query: str) -> int:
        return int(self.connection.execute(query).fetchall()[0][0])

    def _reject(self, table: str, column: str, value: str, reason: str, rows: str) -> None:
        """Write a fault line for each row of `rows`, a FROM clause; `reason` is SQL."""
        source = self.sources[table]
        position = source.table.columns.index(source.table.column(column))
        self._run(
            f"INSERT INTO reading.rejects SELECT {RANKS[table]}, line, {position}, "
            f"{sql.text(source.header.names[column])}, {sql.shown(value)}, {reason}, 'fault' "
            f"FROM {rows}"
        )

    def _gather_vanished(self, table: str, key: str) -> None:
        """List what only malformed rows of a table may name: who refers to it is not at fault."""
        self._run(
            f"CREATE TABLE reading.vanished_{table} AS "
            f"SELECT DISTINCT cell FROM reading.malformed_cells WHERE table_rank = {RANKS[table]}"
        )
        if self._count(f"SELECT count(*) FROM reading.vanished_{table}"):
            self._run(
                f"DELETE FROM reading.vanished_{table} WHERE cell IN "
                f"(SELECT {key} FROM reading.typed_{table} WHERE {key} IS NOT NULL)"
            )

    def _not_vanished(self, column: str, table: str) -> str:
        """Return the condition that a reference is not to a malformed row, if there are any."""
        if not self._count(f"SELECT count(*) FROM reading.vanished_{table}"):
            return ""
        return f" AND {column} NOT IN (SELECT cell FROM reading.vanished_{table})"

    def _ascends(self, table: Table) -> bool:
        """Tell whether each row's key is above the key before it, so that none can recur.

        Most extracts are in such an order, which costs far less to see than duplicates do.
        """
        keys, known = _key(table)
        previous = ", ".join(f"lag({key}) OVER () AS previous_{key}" for key in table.key)
        before = ", ".join(f"previous_{key}" for key in table.key)
        self._run("SET preserve_insertion_order = true")
        disordered = self._count(
            f"SELECT count(*) FROM (SELECT {keys}, {previous} FROM reading.typed_{table.name} "
            f"WHERE {known}) WHERE previous_{table.key[0]} IS NOT NULL AND ({keys}) <= ({before})"
        )
        self._run("SET preserve_insertion_order = false")
        return disordered == 0

    def _list_duplicates(self, table: Table) -> None:
        """Every copy is a fault, since nothing tells which one is right."""
        keys, known = _key(table)
        # Hashes take less memory than keys; the few that recur are then compared in full.
        self._run(
            f"CREATE OR REPLACE TEMP TABLE recurring AS SELECT hash({keys}) AS k "
            f"FROM reading.typed_{table.name} WHERE {known} GROUP BY k HAVING count(*) > 1"
        )
        if self._count("SELECT count(*) FROM recurring"):
            self._run(
                f"CREATE OR REPLACE TEMP TABLE copies AS SELECT line, {keys} "
                f"FROM reading.typed_{table.name} WHERE {known} "
                f"AND hash({keys}) IN (SELECT k FROM recurring)"
            )
            twins = (
                f"copies WHERE ({keys}) IN "
                f"(SELECT ({keys}) FROM copies GROUP BY {keys} HAVING count(*) > 1)"
            )
            reason = (
                "'Ce dossier a plusieurs lignes pour le mois ' || month || ' et la prestation '"
                " || code || '.'"
                if table.name == "benefits"
                else "'Cet identifiant est sur plusieurs lignes.'"
            )
            self._reject(table.name, table.key[0], table.key[0], reason, twins)
            self._run("DROP TABLE copies")
        self._run("DROP TABLE recurring")

    def _gather_suspects(self) -> None:
        """Keep, of households joined with what their persons amount to, those not plainly right.

        Persons with a fault of their own count for nothing here. A row without `line` is a
        household that persons name and that does not exist.
        """
        # Without dates of death nobody is certainly living, so no two spouses certainly are.
        living = "death_date IS NULL" if "death_date" in self.sources["persons"].types else "false"
        self._run(
            f"""
            CREATE OR REPLACE TEMP TABLE suspects AS
            WITH family AS (
                SELECT
                    household_id,
                    count(*) FILTER (WHERE role = 'responsible') AS responsibles,
                    count(*) FILTER (WHERE role = 'spouse' AND {living}) AS spouses,
                    min(person_id) FILTER (WHERE role = 'responsible') AS responsible
                FROM reading.typed_persons
                WHERE household_id IS NOT NULL {self._sound()}
                GROUP BY household_id
            ),
            household AS (
                SELECT line, household_id, responsible_person_id
                FROM reading.typed_households
            )
            SELECT
                household.line,
                coalesce(household.household_id, family.household_id) AS household_id,
                household.responsible_person_id,
                family.responsibles,
                family.spouses
            FROM household FULL JOIN family ON household.household_id = family.household_id
            WHERE household.line IS NULL
                OR family.responsibles IS DISTINCT FROM 1
                OR family.spouses > 1
                OR family.responsible IS DISTINCT FROM household.responsible_person_id
            """
        )

    def _sound(self) -> str:
        """Return the condition that keeps persons without a fault of their own."""
        if not self._count(f"SELECT count(*) FROM ({_FAULTY_PERSONS})"):
            return ""
        return f"AND line NOT IN ({_FAULTY_PERSONS})"

    def _list_dangling_persons(self) -> None:
        """Reject persons of no household: among suspects, or among those with another fault."""
        nowhere = "SELECT household_id FROM suspects WHERE line IS NULL"
        if self._sound():
            nowhere += f"""
                UNION
                SELECT household_id FROM reading.typed_persons
                WHERE line IN ({_FAULTY_PERSONS})
                    AND household_id NOT IN (
                        SELECT household_id FROM reading.typed_households
                        WHERE household_id IS NOT NULL
                    )
            """
        self._run(f"CREATE OR REPLACE TEMP TABLE nowhere AS {nowhere}")
        if self._count("SELECT count(*) FROM nowhere"):
            self._reject(
                "persons",
                "household_id",
                "household_id",
                sql.text(_DANGLING_HOUSEHOLD),
                "reading.typed_persons WHERE household_id IN (SELECT household_id FROM nowhere)"
                + self._not_vanished("household_id", "households"),
            )
        self._run("DROP TABLE nowhere")

    def _list_dangling(self, table: str, column: str, target: str, reason: str) -> None:
        self._reject(
            table,
            column,
            f"referring.{column}",
            sql.text(reason),
            f"reading.typed_{table} AS referring ANTI JOIN reading.typed_{target} AS target "
            f"ON referring.{column} = target.{column} WHERE referring.{column} IS NOT NULL"
            + self._not_vanished(f"referring.{column}", target),
        )

    def _list_crowded_households(self) -> None:
        self._reject(
            "households",
            "responsible_person_id",
            "responsible_person_id",
            "'Le dossier a ' || responsibles || ' responsables : il n''en faut qu''un.'",
            "suspects WHERE line IS NOT NULL AND responsibles > 1",
        )
        self._reject(
            "households",
            "household_id",
            "household_id",
            "'Le dossier a ' || spouses || ' conjoints vivants : il en faut un au plus.'",
            "suspects WHERE line IS NOT NULL AND spouses > 1",
        )

    def _list_wrong_responsibles(self) -> None:
        """Look at the person each suspect names: nobody, of another household, another role."""
        self._run(
            f"""
            CREATE OR REPLACE TEMP TABLE named AS
            SELECT
                person_id,
                household_id AS home,
                role,
                line NOT IN ({_FAULTY_PERSONS}) AS sound
            FROM reading.typed_persons
            WHERE person_id IN (
                SELECT responsible_person_id FROM suspects WHERE line IS NOT NULL
            )
            """
        )
        column = "responsible_person_id"
        known = f"suspects WHERE line IS NOT NULL AND {column} IS NOT NULL"
        self._reject(
            "households",
            column,
            column,
            sql.text(_DANGLING_PERSON),
            f"{known} AND {column} NOT IN (SELECT person_id FROM named)"
            + self._not_vanished(column, "persons"),
        )
        sound = f"suspects JOIN named ON person_id = {column} WHERE line IS NOT NULL AND sound"
        self._reject(
            "households",
            column,
            column,
            sql.text("Cette personne responsable n'est pas du dossier."),
            f"{sound} AND home <> household_id",
        )
        self._reject(
            "households",
            column,
            column,
            sql.text("Cette personne n'a pas le rôle de responsable dans le dossier."),
            f"{sound} AND home = household_id AND role <> 'responsible'",
        )
        self._run("DROP TABLE named")


def _key(table: Table) -> tuple[str, str]:
    """Return a table's key as a list of columns, and the condition that all are known."""
    return ", ".join(table.key), " AND ".join(f"{key} IS NOT NULL" for key in table.key)
