"""What a fund installs holds all that it needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from jalon.rules.profile import built_in_profiles

ROOT = Path(__file__).parents[2]


def test_the_wheel_ships_every_profile_and_data_file(tmp_path: Path) -> None:
    subprocess.run(  # noqa: S603 -- our own build
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("jalon-*.whl")
    shipped = set(zipfile.ZipFile(wheel).namelist())
    profiles = built_in_profiles()
    expected = {
        f"jalon/profiles/{file.relative_to(profiles)}" for file in profiles.rglob("*.toml")
    }
    expected |= {
        str(file.relative_to(ROOT / "src"))
        for file in (ROOT / "src").rglob("*")
        if file.suffix in {".py", ".csv", ".txt", ".typed"}
    }
    assert len(expected) > 100
    assert expected <= shipped
