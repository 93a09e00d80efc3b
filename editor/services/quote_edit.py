"""Say what an edit would cost and who could do it, without doing it."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.selectors.allowed_providers import allowed_providers
from billing import facade
from editor import routing
from editor.domain import MATCH_INPUT, EditRequest
from editor.errors import Busy, InvalidInput
from editor.models import Image
from editor.provider_accounts import simulator_origin
from editor.providers.registry import PROVIDERS
from editor.routing import Verdict
from editor.selectors.candidates import candidate
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


def quote_edit(*, workspace_id: str, request: EditRequest, test: bool = False) -> Quote:
    """Quote an edit in four queries; raises InvalidInput when an image is missing or another workspace's.

    A test has the same prices, and providers that are all on and well; raises Busy where no simulator plays them.
    """
    if test and simulator_origin() is None:
        raise Busy("Test keys work on a simulator, which does not run here. Nothing was kept or charged.")
    found = {
        image_id: (width, height, project_id)
        for image_id, width, height, project_id in Image.objects.filter(
            workspace_id=workspace_id, id__in=request.images
        ).values_list("id", "width", "height", "project_id")
    }
    for position, image_id in enumerate(request.images):
        if image_id not in found:
            param = f"images[{position}]"
            raise InvalidInput(f"{param} names no image of this workspace. Nothing was kept or charged.", param=param)
    prices = facade.unit_prices(workspace_id=workspace_id, model=request.model, resolution=request.resolution)
    health, allowed = read_health(), allowed_providers(workspace_id)
    candidates = [
        candidate(name, request.model, prices.get(name), health.get(name), allowed=allowed, test=test)
        for name in PROVIDERS
    ]
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


def _ratio(request: EditRequest, found: Mapping[str, tuple[int, int, str | None]]) -> str:
    if request.aspect_ratio != MATCH_INPUT:
        return request.aspect_ratio
    if not request.images:
        return "1:1"
    width, height, _ = found[request.images[0]]
    return routing.nearest_ratio(width, height)
