"""The editor's tables."""

from editor.models.attempt import Attempt, Callback
from editor.models.edit import Edit, EditInput, Output
from editor.models.export import ExportState, WorkspaceExport
from editor.models.heartbeat import Heartbeat
from editor.models.idempotency import IdempotencyKey
from editor.models.image import Image
from editor.models.project import Project
from editor.models.provider import Alert, ProviderState, ProviderTally
from editor.models.total import AttemptTotal
from editor.models.wave import Wave
from editor.models.webhook import Delivery, DeliveryState, DeliveryTry, Endpoint, Event

__all__ = [
    "Alert",
    "Attempt",
    "AttemptTotal",
    "Callback",
    "Delivery",
    "DeliveryState",
    "DeliveryTry",
    "Edit",
    "EditInput",
    "Endpoint",
    "Event",
    "ExportState",
    "Heartbeat",
    "IdempotencyKey",
    "Image",
    "Output",
    "Project",
    "ProviderState",
    "ProviderTally",
    "Wave",
    "WorkspaceExport",
]
