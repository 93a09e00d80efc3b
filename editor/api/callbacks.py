"""Where providers post that a job is done. Nobody is believed here: the post is stored, and the provider asked."""

from rest_framework.request import Request
from rest_framework.response import Response

from editor.api.door import Door
from editor.services.receive_callback import LONGEST_BODY, receive_callback

ACKNOWLEDGED = {"code": 200, "msg": "success"}  # what kie, and so Apikley, looks for; the others look at the status


class Callbacks(Door):
    """`/cb/{provider}/{token}`, of no interest to customers."""

    authentication_classes = []
    permission_classes = []
    parser_classes = []
    body_limit = LONGEST_BODY
    schema = None

    def post(self, request: Request, provider: str, token: str) -> Response:
        """Store a callback; an unknown token gets a 404, a body over 64 KiB a 413."""
        receive_callback(provider=provider, token=token, body=request.body)
        return Response(ACKNOWLEDGED)
