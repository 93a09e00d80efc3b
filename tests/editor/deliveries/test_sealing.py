"""Secrets of webhooks are sealed in the database, and nothing is ever sent unsigned."""

import pytest
from django.db import connection
from standardwebhooks import Webhook

from editor.deliveries.courier import run_courier
from editor.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db


def test_a_copy_of_the_database_alone_tells_no_secret(endpoint):
    assert endpoint.secret.startswith("whsec_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, old_secret FROM editor_endpoint")
        ((kept, old),) = cursor.fetchall()
    assert endpoint.secret not in kept
    assert endpoint.secret.removeprefix("whsec_") not in kept
    assert old == ""
    assert Endpoint.objects.get().secret == endpoint.secret


def test_after_the_secret_key_was_changed_the_old_one_still_opens_them(endpoint, receiver, ended, settings):
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another one"
    ended()
    assert run_courier(seconds=5) == 1
    (got,) = receiver.got
    Webhook(endpoint.secret).verify(got.body, got.headers)


def test_with_a_secret_that_cannot_be_opened_nothing_is_sent_and_the_try_has_failed(
    endpoint, receiver, ended, settings
):
    settings.SECRET_KEY = "another one"
    ended()
    assert run_courier(seconds=5) == 0
    assert receiver.got == []
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.tries) == ("pending", 1)
    assert delivery.log.get().error == "The text could not be written."
