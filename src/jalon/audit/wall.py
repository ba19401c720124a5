"""The wall: migration operations by which the database itself keeps secrecy and history.

The application's role sees and changes a protected table only as the table's policies allow to
the person that the connection acts for. It never owns a table, a policy, a function or a trigger.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

_EVENTS: Final = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


class ForApplication(Operation):
    """Run SQL in which `{app}` stands for the application's role; nothing to undo."""

    reduces_to_sql = True
    category = OperationCategory.SQL

    def __init__(self, sql: str) -> None:
        self.sql = sql

    # Not Django's own operation for what code does: before each, it makes all models anew, which
    # takes most of the time of a first start.
    def database_forwards(
        self,
        app_label: str,  # noqa: ARG002 - Django's own
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002 - likewise
        to_state: ProjectState,  # noqa: ARG002 - likewise
    ) -> None:
        """Run it."""
        role = schema_editor.connection.ops.quote_name(settings.APPLICATION_ROLE)
        schema_editor.execute(self.sql.replace("{app}", role), params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Leave all as it is: what was granted goes with what it was granted on."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change no model."""

    def describe(self) -> str:
        """Say what it does."""
        return "Grant to the application"


@dataclass(frozen=True)
class Policy:
    """Who may see the rows of a table, and who may change them, as SQL conditions on a row.

    Where a right to write is None, nobody has it: the application cannot do that at all.
    """

    see: str
    insert: str | None = None
    update: str | None = None
    delete: str | None = None


def may(permission: str) -> str:
    """Return the condition that the person acting holds a permission, computed once a query."""
    return f"(SELECT wall.may('{permission}'))"


def among(column: str, numbers: str) -> str:
    """Return the condition that a column is one of some numbers, which are asked once a query.

    `numbers` is a set of them, as `wall.families_followed()`. A policy compares a row in this way
    alone, or by a function that is said to cost as little: what costs more runs after conditions
    of the query itself, and tells what hidden rows hold (`tests/wall/test_every_column.py`).
    """
    # A range from nothing to nothing would hold every number: nobody has none.
    return (
        f"wall.among({column}, (SELECT range_agg(int8range(one, one, '[]')) "
        f"FROM {numbers} AS one WHERE one IS NOT NULL))"
    )


def mine(column: str) -> str:
    """Return the condition that a column names the person acting."""
    return among(column, "wall.person()")


def protect(
    table: str, policy: Policy, *, columns: tuple[str, ...] = ()
) -> list[migrations.RunSQL | ForApplication]:
    """Return the operations that put a table behind the wall.

    Where `columns` are named, nobody sees any other, whatever the row.
    """
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY see ON {table} FOR SELECT USING ({policy.see})",
    ]
    rights = [f"SELECT ({', '.join(columns)})" if columns else "SELECT"]
    if policy.insert is not None:
        rights.append("INSERT")
        statements.append(f"CREATE POLICY put ON {table} FOR INSERT WITH CHECK ({policy.insert})")
    if policy.update is not None:
        rights.append("UPDATE")
        statements.append(
            f"CREATE POLICY change ON {table} FOR UPDATE USING ({policy.update}) "
            f"WITH CHECK ({policy.update})"
        )
    if policy.delete is not None:
        rights.append("DELETE")
        statements.append(f"CREATE POLICY remove ON {table} FOR DELETE USING ({policy.delete})")
    grant = f"REVOKE ALL ON {table} FROM {{app}}; GRANT {', '.join(rights)} ON {table} TO {{app}}"
    undo = [
        f"DROP POLICY IF EXISTS {name} ON {table}" for name in ("see", "put", "change", "remove")
    ]
    undo.append(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    return [
        migrations.RunSQL("; ".join(statements), "; ".join(undo)),
        ForApplication(grant),
    ]


# The triggers know a row by its number: a table that has none is refused when it is migrated.
_HAS_NUMBER: Final = """
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
        WHERE indrelid = '{table}'::regclass AND indisprimary AND indnkeyatts = 1
            AND attname = 'id' AND atttypid = 'bigint'::regtype
    ) THEN
        RAISE EXCEPTION 'the history of {table} needs a primary key named id, a bigint';
    END IF;
END $$
"""


def keep_history(
    table: str,
    *,
    family: str = "family_id",
    secret: tuple[str, ...] = (),
    subject: str = "",
    sign_in: str = "",
) -> migrations.RunSQL:
    """Return the operation by which every change of a table's rows is written down.

    `family` is the column that holds a row's family, where there is one, and `subject` the member
    of staff whom it is about. Of the columns in `secret`, history tells that they changed, never
    what they hold. Where nothing but the column `sign_in` changed, somebody came in.
    """
    arguments = f"'{family}', '{','.join(secret)}', '{subject}', '{sign_in}'"
    create = "; ".join(
        f"CREATE TRIGGER history_of_{event} AFTER {event.upper()} ON {table} "
        f"REFERENCING {rows} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION wall.write_history_of_{event}({arguments})"
        for event, rows in _EVENTS.items()
    )
    undo = "; ".join(f"DROP TRIGGER IF EXISTS history_of_{event} ON {table}" for event in _EVENTS)
    return migrations.RunSQL(f"{_HAS_NUMBER.format(table=table)}; {create}", undo)


def never_change(table: str, *columns: str) -> migrations.RunSQL:
    """Return the operation by which some columns keep what they were first given.

    Policies tell who may change a row; these are what nobody may, the owner included.
    """
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
    return migrations.RunSQL(
        f"CREATE TRIGGER settled BEFORE UPDATE OF {', '.join(columns)} ON {table} "
        f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION wall.refuse_change()",
        f"DROP TRIGGER IF EXISTS settled ON {table}",
    )


def refuse_changes(table: str, name: str, when: str, *columns: str) -> migrations.RunSQL:
    """Return the operation by which the application never changes some columns so.

    `when` is a condition on OLD and NEW. Functions that work as the owner know what they do.
    """
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {', '.join(columns)} ON {table} FOR EACH ROW "
        f"WHEN (({when}) AND row_security_active('{table}'::regclass)) "
        "EXECUTE FUNCTION wall.refuse_change()",
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
    )


