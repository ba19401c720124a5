"""Reads how the database would run a query."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet


def nodes(rows: QuerySet[Any, Any], **options: Any) -> list[dict[str, Any]]:
    """Return the nodes of the plan of a query; with `analyze`, as it was run."""
    told = json.loads(rows.explain(format="json", **options))
    found, waiting = [], [told[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += node.get("Plans", [])
    return found
