"""The door where Stripe posts its events."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing.errors import BadSignature
from billing.services.receive_event import LONGEST_BODY, receive_event


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Store an event whose signature is right, and answer at once; 400 for any other, 413 above 64 KiB."""
    body = request.read(LONGEST_BODY + 1)
    if len(body) > LONGEST_BODY:
        return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "An event is at most 64 KiB.")
    try:
        receive_event(body=body, signature=request.headers.get("Stripe-Signature", ""))
    except BadSignature:
        return _refuse(
            HTTPStatus.BAD_REQUEST, "bad_signature", "These bytes are not signed by Stripe for us, or not now."
        )
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _refuse(status: int, code: str, message: str) -> HttpResponse:
    error = {"type": "invalid_request", "code": code, "message": message, "param": None, "request_id": None}
    return JsonResponse({"error": error}, status=status)
