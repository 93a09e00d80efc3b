"""The providers: the list, written out."""

from editor.providers import aimlapi, aimlapi_logs, apikley, apipod, pixazo, shortapi
from editor.providers.base import Provider, Replayable
from editor.providers.finding import Finder

PROVIDERS: dict[str, Provider] = {
    shortapi.NAME: shortapi,
    pixazo.NAME: pixazo,
    apikley.NAME: apikley,
    aimlapi.NAME: aimlapi,
    apipod.NAME: apipod,
}
REPLAYABLE: dict[str, Replayable] = {apipod.NAME: apipod}  # those whose capabilities say idempotent
FINDABLE: dict[str, Finder] = {aimlapi.NAME: aimlapi_logs}  # those that list orders by our own id
