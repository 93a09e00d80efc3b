"""Who signs off, resolves or completes waits for an import that is under way, for a while, and then sees all of it."""

from functools import partial

import pytest
from django.db import connection, transaction
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from billing.errors import NotReadyToSign, NotYourTurn
from billing.models import ItemKind, MonthSignOff, Resolution, ReviewItem, StatementUpload, UploadState
from billing.services.complete_month import complete_month
from billing.services.read_upload import read_upload
from billing.services.resolve_item import resolve_item
from billing.services.sign_off_month import sign_off_month
from billing.services.take_turn import PATIENCE, take_turn
from billing.services.upload_statement import upload_statement
from tests.billing.parallel import together
from tests.billing.reconciliation.rows import OCTOBER, charge, line
from tests.billing.reconciliation.test_import import bring, items

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ready(alice):
    """A month that could be signed off."""
    line(alice.workspace, 1)
    bring(charge(1))
    complete_month(provider="shortapi", month=OCTOBER)


def impatiently(work):
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    return work()


def meanwhile(work):
    """Give what comes of it while an import is not committed."""
    with transaction.atomic():
        bring(charge(2), charge(3, of=1))
        (found,) = together([partial(impatiently, work)])
    return found


def test_a_sign_off_waits_for_an_import(ready, alice):
    sign = partial(sign_off_month, month=OCTOBER, by=alice.user, note="")
    assert isinstance(meanwhile(sign), NotYourTurn)
    assert not MonthSignOff.objects.exists()
    with pytest.raises(NotReadyToSign, match="2 items are open"):
        sign()


def test_completing_a_month_waits_for_an_import(ready, alice):
    line(alice.workspace, 2)
    assert isinstance(meanwhile(partial(complete_month, provider="shortapi", month=OCTOBER)), NotYourTurn)
    assert complete_month(provider="shortapi", month=OCTOBER) == 0


def test_resolving_an_item_waits_for_an_import_of_its_provider_only(ready, alice):
    bring(charge(7, of=1))
    line(alice.workspace, 8, provider="pixazo")
    bring(charge(8, 90_000), provider="pixazo")
    ours, theirs = (ReviewItem.objects.get(provider=provider) for provider in ("shortapi", "pixazo"))
    resolve = partial(resolve_item, resolution=Resolution.ACCEPTED, note="", by=alice.user)
    assert isinstance(meanwhile(partial(resolve, item=ours.id)), NotYourTurn)
    assert isinstance(meanwhile_again(partial(resolve, item=theirs.id)), ReviewItem)
    assert [kind for kind, _, said in items() if said] == [ItemKind.OVER_CHARGED]


def test_a_small_file_that_cannot_be_read_now_waits_for_the_task(ready, alice):
    content = b"date,amount,job\n2026-10-03 12:00:00,0.04,job-9\n"
    bring_file = partial(
        upload_statement, provider="shortapi", month=OCTOBER, name="o.csv", content=content, is_all=False, by=alice.user
    )
    brought = meanwhile(bring_file)
    assert isinstance(brought, StatementUpload)
    assert (brought.state, StatementUpload.objects.get().state) == (UploadState.WAITING, UploadState.WAITING)
    assert [one["func"] for one in map(SignedPackage.loads, OrmQ.objects.values_list("payload", flat=True))] == [
        "billing.tasks.statement_uploads"
    ]
    assert read_upload(upload=brought.id)
    assert StatementUpload.objects.get().state == UploadState.DONE


def test_a_turn_is_waited_for_for_a_while_and_rows_as_long_as_ever(ready, alice):
    said = []

    def turn(patience):
        with transaction.atomic():
            take_turn("shortapi", patience=patience)
            with connection.cursor() as cursor:
                cursor.execute("SHOW lock_timeout")
                said.append(cursor.fetchone()[0])

    turn(PATIENCE)
    assert (said, PATIENCE) == (["0"], 5_000)
    with transaction.atomic():
        take_turn("shortapi")
        (found,) = together([partial(turn, 50)])
    assert str(found).endswith("Try again in a minute.")


def meanwhile_again(work):
    with transaction.atomic():
        bring(charge(9, of=1))
        (found,) = together([partial(impatiently, work)])
    return found
