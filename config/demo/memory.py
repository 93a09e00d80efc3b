"""What the demo remembers between two starts, written down before it is needed."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Memory:
    """Ports, secrets, the edit that was begun, the prices entered; kept in a file that only its owner reads."""

    file: Path
    port: int = 8000
    simulator_port: int = 9100
    stripe_port: int = 9200
    email: str = "demo@example.com"
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(50), repr=False)
    password: str = field(default="", repr=False)
    stripe_key: str = field(default_factory=lambda: f"sk_test_{secrets.token_hex(12)}", repr=False)
    webhook_secret: str = field(default_factory=lambda: f"whsec_{secrets.token_hex(16)}", repr=False)
    begun: dict[str, Any] = field(default_factory=dict)
    priced: list[str] = field(default_factory=list)
    picture: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Memory":
        """Remember, or begin to."""
        file = folder / "demo.json"
        return cls(file, **json.loads(file.read_text())) if file.exists() else cls(file)

    def save(self) -> None:
        """Write it down whole, or not at all."""
        values = asdict(self)
        del values["file"]
        new = self.file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(values))
        new.rename(self.file)
