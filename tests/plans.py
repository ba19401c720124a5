"""Reads how the database would run a query."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet


def every(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Go through the nodes of a plan, the first first."""
    yield plan
    for one in plan.get("Plans", ()):
        yield from every(one)


def nodes(rows: QuerySet[Any, Any], **options: Any) -> list[dict[str, Any]]:
    """Return the nodes of the plan of a query; with `analyze`, as it was run."""
    return list(every(json.loads(rows.explain(format="json", **options))[0]["Plan"]))
