"""Who signs off, resolves or completes waits for an import that is under way, and then sees all of it."""

from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from billing.errors import NotReadyToSign
from billing.models import ItemKind, MonthSignOff, Resolution, ReviewItem
from billing.services.complete_month import complete_month
from billing.services.resolve_item import resolve_item
from billing.services.sign_off_month import sign_off_month
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
    assert isinstance(meanwhile(sign), OperationalError)
    assert not MonthSignOff.objects.exists()
    with pytest.raises(NotReadyToSign, match="2 items are open"):
        sign()


def test_completing_a_month_waits_for_an_import(ready, alice):
    line(alice.workspace, 2)
    assert isinstance(meanwhile(partial(complete_month, provider="shortapi", month=OCTOBER)), OperationalError)
    assert complete_month(provider="shortapi", month=OCTOBER) == 0


def test_resolving_an_item_waits_for_an_import_of_its_provider_only(ready, alice):
    bring(charge(7, of=1))
    line(alice.workspace, 8, provider="pixazo")
    bring(charge(8, 90_000), provider="pixazo")
    ours, theirs = (ReviewItem.objects.get(provider=provider) for provider in ("shortapi", "pixazo"))
    resolve = partial(resolve_item, resolution=Resolution.ACCEPTED, note="", by=alice.user)
    assert isinstance(meanwhile(partial(resolve, item=ours.id)), OperationalError)
    assert isinstance(meanwhile_again(partial(resolve, item=theirs.id)), ReviewItem)
    assert [kind for kind, _, said in items() if said] == [ItemKind.OVER_CHARGED]


def meanwhile_again(work):
    with transaction.atomic():
        bring(charge(9, of=1))
        (found,) = together([partial(impatiently, work)])
    return found
