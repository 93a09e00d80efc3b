"""The texts of an export: who is in the workspace, what was asked for and made, how it hangs together, what it cost."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.models import Membership
from accounts.spreadsheets import csv_lines
from billing import facade
from billing.money import format_usd
from editor.images.labels import EXTENSIONS
from editor.models import Edit, Image, Project, WorkspaceExport

BATCH = 500
README = """Everything in the workspace "{name}" ({id}), as it was on {at:%Y-%m-%d %H:%M} UTC.

graph.json     projects, pictures and edits; an edit names the pictures it began with and those it made
prompts.csv    every prompt, newest last
edits.csv      every edit, how it ended and what it cost
members.csv    who was in the workspace
ledger.csv     every movement of its credit
originals/     pictures as they were uploaded, named by their ids
versions/      pictures as they were made
missing.txt    only where a picture could not be read
"""


def documents(export: WorkspaceExport) -> dict[str, Callable[[], Iterator[str]]]:
    """Give each text by its name in the zip, to be written piece by piece."""
    return {
        "README.txt": lambda: iter(
            [README.format(name=export.workspace.name, id=export.workspace_id, at=export.asked_at)]
        ),
        "graph.json": lambda: _graph(export),
        "prompts.csv": lambda: _prompts(export),
        "edits.csv": lambda: _edits(export),
        "members.csv": lambda: _members(export),
        "ledger.csv": lambda: _ledger(export),
    }


def picture_name(image: Image) -> str:
    """Give a picture's place in the zip."""
    return f"{'versions' if image.is_output else 'originals'}/{image.id}{EXTENSIONS[image.content_type][0]}"


def _graph(export: WorkspaceExport) -> Iterator[str]:
    yield f'{{"workspace": {_json({"id": export.workspace_id, "name": export.workspace.name})},\n"projects": '
    projects = Project.objects.filter(workspace_id=export.workspace_id).order_by("id")
    yield from _array({"id": p.id, "name": p.name, "created_at": p.created_at} for p in projects.iterator())
    yield ',\n"pictures": '
    yield from _array(_picture(image) for image in _in_order(images_of(export)))
    yield ',\n"edits": '
    edits = _all_edits(export).prefetch_related("inputs", "outputs")
    yield from _array(_edit(edit) for edit in _in_order(edits))
    yield "}\n"


def _picture(image: Image) -> dict[str, Any]:
    return {
        "id": image.id,
        "file": picture_name(image),
        "name": image.filename,
        "project": image.project_id,
        "made": image.is_output,
        "starred": image.starred,
        "sha256": image.sha256,
        "content_type": image.content_type,
        "width": image.width,
        "height": image.height,
        "created_at": image.created_at,
    }


def _edit(edit: Edit) -> dict[str, Any]:
    settings = ("model", "prompt", "aspect_ratio", "resolution", "n", "seed", "guidance_scale", "watermark", "metadata")
    return {
        "id": edit.id,
        "project": edit.project_id,
        "status": edit.status,
        **{name: getattr(edit, name) for name in settings},
        "provider": edit.provider,
        "from": [used.image_id for used in edit.inputs.all()],
        "made": [made.image_id for made in edit.outputs.all()],
        "charged": format_usd(edit.charged),
        "created_at": edit.created_at,
        "finished_at": edit.finished_at,
    }


def _prompts(export: WorkspaceExport) -> Iterator[str]:
    yield csv_lines([["edit", "created_at", "prompt"]])
    for edit in _in_order(_all_edits(export)):
        yield csv_lines([[edit.id, edit.created_at.isoformat(), edit.prompt]])


def _edits(export: WorkspaceExport) -> Iterator[str]:
    columns = ["id", "project_id", "status", "model", "resolution", "n", "provider", "created_at", "finished_at"]
    yield csv_lines([[*columns, "charged_usd"]])
    for edit in _in_order(_all_edits(export)):
        yield csv_lines([[*(getattr(edit, column) for column in columns), Decimal(format_usd(edit.charged))]])


def _members(export: WorkspaceExport) -> Iterator[str]:
    members = Membership.objects.filter(workspace_id=export.workspace_id).select_related("user").order_by("id")
    yield csv_lines([["user", "email", "role", "since"]])
    yield csv_lines([member.user_id, member.user.email, member.role, member.created_at] for member in members)


def _ledger(export: WorkspaceExport) -> Iterator[str]:
    yield csv_lines([["at", "transfer", "kind", "reference", "amount_usd"]])
    for line in facade.statement(export.workspace_id):
        yield csv_lines(
            [[line.at.isoformat(), line.transfer, line.kind, line.reference, Decimal(format_usd(line.amount))]]
        )


def images_of(export: WorkspaceExport) -> "QuerySet[Image]":
    """Give the pictures that are in an export: those that were there when it was asked for."""
    return Image.objects.filter(workspace_id=export.workspace_id, created_at__lte=export.asked_at)


def _all_edits(export: WorkspaceExport) -> "QuerySet[Edit]":
    return Edit.objects.filter(workspace_id=export.workspace_id, created_at__lte=export.asked_at)


def _in_order(rows: Any) -> Iterator[Any]:
    """Read rows by their ids in batches, each by a query of its own."""
    last = ""
    while batch := list(rows.filter(id__gt=last).order_by("id")[:BATCH]):
        yield from batch
        last = batch[-1].id


def _array(items: Iterator[dict[str, Any]]) -> Iterator[str]:
    between = "[\n"
    for item in items:
        yield between + _json(item)
        between = ",\n"
    yield "[]" if between == "[\n" else "\n]"


def _json(item: dict[str, Any]) -> str:
    return json.dumps(item, ensure_ascii=False, default=lambda value: value.isoformat())
