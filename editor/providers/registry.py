"""The providers: the list, written out."""

from editor.providers import aimlapi, apikley, apipod, pixazo, shortapi
from editor.providers.base import Provider, Replayable

PROVIDERS: dict[str, Provider] = {
    shortapi.NAME: shortapi,
    pixazo.NAME: pixazo,
    apikley.NAME: apikley,
    aimlapi.NAME: aimlapi,
    apipod.NAME: apipod,
}
REPLAYABLE: dict[str, Replayable] = {apipod.NAME: apipod}  # those whose capabilities say idempotent
