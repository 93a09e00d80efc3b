"""The simulator behind a provider: found, and made sure of, before anything is ordered there."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from config.checks import is_loopback

SECONDS = 10.0


class NoDrill(Exception):
    """A drill that cannot or must not be run; nothing was ordered. The text says why."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """The control of a running simulator, and the provider whose dialect it speaks for us."""

    origin: str
    provider: str

    def order(self, fault: str, options: dict[str, str]) -> None:
        """Order a fault for the provider's next request."""
        self._ask("POST", "faults", {"provider": self.provider, "fault": fault, "options": options})

    def counts(self) -> dict[str, Any]:
        """Give what the provider was asked and made."""
        counts: dict[str, Any] = self._ask("GET", "counts")[self.provider]
        return counts

    def _ask(self, method: str, name: str, body: dict[str, Any] | None = None) -> Any:
        try:
            with httpx.Client(timeout=SECONDS, trust_env=False) as client:
                response = client.request(method, f"{self.origin}/control/{name}", json=body)
            if response.is_success:
                return response.json()
            said = response.text[:200]
        except (httpx.HTTPError, ValueError) as error:
            said = type(error).__name__
        raise NoDrill(f"{self.origin} does not answer as our simulator: {said}. Nothing was ordered.")


def find_simulator(provider: str) -> Simulator:
    """Find the simulator that stands in for a provider; raises NoDrill for anything that is not on this machine."""
    account = settings.PROVIDERS[provider]
    parts = urlsplit(account.base_url)
    if not account.api_key:
        raise NoDrill(f"{provider} is off: set its API key and base URL as docs/simulator.md says, or add --demo.")
    if not is_loopback(parts.hostname or ""):
        raise NoDrill(f"{provider} is not on this machine: a drill there would buy pictures. Nothing was ordered.")
    found = Simulator(f"{parts.scheme}://{parts.netloc}", provider)
    found.counts()
    return found
