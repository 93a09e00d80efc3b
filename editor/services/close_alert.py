"""Close an alert that staff have seen to."""

import structlog
from django.db.models.functions import Now

from editor.errors import NotFound, Overtaken
from editor.models import Alert
from editor.services.note_decision import check_note

log = structlog.get_logger(__name__)


def close_alert(*, alert_id: int, staff_id: str, note: str) -> None:
    """Close it with a note. Raises InvalidInput, NotFound, and Overtaken when it was closed meanwhile."""
    note = check_note(note)
    closed = Alert.objects.filter(id=alert_id, closed_at=None).update(closed_at=Now(), closed_by_id=staff_id, note=note)
    if closed:
        log.warning("alert_closed", alert=alert_id, staff=staff_id, note=note)
    elif Alert.objects.filter(id=alert_id).exists():
        raise Overtaken("This alert was closed meanwhile. Your note was not kept.")
    else:
        raise NotFound("There is no such alert.")
