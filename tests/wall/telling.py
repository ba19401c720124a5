"""All that the database tells of a query to who ran it, beside its rows."""

from __future__ import annotations

from typing import Any, Final

from psycopg import errors

from plans import every
from wall.world import Login

COUNTERS: Final = """
SELECT relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_del
FROM pg_stat_xact_all_tables WHERE schemaname = 'public' ORDER BY relname
"""
# The plans of the wall's own functions are made anew a few times, then kept.
SETTLED: Final = 12
# A buffer is read more or less as others work beside: what tells something tells it each time.
TRIES: Final = 4
_EXPLAIN: Final = "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) "
_TOLD: Final = (
    *("Node Type", "Index Name", "Actual Rows", "Actual Loops", "Rows Removed by Filter"),
    *("Rows Removed by Index Recheck", "Heap Fetches", "Exact Heap Blocks", "Index Searches"),
    *("Shared Hit Blocks", "Shared Read Blocks"),
)


def told(login: Login, *queries: str) -> list[Any]:
    """Return what is told of some queries, one after the other, but for the guesses themselves."""
    found: list[Any] = []
    with login.undone():
        try:
            before = login.run(COUNTERS)
            for query in queries:
                ((explained,),) = login.run(_EXPLAIN + query)
                found.append(
                    [[one.get(name) for name in _TOLD] for one in every(explained[0]["Plan"])]
                )
        except errors.InsufficientPrivilege as refused:
            return [refused.sqlstate]
        return [*found, moved(before, login.run(COUNTERS))]


def moved(before: list[Any], after: list[Any]) -> dict[str, list[int]]:
    """Return by how much the counters of each table moved, where they did."""
    known = {name: numbers for name, *numbers in before}
    gained = {
        name: [new - old for new, old in zip(numbers, known[name], strict=True)]
        for name, *numbers in after
    }
    return {name: numbers for name, numbers in gained.items() if any(numbers)}
