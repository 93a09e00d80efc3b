"""The dialects the simulator speaks: the list, written out. Adding a provider is one module and one line here."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from editor.simulator import aimlapi, apikley, apipod, pixazo, shortapi
from editor.simulator.habits import Habits
from editor.simulator.orders import Job, Order, Refusal, Reply


class Dialect(Protocol):
    """The shape of a dialect module: pure functions between HTTP and orders.

    A synchronous one is asked for its answer when the job has ended. `POLL_PATH` is empty where there is no polling;
    `TICKET_PARAM` is looked for in the path, the query and a JSON body.
    """

    NAME: str
    PRICE: Decimal
    SYNCHRONOUS: bool
    SUBMIT_PATH: str
    POLL_METHOD: str
    POLL_PATH: str
    TICKET_PARAM: str

    def check_key(self, headers: Mapping[str, str]) -> None:
        """Raise Refusal for a request that shows no key."""

    def read_order(self, body: object) -> Order:
        """Read the decoded JSON of a paid request, strictly; raises Refusal."""

    def accepted(self, job: Job) -> Reply:
        """Answer a paid request that was taken; in a synchronous dialect, one that has ended."""

    def refused(self, refusal: Refusal) -> Reply:
        """Answer a request that was not."""

    def progress(self, job: Job) -> Reply:
        """Answer a poll."""

    def callback(self, job: Job) -> Mapping[str, object]:
        """Give the body that is posted to the callback URL."""


DIALECTS: dict[str, Dialect] = {
    shortapi.NAME: shortapi,
    pixazo.NAME: pixazo,
    apikley.NAME: apikley,
    aimlapi.NAME: aimlapi,
    apipod.NAME: apipod,
}
HABITS: dict[str, Habits] = {apikley.NAME: apikley.HABITS, apipod.NAME: apipod.HABITS}