def keep_once_given(table: str, *columns: str) -> migrations.RunSQL:
    """Return the operation by which what the application wrote once is not taken back."""
    changed = (
        f"OLD.{one} IS NOT NULL AND OLD.{one} IS DISTINCT FROM NEW.{one}" for one in columns
    )
    return refuse_changes(table, "given_once", " OR ".join(changed), *columns)


def signed(table: str, *columns: str) -> migrations.RunSQL:
    """Return the operation by which one writes no other name than one's own on a row."""
    forged = (
        f"OLD.{one} IS DISTINCT FROM NEW.{one} AND NEW.{one} IS DISTINCT FROM wall.person()"
        for one in columns
    )
    return refuse_changes(table, "signed", " OR ".join(forged), *columns)


def keep_no_statistics(table: str, *columns: str) -> migrations.RunSQL:
    """Return the operation by which the database keeps no sample of some columns' values.

    Policies hide rows, not what the planner knows of them: by estimates alone, whoever can run a
    query would find names and telephone numbers again, one comparison after the other.
    """

    def kept(number: str) -> str:
        each = (f"ALTER COLUMN {name} SET STATISTICS {number}" for name in columns)
        return f"ALTER TABLE {table} {', '.join(each)}"

    return migrations.RunSQL(kept("0"), kept("DEFAULT"))


def keep_no_statistics_of_index(index: str, *numbers: int) -> migrations.RunSQL:
    """Return the operation by which no sample is kept of what an index works out of columns.

    `numbers` are the places of the expressions in the index, the first being 1.
    """

    def kept(number: str) -> str:
        each = (f"ALTER COLUMN {one} SET STATISTICS {number}" for one in numbers)
        return f"ALTER INDEX {index} {', '.join(each)}"

    return migrations.RunSQL(kept("0"), kept("-1"))
