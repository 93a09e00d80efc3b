"""Months: every provider's figures, what is missing before a sign-off in words, and that a signed one stays."""

import pytest
from django.db import IntegrityError, connection, transaction

from billing.models import CostState, MonthSignOff, Resolution, ReviewItem, Statement
from billing.services.complete_month import complete_month
from billing.services.resolve_item import resolve_item
from tests.billing.views.costs import OCTOBER, an_october, line, staff, text_of

pytestmark = pytest.mark.django_db
PAGE = "/staff/costs/months/"


@pytest.fixture
def sam(db):
    return staff()


@pytest.fixture
def october(alice):
    an_october(alice.workspace)


def clear(user):
    complete_month(provider="shortapi", month=OCTOBER)
    for item in ReviewItem.objects.filter(resolved_at=None):
        resolve_item(item=item.id, resolution=Resolution.DISPUTED, note="no", by=user)


def test_a_month_says_what_is_missing_before_it_can_be_signed(sam, october):
    said = text_of(sam[1].get(f"{PAGE}2026-10/"))
    assert "The statement of shortapi is not complete. 3 items are open." in said
    assert "shortapi not complete 3 $0.12 – $0.12 $0.21 $0.12 $0.09 – – –" in said
    assert "Sign October 2026 off" not in said
    said = text_of(sam[1].post(f"{PAGE}2026-10/sign/", {"note": "all fine"}, follow=True))
    assert "The statement of shortapi is not complete. 3 items are open. Nothing was changed." in said
    assert MonthSignOff.objects.count() == 0
    assert "October 2026 to review 3 open items" in text_of(sam[1].get(PAGE))


def test_a_month_is_signed_once_and_its_figures_stay(sam, october, alice):
    user, client = sam
    clear(user)
    assert "ready to sign" in text_of(client.get(f"{PAGE}2026-10/"))
    refused = client.post(f"{PAGE}2026-10/sign/", {"note": " "})
    assert (refused.status_code, MonthSignOff.objects.count()) == (422, 0)
    said = text_of(client.post(f"{PAGE}2026-10/sign/", {"note": "compared with their invoice"}, follow=True))
    assert "October 2026 is signed off." in said
    assert "sam@example.com signed it off on" in said
    assert "“compared with their invoice”" in said
    figures = text_of(client.get(f"{PAGE}2026-10/")).split("Unexplained")[1]
    line(alice.workspace, 77, minute=5)
    assert text_of(client.get(f"{PAGE}2026-10/")).split("Unexplained")[1] == figures
    again = text_of(client.post(f"{PAGE}2026-10/sign/", {"note": "again"}, follow=True))
    assert "signed off. What changed since belongs in the month" in again
    assert "October 2026 signed off sam@example.com" in text_of(client.get(PAGE))


@pytest.mark.parametrize("change", ["UPDATE billing_monthsignoff SET note = 'x'", "DELETE FROM billing_monthsignoff"])
def test_the_database_itself_refuses_to_change_what_was_signed(sam, change):
    MonthSignOff.objects.create(month=OCTOBER, figures=[], signed_by=sam[0], note="fine")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert MonthSignOff.objects.get().note == "fine"


def test_a_provider_that_charged_nothing_is_said_to_and_then_the_month_is_ready(sam, alice):
    line(alice.workspace, 1, provider="pixazo", state=CostState.VOID)
    assert "pixazo missing" in text_of(sam[1].get(f"{PAGE}2026-10/"))
    said = text_of(sam[1].post(f"{PAGE}2026-10/nothing/pixazo/", follow=True))
    assert "pixazo charged nothing in October 2026." in said
    assert "ready to sign" in said
    sam[1].post(f"{PAGE}2026-10/nothing/pixazo/")
    assert Statement.objects.get().is_complete


def test_whose_statement_is_there_cannot_be_said_to_have_charged_nothing(sam, october):
    said = text_of(sam[1].post(f"{PAGE}2026-10/nothing/shortapi/", follow=True))
    assert "shortapi has a statement for 2026-10 Nothing was changed." in said.replace("2026-10.", "2026-10")
    assert Statement.objects.count() == 1
    assert sam[1].post(f"{PAGE}2026-10/nothing/ark/").status_code == 404


def test_nothing_of_a_signed_month_is_called_complete_or_charged_for_nothing(sam, october):
    MonthSignOff.objects.create(month=OCTOBER, figures=[], signed_by=sam[0])
    statement = Statement.objects.get()
    said = text_of(sam[1].post(f"/staff/costs/statements/{statement.id}/complete/", follow=True))
    assert "2026-10 was signed off." in said
    sam[1].post(f"{PAGE}2026-10/nothing/pixazo/")
    statement.refresh_from_db()
    assert (statement.is_complete, Statement.objects.count()) == (False, 1)


@pytest.mark.parametrize("odd", ["x", "2026-13", "0", "2026-10-01", "26-1"])
def test_a_month_that_is_none_is_not_there(sam, odd):
    assert sam[1].get(f"{PAGE}{odd}/").status_code == 404
    assert sam[1].post(f"{PAGE}{odd}/sign/").status_code == 404


def test_an_empty_month_says_so_and_the_pages_take_as_many_queries_whatever_there_is(
    sam, october, django_assert_max_num_queries
):
    assert "There was nothing in this month." in text_of(sam[1].get(f"{PAGE}2026-08/"))
    for address in (PAGE, f"{PAGE}2026-10/"):
        with django_assert_max_num_queries(12):
            assert sam[1].get(address).status_code == 200
