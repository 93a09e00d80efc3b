"""The JSON that the API answers with, written by plain functions; `schema.py` describes the same for readers."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from billing.facade import Balance
from billing.money import format_usd
from editor.attempts import AttemptState
from editor.domain import EditStatus
from editor.images.links import signed_url
from editor.models import Edit, Image, Project
from editor.selectors.edits import EditRecord
from editor.services.promise_price import Promised

CURRENCY = "USD"
WHY = {
    AttemptState.REJECTED: "The provider refused the job; nothing was made there.",
    AttemptState.NOT_SENT: "The provider could not be reached; nothing was sent.",
    AttemptState.UNKNOWN: "The provider gave no clear answer; we are finding out.",
    AttemptState.FAILED: "The provider took the job and gave no picture.",
    AttemptState.LOST: "The provider did not tell in time how it ended.",
}


def edit_json(record: EditRecord) -> dict[str, Any]:
    """Write an edit."""
    edit = record.edit
    return {
        "id": edit.id,
        "object": "edit",
        "is_test": edit.is_test,
        "status": str(edit.status),
        "model": str(edit.model),
        "prompt": edit.prompt,
        "aspect_ratio": edit.aspect_ratio,
        "resolution": str(edit.resolution),
        "n": edit.n,
        "provider": edit.provider or None,
        "images": list(record.images),
        "project": edit.project_id,
        "metadata": edit.metadata,
        "outputs": [_output(edit.workspace_id, row) for row in record.outputs],
        "price": _price(edit),
        "attempts": [_attempt(row) for row in record.attempts],
        "routing": [_verdict(verdict) for verdict in edit.routing],
        "error": {"code": edit.error_code, "message": edit.error_message} if edit.error_code else None,
        "created_at": timestamp(edit.created_at),
        "finished_at": timestamp(edit.finished_at),
        "erased_at": timestamp(edit.erased_at),
    }


def quote_json(promised: Promised) -> dict[str, Any]:
    """Write a quote."""
    promise = promised.promise
    return {
        "id": promised.id,
        "object": "quote",
        "is_test": promise.is_test,
        "price": {
            "currency": CURRENCY,
            "total": format_usd(promise.total),
            "units": {name: format_usd(price) for name, price in promise.prices.items()},
        },
        "route": promised.quote.route,
        "routing": [_verdict(asdict(verdict)) for verdict in promised.quote.verdicts],
        "created_at": timestamp(promise.made_at),
        "expires_at": timestamp(promise.until),
    }


def image_json(image: Image) -> dict[str, Any]:
    """Write an image; the URL is of its clean rendition, signed, and works without the key."""
    return {
        "id": image.id,
        "object": "image",
        "url": signed_url(image, "rendition", absolute=True),
        "width": image.width,
        "height": image.height,
        "bytes": image.bytes,
        "content_type": image.content_type,
        "sha256": image.sha256,
        "filename": image.filename,
        "project": image.project_id,
        "created_at": timestamp(image.created_at),
    }


def project_json(project: Project) -> dict[str, Any]:
    """Write a project."""
    return {
        "id": project.id,
        "object": "project",
        "name": project.name,
        "is_default": project.is_default,
        "created_at": timestamp(project.created_at),
    }


def balance_json(balance: Balance) -> dict[str, str]:
    """Write a balance."""
    return {
        "currency": CURRENCY,
        "available": format_usd(balance.available),
        "held": format_usd(balance.held),
        "spent": format_usd(balance.spent),
    }


def timestamp(moment: datetime | str | None) -> str | None:
    """Write a moment as ISO 8601 in UTC with a Z; PostgreSQL's own JSON gives it as a string, without last zeros."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _verdict(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "reason": row["reason"] or None}


def _output(workspace_id: str, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "url": signed_url((row["id"], workspace_id), "original", absolute=True),
        "width": row["width"],
        "height": row["height"],
        "bytes": row["bytes"],
        "content_type": row["content_type"],
        "sha256": row["sha256"],
        "late": row["late"],
    }


def _price(edit: Edit) -> dict[str, str]:
    held = 0 if edit.is_test or EditStatus(edit.status).is_final else edit.quoted
    return {
        "currency": CURRENCY,
        "quoted": format_usd(edit.quoted),
        "held": format_usd(held),
        "charged": format_usd(edit.charged),
    }


def _attempt(row: dict[str, Any]) -> dict[str, Any]:
    why = WHY.get(row["state"])
    return {
        "provider": row["provider"],
        "status": row["state"],
        "error": {"code": row["error_code"] or row["state"], "message": why} if why else None,
        "started_at": timestamp(row["started_at"]),
        "finished_at": timestamp(row["finished_at"]),
    }
