"""Ask for what is over a budget, and tell how far budgets are used."""

import functools
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django_q.tasks import async_task

from billing import facade
from editor.models import Edit
from editor.services.note_event import note_budget


def spends_of(edit: Edit) -> facade.Spends:
    """Say for whom an edit spends."""
    return facade.Spends(project=edit.project_id, member=edit.created_by_id or "", key=edit.api_key_id or "")


def ask_approval(*, edit: Edit, over: facade.OverBudget) -> None:
    """Have the budget's approver asked, by mail too; the caller accepts the edit in the same transaction."""
    facade.ask_approval(
        workspace_id=edit.workspace_id, edit=edit.id, amount=edit.quoted, budget=over.budget, approver=over.approver,
        asked_by=edit.created_by_id,
    )  # fmt: skip
    _mail("editor.tasks.approval_mail", edit.id)


def tell_budgets(*, workspace_id: str, steps: Sequence[facade.BudgetStep]) -> None:
    """Tell by webhook and mail that budgets have reached a step of their use, in the caller's transaction."""
    for step in steps:
        note_budget(workspace_id=workspace_id, step=step)
        _mail("editor.tasks.budget_mail", step.budget, step.percent)


def _mail(door: str, *arguments: object) -> None:
    if settings.SENDS_MAIL:
        transaction.on_commit(functools.partial(async_task, door, *arguments), robust=True)
