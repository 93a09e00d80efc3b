"""What the page says of providers that rest: why this one was asked, and what a queued edit waits for."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editor.attempts import AttemptState
from editor.models import ProviderState
from tests.editor.rows import make_attempt, make_edit

pytestmark = pytest.mark.django_db
RESTS = "is resting after failures until 14:32 UTC: HTTP 500"


@pytest.fixture
def resting(db):
    until = datetime(2126, 11, 20, 14, 32, tzinfo=UTC)
    ProviderState.objects.filter(name="shortapi").update(
        open_until=until, open_seconds=30, open_code="failing", open_reason="HTTP 500"
    )


def page_of(person, edit):
    client = Client()
    client.force_login(person.user)
    return client.get(reverse("project_version", args=[edit.project_id, edit.id])).content.decode()


def test_a_queued_edit_says_whom_it_waits_for_and_until_when(alice, shortapi, resting):
    edit = make_edit(alice.workspace, provider_asked="shortapi")
    make_attempt(edit)
    page = page_of(alice, edit)
    assert f"It waits for shortapi, which {RESTS}. It is sent as soon as the provider is back" in page


def test_one_that_waits_for_a_disabled_provider_says_why(alice, shortapi):
    ProviderState.objects.filter(name="shortapi").update(disabled_at=timezone.now(), disabled_reason="invoices")
    edit = make_edit(alice.workspace)
    make_attempt(edit)
    assert "It waits for shortapi, which is switched off by staff: invoices." in page_of(alice, edit)


def test_one_whose_provider_is_well_or_has_it_already_waits_for_nobody(alice, shortapi, resting):
    edits = [make_edit(alice.workspace), make_edit(alice.workspace)]
    make_attempt(edits[0], provider="apipod")
    make_attempt(edits[1], AttemptState.ACCEPTED)
    for edit in edits:
        assert "It waits for" not in page_of(alice, edit)


def test_the_details_give_the_reasons_of_those_left_out_and_of_the_one_that_is_waited_for(alice, shortapi):
    routing = [
        {"provider": "shortapi", "eligible": True, "reason": f"{RESTS}; it will be asked when it is back"},
        {"provider": "apipod", "eligible": False, "reason": "is switched off by staff: invoices"},
    ]
    page = page_of(
        alice, make_edit(alice.workspace, routing=routing, strategy="reliable", route=["shortapi", "pixazo"])
    )
    assert f'could do it, $0.0475 a picture. <span class="soft">It {RESTS}; it will be asked when it is back.' in page
    assert '<b>apipod</b> <span class="soft">is switched off by staff: invoices</span>' in page
    assert "the most reliable of 2 that could do it" in page
