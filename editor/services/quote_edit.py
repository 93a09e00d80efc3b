"""Say what an edit would cost and who could do it, without doing it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from accounts.selectors.allowed_providers import allowed_providers
from billing import facade
from editor import routing
from editor.domain import MATCH_INPUT, EditRequest
from editor.errors import Busy, InvalidInput
from editor.models import Image
from editor.provider_accounts import simulator_origin
from editor.providers.registry import PROVIDERS
from editor.quotes import Promise
from editor.routing import Verdict
from editor.selectors.candidates import candidate, promised
from editor.selectors.provider_health import read_health


@dataclass(frozen=True, slots=True)
class Quote:
    """The price and the route of an edit now.

    `total` is n × the dearest able provider's price, in µ$; 0 without a route. `unshelved` are the ids of those of its
    images that are on no project's shelf yet.
    """

    ratio: str
    verdicts: list[Verdict]
    route: list[str]
    units: dict[str, facade.UnitPrice]
    total: int
    unshelved: list[str]


def quote_edit(
    *,
    workspace_id: str,
    request: EditRequest,
    test: bool = False,
    promise: Promise | None = None,
    at_most: Mapping[str, int] | None = None,
    foreseen: bool = False,
) -> Quote:
    """Quote an edit in four queries; raises InvalidInput when an image is missing or another workspace's.

    A test has the same prices, and providers that are all on and well; raises Busy where no simulator plays them.
    A promise is kept: its prices, and only providers that it names and that are still able. `at_most` caps each
    provider's price; one that costs more is closed. With `foreseen` pictures may have no id yet; the first one's shape,
    where it decides, is then taken for a square.
    """
    if test and simulator_origin() is None:
        raise Busy("Test keys work on a simulator, which does not run here. Nothing was kept or charged.")
    found = _found(workspace_id, request, foreseen=foreseen)
    prices = facade.unit_prices(workspace_id=workspace_id, model=request.model, resolution=request.resolution)
    if at_most:
        prices = {name: replace(unit, price=min(unit.price, at_most[name])) for name, unit in prices.items()}
    health, allowed = read_health(), allowed_providers(workspace_id)
    candidates = [
        candidate(name, request.model, prices.get(name), health.get(name), allowed=allowed, test=test)
        for name in PROVIDERS
    ]
    if promise:
        candidates = [promised(one, promise.prices) for one in candidates]
        prices = {
            name: replace(unit, price=promise.prices[name]) for name, unit in prices.items() if name in promise.prices
        }
    ratio = _ratio(request, found)
    judged = routing.verdicts(request, candidates, ratio=ratio)
    route = routing.order(judged, candidates, request.strategy)
    units = {name: prices[name] for name in route}
    return Quote(
        ratio=ratio,
        verdicts=judged,
        route=route,
        units=units,
        total=request.n * max((unit.price for unit in units.values()), default=0),
        unshelved=[image_id for image_id, (_, _, project_id) in found.items() if project_id is None],
    )


Found = Mapping[str, tuple[int, int, str | None]]


def _found(workspace_id: str, request: EditRequest, *, foreseen: bool) -> Found:
    """Find width, height and project of the request's images by their ids."""
    ids = [source for source in request.images if source.startswith("img_") or not foreseen]
    rows = Image.objects.filter(workspace_id=workspace_id, id__in=ids).values_list(
        "id", "width", "height", "project_id"
    )
    found = {image_id: (width, height, project_id) for image_id, width, height, project_id in rows}
    missing = next((source for source in ids if source not in found), None)
    if missing is not None:
        param = f"images[{request.images.index(missing)}]"
        raise InvalidInput(f"{param} names no image of this workspace. Nothing was kept or charged.", param=param)
    return found


def _ratio(request: EditRequest, found: Found) -> str:
    if request.aspect_ratio != MATCH_INPUT:
        return request.aspect_ratio
    if not request.images or request.images[0] not in found:
        return "1:1"
    width, height, _ = found[request.images[0]]
    return routing.nearest_ratio(width, height)
