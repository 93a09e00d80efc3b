"""Looking an order up that nobody knows the fate of: for a provider that lists paid requests with our own ids.

It cannot give a picture back. What it can prove is that an order cost something, or that it failed and cost nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from editor.providers.base import HttpRequest, HttpResponse, ProviderAccount


@dataclass(frozen=True, slots=True)
class Page:
    """What one page of a provider's list says of an order: what it was charged (USD), or that it failed for nothing.

    With neither it is not on this page; `more` says that there are others.
    """

    charged: str = ""
    failed: bool = False
    more: bool = False


class Finder(Protocol):
    """The shape of a module that looks orders up. `PAGES` is how many it reads for one look, at most."""

    PAGES: int

    def find(self, order_id: str, *, sent_at: datetime, page: int, account: ProviderAccount) -> HttpRequest:
        """Build the free request for one page, counted from 0, of what was ordered about that time."""

    def read_find(self, response: HttpResponse, order_id: str) -> Page:
        """Read its reply; every ProviderError is about this look alone."""
