"""The server takes its share of the memory that it may have."""

from __future__ import annotations

from pathlib import Path

import pytest

from jalon.config.embedded.cluster import buffers

_MIB = 1 << 20


@pytest.mark.parametrize(
    ("limit", "share"), [(1024 * _MIB, 256), (600 * _MIB, 150), (100 * _MIB, 128)]
)
def test_a_container_with_less_than_the_machine_counts(
    tmp_path: Path, limit: int, share: int
) -> None:
    told = tmp_path / "memory.max"
    told.write_text(f"{limit}\n")

    assert buffers(told) == share * _MIB


def test_without_a_limit_the_machine_counts(tmp_path: Path) -> None:
    unlimited = tmp_path / "memory.max"
    unlimited.write_text("max\n")

    assert buffers(unlimited) == buffers(tmp_path / "none") >= 128 * _MIB
