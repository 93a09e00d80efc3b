"""What OpenAPI says about each address: bodies, answers, headers, examples."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema

from editor.api import schema
from editor.api.bodies import EditBody, ProjectBody, QuoteBody
from editor.api.charges import ChargeShape
from editor.api.fields import IDENTIFIER
from editor.api.idempotency import CHARACTERS
from editor.api.prefer import SECONDS
from editor.domain import EditStatus

SAID = {
    400: "The body is malformed.",
    401: "The key is missing or bad.",
    402: "There is not enough credit; the message names price and balance.",
    403: "The key lacks the scope, or may not be used from this address.",
    404: "The id is missing, or another workspace's.",
    409: "A request with the same Idempotency-Key is running.",
    411: "The body came without a Content-Length.",
    413: "The body is over its limit.",
    415: "The body has another content type.",
    422: "A field is bad or unknown (`param` names it), or no provider can do it (each with its reason).",
    503: "It cannot be done just now; `Retry-After` says when to send it again.",
}
PICTURES = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/avif")
MONEY = "0.047500"
ROUTING = [{"provider": "shortapi", "eligible": True, "reason": None}]
EDIT = {
    "id": "edt_01m7x2zs0gexrtw9e0c7qx9e6d",
    "object": "edit",
    "is_test": False,
    "status": "succeeded",
    "model": "seedream-4.5",
    "prompt": "make it black and white",
    "aspect_ratio": "1:1",
    "resolution": "2K",
    "n": 1,
    "provider": "shortapi",
    "images": ["img_01m7x2zrxje6b9y1m6g2q3v4t5"],
    "project": "prj_01m7x2zrv9f0a8k4c2d1e0f9g8",
    "metadata": {"order": "1017"},
    "outputs": [
        {
            "id": "img_01m7x30f1kf7v8w9x0y1z2a3b4",
            "url": "https://pictures.example.com/pictures/…",
            "width": 2048,
            "height": 2048,
            "bytes": 812345,
            "content_type": "image/jpeg",
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "late": False,
        }
    ],
    "price": {"currency": "USD", "quoted": MONEY, "held": "0.000000", "charged": MONEY},
    "attempts": [
        {
            "provider": "shortapi",
            "status": "delivered",
            "error": None,
            "started_at": "2026-11-20T18:35:04.120000Z",
            "finished_at": "2026-11-20T18:35:16.480000Z",
        }
    ],
    "routing": ROUTING,
    "error": None,
    "created_at": "2026-11-20T18:35:04.071000Z",
    "finished_at": "2026-11-20T18:35:16.512000Z",
    "erased_at": None,
}
ASKED = {"prompt": EDIT["prompt"], "images": EDIT["images"], "aspect_ratio": "1:1", "metadata": EDIT["metadata"]}
FOREIGN = {
    "error": {
        "type": "invalid_request_error",
        "code": "invalid",
        "message": "n must be at most 6. Nothing was kept or charged.",
        "param": "n",
        "request_id": "req_01m7x2zs0gexrtw9e0c7qx9e6d",
    }
}
AN_EDIT = OpenApiExample("An edit that succeeded", EDIT, response_only=True, status_codes=["200"])
AN_ORDER = OpenApiExample("Black and white", ASKED, request_only=True)
QUOTE = {
    "id": "qte_WyJ3c3BfMDFtN3gyenMwZ2V4cnR3OWUwYzdxeDllNmQiLDAs….pVxm0…",
    "object": "quote",
    "is_test": False,
    "price": {"currency": "USD", "total": "0.095000", "units": {"shortapi": MONEY}},
    "route": ["shortapi"],
    "routing": ROUTING,
    "created_at": "2026-11-20T18:35:04Z",
    "expires_at": "2026-11-20T18:45:04Z",
}
A_WISH = OpenApiExample("Two pictures", {"images": EDIT["images"], "n": 2}, request_only=True)
A_QUOTE = OpenApiExample("A quote for any prompt", QUOTE, response_only=True, status_codes=["200"])
A_PROBLEM = OpenApiExample("A field over its limit", FOREIGN, response_only=True, status_codes=["422"])


def problems(*statuses: int) -> dict[Any, Any]:
    """Describe the ways to be refused; an address that is too long never reaches us."""
    refused = {status: OpenApiResponse(schema.Problem, SAID[status]) for status in (401, 403, *statuses)}
    return {**refused, (414, "text/html"): OpenApiResponse(OpenApiTypes.STR, "The address is over 4 kB.")}


IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": CHARACTERS, "pattern": "^[!-~]([ -~]*[!-~])?$"},
    OpenApiParameter.HEADER,
    description="1 to 255 visible ASCII characters; a replay answers as the first.",
)
PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    description=f"`wait=<{SECONDS[0]}..{SECONDS[-1]}>`: answer at the edit's end.",
)
LOCATION = OpenApiParameter("Location", str, OpenApiParameter.HEADER, response=[200, 201, 202])

list_edits = extend_schema(
    operation_id="list_edits",
    tags=["edits"],
    parameters=[
        OpenApiParameter("project", {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"}),
        OpenApiParameter("status", str, enum=[status.value for status in EditStatus]),
    ],
    responses={200: schema.EditShape(many=True), **problems(422)},
)
create_edit = extend_schema(
    operation_id="create_edit",
    tags=["edits"],
    request=EditBody,
    parameters=[IDEMPOTENCY, PREFER, LOCATION],
    responses={
        202: OpenApiResponse(schema.EditShape, "Accepted."),
        200: OpenApiResponse(schema.EditShape, "The wait saw its end."),
        **problems(400, 402, 409, 411, 413, 415, 422, 503),
    },
    examples=[AN_ORDER, AN_EDIT, A_PROBLEM],
)
read_edit = extend_schema(
    operation_id="read_edit",
    tags=["edits"],
    responses={200: schema.EditShape, **problems(404)},
    examples=[AN_EDIT],
)
read_charge = extend_schema(operation_id="read_charge", tags=["edits"], responses={200: ChargeShape, **problems(404)})
cancel_edit = extend_schema(
    operation_id="cancel_edit",
    tags=["edits"],
    request=None,
    responses={200: schema.EditShape, **problems(404)},
)
create_quote = extend_schema(
    operation_id="create_quote",
    tags=["edits"],
    request=QuoteBody,
    responses={200: schema.QuoteShape, **problems(400, 411, 413, 415, 422, 503)},
    examples=[A_WISH, A_QUOTE],
)
upload_image = extend_schema(
    operation_id="upload_image",
    tags=["images"],
    request={"multipart/form-data": schema.UploadShape},
    parameters=[LOCATION],
    responses={201: schema.ImageShape, **problems(400, 411, 413, 415, 422, 503)},
)
read_image = extend_schema(
    operation_id="read_image", tags=["images"], responses={200: schema.ImageShape, **problems(404)}
)
read_content = extend_schema(
    operation_id="read_content",
    tags=["images"],
    responses={(200, kind): OpenApiTypes.BINARY for kind in PICTURES} | {304: None, **problems(404)},
)
list_projects = extend_schema(
    operation_id="list_projects",
    tags=["projects"],
    responses={200: schema.ProjectShape(many=True), **problems(422)},
)
create_project = extend_schema(
    operation_id="create_project",
    tags=["projects"],
    request=ProjectBody,
    responses={201: schema.ProjectShape, **problems(400, 411, 413, 415, 422)},
)
list_providers = extend_schema(
    operation_id="list_providers", tags=["providers"], responses={200: schema.ProvidersShape, **problems()}
)
read_balance = extend_schema(
    operation_id="read_balance", tags=["balance"], responses={200: schema.BalanceShape, **problems()}
)
