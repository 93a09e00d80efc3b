"""Rows made directly, for tests of what happens to them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Workspace
from billing import facade
from editor.attempts import AttemptState
from editor.models import Attempt, Edit, EditInput, Image, Project

COST, PRICE = 38_000, 47_500


def make_image(workspace: Workspace, **columns) -> Image:
    facts = {
        "sha256": "0" * 64,
        "content_type": "image/jpeg",
        "bytes": 1000,
        "width": 800,
        "height": 600,
        "rendition_sha256": "0" * 64,
        "rendition_type": "image/jpeg",
        "rendition_width": 800,
        "rendition_height": 600,
        "thumbnail_sha256": "1" * 64,
    }
    return Image.objects.create(workspace=workspace, **{**facts, **columns})


def make_edit(workspace: Workspace, *, n: int = 1, held: bool = False, **columns: Any) -> Edit:
    """An edit of one image, routed to ShortAPI; with `held` its credit is set aside, as submitting it does."""
    image = make_image(workspace)
    project, _ = Project.objects.get_or_create(workspace=workspace, name="Spring lookbook")
    edit = Edit.objects.create(
        **{
            "workspace": workspace,
            "project": project,
            "model": "seedream-4.5",
            "prompt": "warmer light",
            "aspect_ratio": "match_input",
            "ratio": "4:3",
            "resolution": "2K",
            "n": n,
            "strategy": "cheapest",
            "route": ["shortapi"],
            "units": {"shortapi": {"cost": COST, "price": PRICE}},
            "quoted": n * PRICE,
            "deadline_at": timezone.now() + timedelta(minutes=10),
            **columns,
        }
    )
    EditInput.objects.create(edit=edit, image=image, position=1)
    if held:
        facade.set_aside(workspace_id=workspace.id, reference=edit.id, amount=edit.quoted)
    return edit


def make_attempt(edit: Edit, state: AttemptState = AttemptState.INTENT, **columns) -> Attempt:
    return Attempt.objects.create(
        **{
            "edit": edit,
            "workspace_id": edit.workspace_id,
            "n": edit.n,
            "provider": "shortapi",
            "state": state,
            "due_at": timezone.now() - timedelta(minutes=1),  # before the transaction that a slow test is in
            "expected_cost": edit.n * COST,
            **columns,
        }
    )
