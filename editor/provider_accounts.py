"""Our accounts with the providers: where each one is, and the key we pay with."""

from django.conf import settings

from editor.providers.base import ProviderAccount
from editor.providers.errors import Unreadable
from editor.providers.registry import PROVIDERS


def account(name: str) -> ProviderAccount:
    """Give the account to use for a provider, with an empty key when it is off."""
    configured = settings.PROVIDERS[name]
    return ProviderAccount(
        base_url=configured.base_url or PROVIDERS[name].DEFAULT_BASE_URL,
        api_key=configured.api_key,
    )


def is_on(name: str) -> bool:
    """Tell whether we have a key for a provider."""
    return bool(settings.PROVIDERS[name].api_key)


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
