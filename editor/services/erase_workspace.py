"""Erase a workspace whose grace period is over, down to a row without a name that the ledger needs."""

# ruff: noqa: SLF001 - Django has no other name for what its tables know of each other

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import CASCADE, Model
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone

from accounts.letters import send_after_commit
from accounts.models import DeletionCertificate, Membership, Workspace
from accounts.permissions import Role
from accounts.services.certify import certificate_letter
from accounts.services.forget import forget_workspace
from accounts.services.record_audit import SYSTEM, record_audit
from billing import facade
from editor.models import Edit, EditInput, Output

log = structlog.get_logger(__name__)
BATCH = 500
NAME = "Deleted workspace"


def erase_workspace(*, workspace_id: str) -> bool:
    """Erase it unless credit is on hold or an edit runs; tells whether it is erased. Safe to repeat after any death.

    First its keys end, so that nothing new begins, and its plan, for which Stripe must answer; then what there is is
    listed and the list's hash certified; then all of it is deleted in batches, and last its members.
    """
    due = Workspace.objects.filter(id=workspace_id, delete_at__lte=timezone.now(), erased_at=None)
    workspace = due.first()
    if workspace is None:
        return False
    workspace.api_keys.filter(revoked_at=None).update(revoked_at=timezone.now())
    if Edit.objects.filter(workspace=workspace, finished_at=None).exists() or facade.balance(workspace_id).held:
        log.info("erasure_deferred", workspace_id=workspace_id)
        return False
    if not facade.end_payments(workspace_id=workspace_id):
        return False
    certificate = _certify(workspace)
    _delete_files(f"{workspace_id}")
    _delete_files(f"exports/{workspace_id}")
    _delete_rows(workspace)
    return _finish(workspace, certificate)


def _certify(workspace: Workspace) -> DeletionCertificate:
    """List all that will be erased and keep the list's hash, once: whoever begins again finds less."""
    certificate, _ = DeletionCertificate.objects.get_or_create(workspace_id=workspace.id)
    if not certificate.manifest_sha256:
        digest, counts = hashlib.sha256(), dict[str, int]()
        for model in sorted(_parts(), key=lambda part: part._meta.label_lower):
            kind, count = model._meta.label_lower, 0
            ids = model._default_manager.filter(workspace=workspace).order_by("pk").values_list("pk", flat=True)
            for count, one in enumerate(ids.iterator(chunk_size=2000), start=1):  # noqa: B007 - counted on purpose
                digest.update(f"{kind} {one}\n".encode())
            counts[_many(str(model._meta.verbose_name))] = count
        certificate.counts, certificate.manifest_sha256 = counts, digest.hexdigest()
        certificate.save()
    return certificate


def _many(name: str) -> str:
    """Give the plural, as people read it on the certificate: `delivery` → `deliveries`, `api key` → `API keys`."""
    name = name.replace("api ", "API ")
    if name.endswith("s"):
        return name
    return f"{name[:-1]}ies" if re.search(r"[^aeiou]y$", name) else f"{name}s"


def _parts() -> Iterator[type[Model]]:
    """Give every table that belongs to a workspace and goes with it."""
    for relation in Workspace._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and getattr(relation, "on_delete", None) is CASCADE:
            yield relation.related_model


def _delete_files(folder: str) -> None:
    """Delete what is stored in a folder, whether a row speaks of it or not."""
    with suppress(FileNotFoundError, NotADirectoryError):
        folders, files = default_storage.listdir(folder)
        for name in files:
            default_storage.delete(f"{folder}/{name}")
        for name in folders:
            _delete_files(f"{folder}/{name}")
        with suppress(OSError):
            default_storage.delete(folder)


def _delete_rows(workspace: Workspace) -> None:
    """Delete what protects others first, each table in batches; what belongs to an edit goes with it."""
    of_edits = [model.objects.filter(edit__workspace=workspace) for model in (Output, EditInput)]
    rest = sorted((model for model in _parts() if model is not Membership), key=lambda model: model is not Edit)
    for rows in [*of_edits, *(model._default_manager.filter(workspace=workspace) for model in rest)]:
        while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
            rows.model._default_manager.filter(pk__in=batch).delete()


def _finish(workspace: Workspace, certificate: DeletionCertificate) -> bool:
    """Let the members go, forget every name, and tell the owners."""
    now = timezone.now()
    with transaction.atomic():
        last = Workspace.objects.filter(id=workspace.id, erased_at=None, delete_at__isnull=False)
        if not last.update(erased_at=now, delete_at=None, name=NAME, is_personal=False, allowed_providers=None):
            return False
        members = Membership.objects.filter(workspace=workspace)
        owners = list(members.filter(role=Role.OWNER, user__is_active=True).values_list("user__email", flat=True))
        members.delete()
        forget_workspace(workspace_id=workspace.id)
        facade.forget_evidence(workspace_id=workspace.id)
        record_audit(
            workspace_id=workspace.id,
            action="workspace.erased",
            by=SYSTEM,
            target=workspace.id,
            after={"certificate": certificate.id, "manifest_sha256": certificate.manifest_sha256},
        )
        certificate.erased_at = now
        certificate.save(update_fields=["erased_at"])
        letter = certificate_letter(certificate, name=workspace.name)
        for email in owners:
            send_after_commit(letter, to=email)
    return True
