"""Which database the tests run on: loaded before Django, so that one environment variable decides.

RELAIS_TEST_DATABASE=postgresql starts a private PostgreSQL on a socket of its own and stops it afterwards; anything
else means SQLite. Files, secrets and uploads go to a folder that is removed at the end.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path


def programs() -> Path | None:
    """The folder with PostgreSQL's initdb and pg_ctl, newest first, or None."""
    given = os.environ.get("PG_BIN")
    folders = [Path(given)] if given else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    folders += [Path(found).parent] if found else []
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def start_postgresql() -> str:
    """Start a private server and return its DATABASE_URL; it ends with this process."""
    folder = programs()
    if folder is None:
        raise SystemExit("PostgreSQL's programs are missing. On Debian: apt install postgresql")
    home = Path(tempfile.mkdtemp(prefix="relais-pg-", dir="/tmp"))
    data = home / "data"
    as_nobody: dict[str, object] = {}
    if os.getuid() == 0:
        # PostgreSQL refuses to run as root.
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        as_nobody = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]}

    def run(*command: str) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment, cwd=home, **as_nobody)  # type: ignore[call-overload]

    run(str(folder / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8")
    options = f"-c listen_addresses= -k {home} -c fsync=off -c full_page_writes=off -c max_connections=60"
    run(str(folder / "pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log"), "-o", options, "start")

    def stop() -> None:
        run(str(folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)
    return f"postgresql://postgres@/postgres?host={home}"


def _prepare() -> None:
    if "RELAIS_TEST_PREPARED" in os.environ:
        return  # a worker of xdist: the controller has done it
    os.environ["RELAIS_TEST_PREPARED"] = "1"
    var = tempfile.mkdtemp(prefix="relais-test-")
    atexit.register(shutil.rmtree, var, ignore_errors=True)
    os.environ["RELAIS_VAR"] = var
    os.environ["RELAIS_SECRET_KEY"] = "only-for-tests-" + "x" * 40
    for name in ("RELAIS_DEBUG", "RELAIS_DEMO", "RELAIS_TLS", "DATABASE_URL"):
        os.environ.pop(name, None)
    if os.environ.get("RELAIS_TEST_DATABASE") == "postgresql":
        os.environ["DATABASE_URL"] = start_postgresql()


_prepare()
