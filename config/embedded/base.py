"""Django's PostgreSQL engine, which makes sure that the embedded server runs before it connects."""

import time
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError

from config.embedded import launcher

PATIENCE = 30.0
PAUSE = 0.05
PASSING = ("the database system is", "Connection refused", "No such file", "server closed the connection")


class DatabaseWrapper(base.DatabaseWrapper):
    """Connect to the embedded server; whoever finds none starts it."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection, starting the server first where need be, and wait out its recovery from a crash."""
        until = time.monotonic() + PATIENCE
        while True:
            self._ensure_server()
            try:
                return super().get_new_connection(conn_params)
            except OperationalError as error:
                if not any(sign in str(error) for sign in PASSING) or time.monotonic() > until:
                    raise
                time.sleep(PAUSE)

    def _ensure_server(self) -> None:
        try:
            launcher.ensure_running(Path(self.settings_dict["ROOT"]), durable=self.settings_dict.get("DURABLE", True))
        except launcher.CannotStart as error:
            raise OperationalError(str(error)) from error
