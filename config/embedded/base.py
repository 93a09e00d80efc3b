"""Django's PostgreSQL engine, which makes sure that the embedded server runs before it connects."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from config.embedded import launcher


class DatabaseWrapper(base.DatabaseWrapper):
    """Connect to the embedded server; whoever finds none starts it."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection, starting the server first where need be."""
        launcher.ensure_running(Path(self.settings_dict["ROOT"]), durable=self.settings_dict.get("DURABLE", True))
        return super().get_new_connection(conn_params)
