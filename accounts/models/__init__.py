"""The tables of people, workspaces, keys and what was done."""

from accounts.models.audit import AuditEvent
from accounts.models.certificate import DeletionCertificate
from accounts.models.impersonation import Impersonation
from accounts.models.invitation import Invitation
from accounts.models.keys import ApiKey
from accounts.models.people import Membership, User, Workspace

__all__ = [
    "ApiKey",
    "AuditEvent",
    "DeletionCertificate",
    "Impersonation",
    "Invitation",
    "Membership",
    "User",
    "Workspace",
]
