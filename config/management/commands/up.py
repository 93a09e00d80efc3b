"""Run everything."""

import http.client
import os
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config import sandbox
from config.assets import collect_static
from config.checks import is_loopback
from config.database import prepare_database
from config.env import ROOT, child_env
from config.signs import read_signs, suspects
from config.supervisor import Child, Supervisor
from config.watchdog import Watchdog

BACKLOG = 1024
PROBE_SECONDS = 0.5
HUNG_SECONDS = 3.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


class Command(BaseCommand):
    """Migrate, collect static files, then keep web server, clusters, sweeper and the simulator of tests running."""

    help = "Run web server, clusters and sweeper in the foreground; SIGTERM or Ctrl-C stops all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--port", type=int, default=8000, help="port to listen on; 0 takes a free one")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for all")
        parser.add_argument(
            "--only", choices=["web", "workers"], help="run a part, where parts have their own machines"
        )

    def handle(self, *, port: int, host: str, only: str | None, **options: Any) -> None:  # noqa: ARG002
        """Run until told to stop; Django has run all system checks before, ours among them."""
        if settings.DEBUG and only != "workers" and not is_loopback(host):
            raise CommandError(
                f"DEBUG is on, so --host {host} is refused: error pages would show settings and code to others. "
                "Set DEBUG=0, SECRET_KEY, ALLOWED_HOSTS and PUBLIC_BASE_URL; see .env.example."
            )
        listener = None if only == "workers" else listen(host, port)
        prepare_database()
        connections.close_all()
        defaults = {"PUBLIC_BASE_URL": f"http://localhost:{port_of(listener) or port}"}
        if only is None:  # parts on their own machines must be told of one that all of them know
            defaults["SIMULATOR_URL"] = sandbox.free_address()
        env = child_env(defaults=defaults)
        children = [] if only == "web" else [*workers(env, wait=listener is not None), *sandbox.simulator(env)]
        if listener is not None:
            collect_static()
            children.insert(0, web(env, listener.fileno()))

        def web_answers(within: float = PROBE_SECONDS) -> bool:
            return listener is None or answers(EVERYWHERE.get(host, host), port_of(listener), within=within)

        def look() -> dict[str, str] | None:
            watched = [child.name for child in children if child.name != sandbox.NAME]
            return suspects(watched, read_signs(lambda: web_answers(HUNG_SECONDS)))

        Supervisor(
            children=children,
            web_answers=web_answers,
            on_ready=lambda: self.stdout.write(f"Pentimento is up at {env['PUBLIC_BASE_URL']}", self.style.SUCCESS),
            on_stop=lambda: listener.close() if listener is not None else None,
            database=embedded_database(),
            watchdog=Watchdog(look),
        ).run()


def listen(host: str, port: int) -> socket.socket:
    """Open the socket that outlives every web server: while one is restarted, callers wait instead of being refused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        why = os.strerror(error.errno or 0) if isinstance(error, OSError) else "there is no such port"
        raise CommandError(f"Cannot listen on {host}:{port}: {why}. Choose another with --port.") from error


def port_of(listener: socket.socket | None) -> int:
    """Give the port a socket got; 0 when there is none."""
    return int(listener.getsockname()[1]) if listener is not None else 0


def web(env: dict[str, str], socket_number: int) -> Child:
    """Describe the web server."""
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "--bind", f"fd://{socket_number}"]
    return Child("web", [*command, "config.wsgi:application"], env, files=(socket_number,))


def workers(env: dict[str, str], *, wait: bool) -> list[Child]:
    """Describe the clusters and the sweeper."""
    manage = [sys.executable, str(ROOT / "manage.py")]
    clusters = [
        Child(f"cluster {name}", [*manage, "cluster", name], {**env, "Q_CLUSTER_NAME": name}, waits=wait)
        for name in settings.QUEUES
    ]
    return [*clusters, Child("sweeper", [*manage, "sweep"], env, waits=wait)]


def answers(host: str, port: int, *, within: float) -> bool:
    """Ask the web server's `/healthz` once."""
    connection = http.client.HTTPConnection(host, port, timeout=within)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def embedded_database() -> Path | None:
    """Give the folder of the embedded database; None when DATABASE_URL names another."""
    database = settings.DATABASES["default"]
    return Path(database["ROOT"]) if database["ENGINE"] == "config.embedded" else None
