"""The fence between tests, which go to the simulator and nowhere else, and what is paid for, which never goes there."""

from dataclasses import dataclass

import httpx

from editor.providers.errors import NotSent

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Fence:
    """On which side of it requests are: `simulator` is the host and port that tests run on, None where none runs."""

    simulator: tuple[str, int] | None = None
    is_simulated: bool = False

    def check(self, url: str) -> None:
        """Raise NotSent for a URL on the other side."""
        if (_origin(url) == self.simulator) is not self.is_simulated:
            raise NotSent("tests go to the simulator, and nothing else does", code="not_sent")


def _origin(url: str) -> tuple[str, int | None]:
    """Give host and port, empty for what is no URL: nothing is sent there anyway."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return "", None
    return parts.host, parts.port or DEFAULT_PORTS.get(parts.scheme)
