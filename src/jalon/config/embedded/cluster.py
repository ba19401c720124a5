"""Make a cluster of databases, and start PostgreSQL on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from jalon.config.embedded.diagnosis import corrupt, other_version, refusal
from jalon.config.embedded.place import CLUSTER, FRESH, PID_FILE, Place
from jalon.config.embedded.roles import APP, OWNER, PREPARATION, SUPERUSER

_MAP: Final = "jalon"
_HERE: Final = "/proc/self/cwd"  # the cluster, whatever its path and the rights on its parents
_ENVIRONMENT: Final = {
    "LC_ALL": "C",
    "TZ": "UTC",
    "PATH": os.defpath,
    "PGCONNECT_TIMEOUT": "5",
}

# In files of the cluster: nothing of ours stands elsewhere, and containers have little /dev/shm.
_SHARED_MEMORY: Final = {"dynamic_shared_memory_type": "mmap"}
_FEWEST_BUFFERS: Final = 128 << 20
_MOST_BUFFERS: Final = 2 << 30
_CONTAINER: Final = Path("/sys/fs/cgroup/memory.max")
# The log must hold nobody's data: no statement, no parameter, no error of a query, and neither
# detail nor context, which quote the rows and the queries at fault.
_SETTINGS: Final = {
    **_SHARED_MEMORY,
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "cluster_name": "jalon",
    "timezone": "UTC",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "60",
    "max_wal_size": "1GB",
    "min_wal_size": "32MB",
    # Compiling a query takes longer than any page's may last.
    "jit": "off",
    "io_method": "sync",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "allow_alter_system": "off",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_timezone": "UTC",
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
    "log_connections": "",
    "log_disconnections": "off",
    "log_lock_waits": "off",
    "log_temp_files": "-1",
}


def ensure_cluster(place: Place, lock: int) -> None:
    """Make the cluster at the first start; check that an older one is whole and of our version.

    `lock` goes to each program started, which holds it until it ends, even if we die before.
    """
    if not CLUSTER.exists():
        _make(place, lock)
    try:
        found = (CLUSTER / "PG_VERSION").read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise corrupt(place.folder, place.log) from None
    if found != place.binaries.major:
        raise other_version(place.folder, found, place.binaries.major)
    CLUSTER.chmod(0o700)  # a copy or a restored backup may have opened it; PostgreSQL refuses


def _make(place: Place, lock: int) -> None:
    """Run initdb beside, and give the cluster its name once it is whole and on the disk."""
    if FRESH.exists():
        shutil.rmtree(FRESH)
    FRESH.mkdir(mode=0o700)
    done = subprocess.run(  # noqa: S603 - our own program
        [
            place.binaries.program("initdb"),
            *("--pgdata", _HERE, "--username", SUPERUSER, "--auth", "peer", "--encoding", "UTF8"),
            *("--locale", "C", "--locale-provider", "builtin"),
            *("--builtin-locale", "PG_UNICODE_FAST", "--no-instructions"),
            *(f"--set={name}={value}" for name, value in _SHARED_MEMORY.items()),
        ],
        cwd=FRESH,
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        pass_fds=(lock,),
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(FRESH, ignore_errors=True)
        sys.stderr.write(done.stderr)
        raise refusal(place.folder, place.log, done.stderr)
    FRESH.rename(CLUSTER)
    _to_disk(".")


def start(place: Place, lock: int) -> subprocess.Popen[bytes]:
    """Start postgres on the cluster, of which no process is left: the lock says so."""
    _write_access(place)
    # It may name a living process that is no server; PostgreSQL would believe it.
    PID_FILE.unlink(missing_ok=True)
    settings = _SETTINGS | {
        "shared_buffers": f"{buffers() >> 20}MB",
        "unix_socket_directories": place.socket_for_server,
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return subprocess.Popen(  # noqa: S603 - our own program
        [place.binaries.program("postgres"), "-D", _HERE, *options],
        cwd=CLUSTER,
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(lock,),
    )


def buffers(limit: Path = _CONTAINER) -> int:
    """Return the bytes that the server may keep rows in: a quarter of the memory it may have.

    Its manual's advice, within bounds; no more is ever taken than there are rows. A container's
    `limit` counts where it has less than the machine.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    told = limit.read_text().strip() if limit.is_file() else ""
    if told.isdecimal():
        memory = min(memory, int(told))
    return min(max(memory // 4, _FEWEST_BUFFERS), _MOST_BUFFERS)


def prepare(place: Place) -> subprocess.CompletedProcess[str]:
    """Log in as the superuser and set roles and database right; the answer tells how it went."""
    where = ("--host", place.socket_for_client, "--username", SUPERUSER, "--dbname", "postgres")
    return subprocess.run(  # noqa: S603 - our own program
        [place.binaries.program("psql"), "--no-psqlrc", "--quiet", "--no-password", *where],
        input=PREPARATION,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def _write_access(place: Place) -> None:
    """Admit our accounts alone, told by the kernel, in each of the roles."""
    _replace("pg_hba.conf", f"local all {SUPERUSER},{OWNER},{APP} peer map={_MAP}\n")
    roles = (SUPERUSER, OWNER, APP)
    lines = [f'{_MAP} "{name}" {role}\n' for name in place.admitted for role in roles]
    _replace("pg_ident.conf", "".join(lines))


def _replace(name: str, text: str) -> None:
    fresh = CLUSTER / f"{name}.new"
    fresh.write_text(text)
    fresh.replace(CLUSTER / name)


def _to_disk(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
