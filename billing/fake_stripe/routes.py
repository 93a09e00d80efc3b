"""How a call of the API is written down: method, path, function."""

from collections.abc import Callable
from dataclasses import dataclass

from billing.fake_stripe.reading import page, where
from billing.fake_stripe.refusals import Thing
from billing.fake_stripe.shop import Shop, shown
from billing.fake_stripe.take import Take

Act = Callable[[Shop, Take, str], Thing]
"""Does what is asked: the shop, the parameters, the id in the path or an empty text; gives an object."""


@dataclass(frozen=True, slots=True)
class Route:
    """One call."""

    method: str
    path: str
    act: Act


def post(path: str, act: Act) -> Route:
    """Give a route that changes something."""
    return Route("POST", path, act)


def reads(
    path: str, kind: str, *filters: str, narrow: Callable[[list[Thing], Take], list[Thing]] | None = None
) -> list[Route]:
    """Give the two routes that read one and list all; `narrow` takes filters that are no plain fields."""

    def retrieve(shop: Shop, take: Take, thing_id: str) -> Thing:  # noqa: ARG001
        found: Thing = shown(shop.find(kind, thing_id))
        return found

    def listing(shop: Shop, take: Take, thing_id: str) -> Thing:  # noqa: ARG001
        things = where(shop.all(kind), take, *filters)
        return page(narrow(things, take) if narrow else things, take, path)

    return [Route("GET", f"{path}/{{id}}", retrieve), Route("GET", path, listing)]
