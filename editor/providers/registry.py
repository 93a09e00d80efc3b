"""The providers: the list, written out."""

from editor.providers import shortapi
from editor.providers.base import Provider

PROVIDERS: dict[str, Provider] = {shortapi.NAME: shortapi}
