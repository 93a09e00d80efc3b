"""Ask again who can do an edit that has waited for its approval, at no more than was promised."""

from dataclasses import asdict

from editor.domain import EditRequest, Model, Resolution, Strategy
from editor.errors import NoRoute
from editor.models import Edit
from editor.providers.registry import PROVIDERS
from editor.services.quote_edit import quote_edit


def route_again(edit: Edit) -> None:
    """Give the edit the route and units of now, unsaved; what was quoted stays, and is the most it can cost.

    A provider sells at today's price, or at what was promised where that is less: its own price then, or the dearest
    one for who was not on the route. One whose cost is above that is closed. Raises NoRoute, InvalidInput when an
    image is gone; then the edit is as it was.
    """
    promised = {name: unit["price"] for name, unit in edit.units.items()}
    ceiling = max(promised.values())
    quote = quote_edit(
        workspace_id=edit.workspace_id,
        request=_request(edit),
        at_most={name: promised.get(name, ceiling) for name in PROVIDERS},
    )
    if not quote.route:
        raise NoRoute({verdict.provider: verdict.reason for verdict in quote.verdicts})
    edit.routing = [asdict(verdict) for verdict in quote.verdicts]
    edit.route = quote.route
    edit.units = {name: asdict(unit) for name, unit in quote.units.items()}


def _request(edit: Edit) -> EditRequest:
    """Say again what was asked, as far as price and route depend on it."""
    return EditRequest(
        prompt=edit.prompt,
        images=tuple(edit.inputs.order_by("position").values_list("image_id", flat=True)),
        model=Model(edit.model),
        aspect_ratio=edit.aspect_ratio,
        resolution=Resolution(edit.resolution),
        n=edit.n,
        provider=edit.provider_asked,
        strategy=Strategy(edit.strategy),
        seed=edit.seed,
        guidance_scale=edit.guidance_scale,
        watermark=edit.watermark,
    )
