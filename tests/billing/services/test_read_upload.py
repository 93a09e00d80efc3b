"""A file that staff brought: read once, whoever dies, and never for ever in vain."""

from datetime import date

import pytest

from billing.models import ReviewItem, Statement, StatementUpload, UploadState
from billing.services.read_upload import read_upload, read_waiting
from tests.billing.views.costs import CSV, line, row

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)


def waiting(by, content, **columns):
    return StatementUpload.objects.create(
        **{
            "provider": "shortapi", "month": OCTOBER, "name": "x.csv", "content": content.encode(), "is_all": False,
            "uploaded_by": by, **columns,
        }
    )  # fmt: skip


def test_what_waits_is_read_once_the_oldest_first(alice):
    line(alice.workspace, 1)
    first, second = waiting(alice.user, CSV + row(1)), waiting(alice.user, CSV + row(1) + row(2, "0.07"))
    assert read_waiting() == 2
    assert read_waiting() == 0
    assert not read_upload(upload=first.id)
    second.refresh_from_db()
    assert (second.state, second.lines, second.known) == (UploadState.DONE, 1, 1)
    assert Statement.objects.count() == 2


def test_what_fails_on_our_side_keeps_nothing_and_is_not_tried_for_ever(alice):
    upload = waiting(alice.user, CSV + row(1), provider="nobody-knows")
    assert read_upload(upload=upload.id)
    upload.refresh_from_db()
    assert upload.state == UploadState.REFUSED
    assert "failed on our side" in upload.why
    assert Statement.objects.count() == 0


def test_more_findings_than_a_statement_has_parameters_are_all_raised(alice):
    content = CSV + "".join(row(number, "0.07") for number in range(66_000))
    upload = waiting(alice.user, content)
    assert read_upload(upload=upload.id)
    upload.refresh_from_db()
    assert (upload.state, upload.lines, upload.items, ReviewItem.objects.count()) == ("done", 66_000, 66_000, 66_000)
