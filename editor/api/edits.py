"""Edits: order one, look, list, take back."""

from dataclasses import replace
from typing import Any

import structlog
from django.db import Error as DatabaseFailure
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from editor.api import describe
from editor.api.bodies import read_edit
from editor.api.charges import charge_json
from editor.api.door import Door, Listing
from editor.api.fields import IDENTIFIER
from editor.api.idempotency import fingerprint, read_key
from editor.api.order import Key, Order, note_end, place
from editor.api.prefer import wait_seconds, wait_until_final
from editor.api.shapes import edit_json
from editor.domain import Actor, EditStatus
from editor.errors import InvalidInput
from editor.models import Edit
from editor.selectors.charge import read_charge
from editor.selectors.edits import edit_record, edit_records, edits_of
from editor.services.cancel_edit import cancel_edit

log = structlog.get_logger(__name__)


class Edits(Listing):
    """`/edits`."""

    needs = {"get": Action.VIEW, "post": Action.EDIT}
    filters = frozenset({"project", "status"})
    body_limit = 20 * 1024 * 1024  # pictures as data URIs; larger ones go through POST /images

    @describe.list_edits
    def get(self, request: Request) -> Response:
        """List the workspace's edits, newest first; with a test key its tests."""
        status, project = (request.query_params.get(name) for name in ("status", "project"))
        if status is not None and status not in list(EditStatus):
            raise InvalidInput(f"status must be one of {', '.join(EditStatus)}.", param="status")
        if project is not None and not IDENTIFIER.fullmatch(project):
            raise InvalidInput("project must be a project's id.", param="project")
        rows = edits_of(workspace_id=self.actor.workspace_id, project=project, status=status, test=self.actor.is_test)
        return self.page(rows, self._write)

    @describe.create_edit
    def post(self, request: Request) -> Response:
        """Order an edit: 202 at once, or 200 when `Prefer: wait` saw its end."""
        name = read_key(request.headers.get("Idempotency-Key"))
        seconds = wait_seconds(request.headers.get("Prefer", ""))
        asked = read_edit(request.data)
        key = Key(name, fingerprint(request.data)) if name else None
        order = place(actor=self.actor, request=asked, key=key)
        ended = None
        if seconds and not order.replayed:
            order, ended = self._wait(order, key, seconds)
        answer = _answer(order)
        if ended is not None:
            answer["Preference-Applied"] = f"wait={seconds}"
        return answer

    def _wait(self, order: Order, key: Key | None, seconds: int) -> tuple[Order, bool | None]:
        """Wait for the end. The edit is accepted: a database that goes away now must not have it sent again."""
        try:
            ended = wait_until_final(order.edit_id, seconds)
            seen = _read(self.actor, order.edit_id)
            order = (
                note_end(actor=self.actor, key=key, order=order, answer=seen) if ended else replace(order, answer=seen)
            )
        except DatabaseFailure:
            log.warning("the wait for an edit broke off", edit=order.edit_id, exc_info=True)
            return order, None
        return order, ended

    def _write(self, page: list[Edit]) -> list[dict[str, Any]]:
        ids = [edit.id for edit in page]
        found = edit_records(workspace_id=self.actor.workspace_id, ids=ids, test=self.actor.is_test)
        return [edit_json(record) for record in found]


class OneEdit(Door):
    """`/edits/{id}`."""

    needs = {"get": Action.VIEW}

    @describe.read_edit
    def get(self, request: Request, edit_id: str) -> Response:
        """Look at an edit."""
        return Response(_read(self.actor, edit_id))


class EditCharge(Door):
    """`/edits/{id}/charge`."""

    needs = {"get": Action.VIEW}

    @describe.read_charge
    def get(self, request: Request, edit_id: str) -> Response:
        """Tell why an edit was charged what it was: its quote, who was asked, the proof of what arrived, the ledger."""
        charge = read_charge(workspace_id=self.actor.workspace_id, edit_id=edit_id, test=self.actor.is_test)
        return Response(charge_json(charge))


class CancelEdit(Door):
    """`/edits/{id}/cancel`."""

    needs = {"post": Action.EDIT}

    @describe.cancel_edit
    def post(self, request: Request, edit_id: str) -> Response:
        """Take an edit back where nothing was sent; otherwise it follows its outcome."""
        cancel_edit(workspace_id=self.actor.workspace_id, edit_id=edit_id, test=self.actor.is_test)
        return Response(_read(self.actor, edit_id))


def _read(actor: Actor, edit_id: str) -> dict[str, Any]:
    return edit_json(edit_record(workspace_id=actor.workspace_id, edit_id=edit_id, test=actor.is_test))


def _answer(order: Order) -> Response:
    answer = Response(order.answer, status=order.status)
    answer["Location"] = f"/api/v1/edits/{order.edit_id}"
    if order.replayed:
        answer["Idempotent-Replayed"] = "true"
    return answer
