"""Our accounts with the providers: where each one is, and the key we pay with; for tests, the simulator in its place."""

from urllib.parse import urlsplit

from django.conf import settings

from editor.providers.base import ProviderAccount
from editor.providers.errors import NotSent, Unreadable
from editor.providers.registry import PROVIDERS

SIMULATED = "simulated"  # the key that the simulator gets, so that it never sees one of ours


def account(name: str, *, test: bool = False) -> ProviderAccount:
    """Give the account to use for a provider, with an empty key when it is off.

    The one of a test leads to the simulator and nowhere else; raises NotSent where none runs.
    """
    if test:
        if not settings.SIMULATOR_URL:
            raise NotSent("The simulator, on which tests run, is not there.", code="not_sent")
        return ProviderAccount(base_url=f"{settings.SIMULATOR_URL}/{name}", api_key=SIMULATED)
    configured = settings.PROVIDERS[name]
    return ProviderAccount(
        base_url=configured.base_url or PROVIDERS[name].DEFAULT_BASE_URL,
        api_key=configured.api_key,
    )


def is_on(name: str, *, test: bool = False) -> bool:
    """Tell whether we have a key for a provider; every one is on for tests, where the simulator runs."""
    return bool(settings.SIMULATOR_URL if test else settings.PROVIDERS[name].api_key)


def simulator_origin() -> tuple[str, int] | None:
    """Give host and port of the simulator that tests run on; None where none runs."""
    parts = urlsplit(settings.SIMULATOR_URL)
    return (parts.hostname or "", parts.port or 80) if settings.SIMULATOR_URL else None


def has_jobs(name: str) -> bool:
    """Tell whether a provider can be asked after a job by its id."""
    try:
        PROVIDERS[name].poll("id", account(name))
    except Unreadable:
        return False
    return True


def result_hosts(name: str) -> tuple[str, ...]:
    """Name the hosts a provider's results may come from; none means any public one."""
    hosts: tuple[str, ...] = settings.PROVIDERS[name].result_hosts
    return hosts


def concurrency(name: str) -> int:
    """Give how many jobs a provider may have at once."""
    configured: int | None = settings.PROVIDERS[name].concurrency
    return configured or PROVIDERS[name].THROUGHPUT.running
