"""The providers: the list, written out."""

from editor.providers import apikley, apipod, shortapi
from editor.providers.base import Provider, Replayable

PROVIDERS: dict[str, Provider] = {
    shortapi.NAME: shortapi,
    apikley.NAME: apikley,
    apipod.NAME: apipod,
}
REPLAYABLE: dict[str, Replayable] = {apipod.NAME: apipod}  # those whose capabilities say idempotent
