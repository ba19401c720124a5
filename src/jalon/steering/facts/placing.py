"""Where a family lived, and in which team somebody worked, on a day: as history tells it."""

from __future__ import annotations


def home_before(family: str, day: str) -> str:
    """Return the query of the commune that a family left after a day: no row where it stayed."""
    return _before("families_family", "commune_id", family, day)


def team_before(worker: str, day: str) -> str:
    """Return the query of the team that somebody left after a day: no row where they stayed."""
    return _before("directory_staffmember", "team_id", worker, day)


def _before(table: str, column: str, row: str, day: str) -> str:
    return f"""(
            SELECT true AS told, change.before ->> '{column}' AS was
            FROM public.audit_change AS change
            WHERE change.table_name = '{table}' AND change.row_id = {row}
                AND change.action = 'update' AND change.at >= {day} + 1
                AND change.before ? '{column}'
            ORDER BY change.id LIMIT 1
        )"""
