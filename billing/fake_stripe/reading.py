"""What every kind of object has in common: to be read, listed page by page, and expanded."""

from collections.abc import Callable, Sequence
from typing import Any

from billing.fake_stripe.refusals import Refusal, Thing
from billing.fake_stripe.shop import Shop, shown
from billing.fake_stripe.take import Take

PAGE, LONGEST_PAGE = 10, 100
BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def as_list(things: Sequence[Thing], url: str, *, has_more: bool = False) -> Thing:
    """Give a list object."""
    return {"object": "list", "data": [shown(thing) for thing in things], "has_more": has_more, "url": url}


def page(things: Sequence[Thing], take: Take, url: str) -> Thing:
    """Give the page that `limit`, `starting_after`, `ending_before` and `created` ask for, of the newest first."""
    limit = take.whole("limit", least=1)
    if limit is not None and limit > LONGEST_PAGE:
        raise Refusal(f"This value must be less than or equal to {LONGEST_PAGE} (it currently is '{limit}').",
                      code="parameter_invalid_integer", param="limit")  # fmt: skip
    limit = PAGE if limit is None else limit
    things = _created(things, take)
    after, before = take.text("starting_after"), take.text("ending_before")
    if after and before:
        raise Refusal("You can only specify one of these parameters: starting_after, ending_before.")
    if before:
        rest = things[: _place(things, before, "ending_before")]
        return as_list(rest[-limit:], url, has_more=len(rest) > limit)
    if after:
        things = things[_place(things, after, "starting_after") + 1 :]
    return as_list(things[:limit], url, has_more=len(things) > limit)


def where(things: Sequence[Thing], take: Take, *names: str) -> list[Thing]:
    """Keep the things whose fields are as the parameters of the same names say."""
    wanted = {name: take.text(name) for name in names}
    return [
        thing for thing in things
        if all(value is None or _plain(thing.get(name)) == value for name, value in wanted.items())
    ]  # fmt: skip


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _created(things: Sequence[Thing], take: Take) -> list[Thing]:
    if "created" not in take:
        return list(things)
    if not take.is_object("created"):
        at = take.whole("created")
        return [thing for thing in things if thing["created"] == at]
    bounds = take.inner("created")
    for name, holds in BOUNDS.items():
        if (bound := bounds.whole(name)) is not None:
            things = [thing for thing in things if holds(thing["created"], bound)]
    return list(things)


def _place(things: Sequence[Thing], thing_id: str, param: str) -> int:
    for number, thing in enumerate(things):
        if thing["id"] == thing_id:
            return number
    raise Refusal(f"No such object: '{thing_id}'", code="resource_missing", param=param)


Includes = dict[tuple[str, str], Callable[[Shop, Thing], Thing]]


def expand(shop: Shop, answer: Thing, paths: Sequence[str], includes: Includes) -> Thing:
    """Put whole objects where ids are; `includes` are lists that an object has only when asked for."""
    for path in paths:
        _expand(shop, answer, path.split("."), path, includes)
    return answer


def _expand(shop: Shop, thing: Thing, path: list[str], whole: str, includes: Includes) -> None:
    name, *rest = path
    include = includes.get((thing.get("object", ""), name))
    if include and not isinstance(thing.get(name), dict):
        thing[name] = include(shop, shop.things[thing["id"]])
    elif name not in thing:
        raise Refusal(f"This property cannot be expanded ({whole}).", param="expand")
    value = thing[name]
    if isinstance(value, str) and value in shop.things:
        value = thing[name] = shown(shop.things[value])
    elif isinstance(value, str | int) or (value is not None and not rest and not include and "id" not in value):
        raise Refusal(f"This property cannot be expanded ({whole}).", param="expand")
    for each in value if isinstance(value, list) else [value] if value else []:
        if rest:
            _expand(shop, each, rest, whole, includes)
