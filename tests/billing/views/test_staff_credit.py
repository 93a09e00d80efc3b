"""The staff's page of credit: a charge is given back, a movement put right, the second person decides."""

import re

import pytest
from django.test import Client

from accounts.models import AuditEvent
from billing.facade import balance
from billing.ledger import grant
from billing.models import Correction, Transfer
from tests.billing.views.costs import staff, text_of
from tests.billing.views.money import charge
from tests.books import assert_books_are_right
from tests.conftest import Person

# What a request books is looked at when it commits, as the web and with the wall open: so it does commit here.
pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/staff/credit/"
DOLLAR = 1_000_000
NAME = "Alice&#x27;s studio"


@pytest.fixture
def sam(alice: Person) -> Client:
    """On the staff; and Alice has 100 dollars, of which an edit was charged one."""
    grant(workspace_id=alice.workspace.id, amount=100 * DOLLAR, key="start")
    charge(alice.workspace, "edt_1", DOLLAR)
    return staff("sam")[1]


def form(key: str = "rfd_1", **changes: str) -> dict[str, str]:
    return {"edit": "edt_1", "key": key, "amount": "0.40", "reason": "it was too dark", **changes}


def id_of(key: str) -> str:
    return Transfer.objects.get(key=key).id


def test_an_edits_charge_is_found_with_its_entries_and_what_is_left(sam, alice):
    said = text_of(sam.get(f"{PAGE}?q=edt_1"))
    assert f"Workspace {NAME} Charged $1.00 Given back $0.00 Left $1.00" in said
    assert re.search(rf"Taken for pictures that arrived .* UTC Wallet of {NAME} −\$1.00 Revenue \+\$1.00", said)


def test_a_charge_is_given_back_once_however_often_the_form_is_sent(sam, alice):
    for said in ("It is given back, and stands in the workspace’s audit log.", "It was given back before."):
        answer = sam.post(f"{PAGE}refund/", form(), follow=True)
        assert answer.redirect_chain == [(f"{PAGE}?q=edt_1", 302)]
        assert said in text_of(answer)
    assert "Charged $1.00 Given back $0.40 Left $0.60" in text_of(answer)
    assert (balance(alice.workspace.id).available, balance(alice.workspace.id).spent) == (99_400_000, 600_000)
    act = AuditEvent.objects.get(action="credit.refunded")
    assert (act.workspace_id, act.note, act.after) == (
        alice.workspace.id, "it was too dark", {"amount": "0.400000"},
    )  # fmt: skip
    sam.post(f"{PAGE}refund/", form("rfd_2", amount="0.60"))
    assert "All of it was given back." in text_of(sam.get(f"{PAGE}?q=edt_1"))
    assert_books_are_right()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"amount": "1.01"}, "1.010000 is more than what is left of the charge"),
        ({"amount": "0"}, "more than nothing"),
        ({"amount": "-1"}, "cannot be negative"), ({"amount": "x"}, "Not an amount of dollars"),
        ({"amount": "99999999999999999999"}, "is above"), ({"amount": "0.0000001"}, "at most six decimals"),
        ({"reason": " "}, "Say why"), ({"reason": "x" * 201}, "1 to 200 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_given_back_is_refused_where_it_stands(sam, alice, changes, says):
    answer = sam.post(f"{PAGE}refund/", form(**changes))
    assert answer.status_code == 422
    assert says in text_of(answer)
    typed = {"amount": "0.40", "reason": "it was too dark", **changes}
    assert f'value="{typed["amount"]}"' in answer.content.decode()
    assert (balance(alice.workspace.id).spent, AuditEvent.objects.filter(action="credit.refunded").count()) == (
        DOLLAR, 0,
    )  # fmt: skip


@pytest.mark.parametrize("changes", [{"edit": "edt_none"}, {"edit": "a\0b"}, {"key": ""}, {"key": "x" * 31}])
def test_a_refund_of_nothing_that_we_know_is_not_found(sam, changes):
    assert sam.post(f"{PAGE}refund/", form(**changes)).status_code == 404
    assert not Transfer.objects.filter(kind="refund").exists()


def test_a_small_mistake_is_put_right_at_once_and_stands_in_the_customers_log(sam, alice):
    done = sam.post(
        f"{PAGE}{id_of('capture:edt_1')}/correct/", {"about": "edt_1", "reason": "it was black"}, follow=True
    )
    assert "It is put right." in text_of(done)
    assert "put right sam@example.com: “it was black”" in text_of(done)
    assert balance(alice.workspace.id).spent == 0
    act = AuditEvent.objects.get(action="credit.corrected")
    assert (act.workspace_id, act.note) == (alice.workspace.id, "it was black")
    assert_books_are_right()


def test_a_large_one_waits_for_a_colleague_and_its_list_has_reason_and_entries(sam, alice):
    sam.post(f"{PAGE}{id_of('grant:start')}/correct/", {"about": alice.workspace.id, "reason": "given twice"})
    said = text_of(sam.get(PAGE))
    assert "1 correction waits for a second person “given twice” sam@example.com" in said
    assert f"Wallet of {NAME} −$100.00 Funding +$100.00 Somebody else must approve it." in said
    asked = Correction.objects.get()
    refused = sam.post(f"{PAGE}{asked.id}/approve/", follow=True)
    assert "cannot be its second person. Nothing was booked." in text_of(refused)
    _, sue = staff("sue")
    spent_meanwhile = sue.post(f"{PAGE}{asked.id}/approve/", follow=True)
    assert "This needs $100.000000; $99.000000 of credit is available. Nothing was booked." in text_of(spent_meanwhile)
    assert (balance(alice.workspace.id).available, Correction.objects.get().booked_id) == (99 * DOLLAR, None)
    grant(workspace_id=alice.workspace.id, amount=DOLLAR, key="more")
    assert "It is put right." in text_of(sue.post(f"{PAGE}{asked.id}/approve/", follow=True))
    assert balance(alice.workspace.id).available == 0
    said = text_of(sue.get(PAGE))
    assert "No correction waits for a second person Latest corrections “given twice” booked" in said
    assert "approved by sue@example.com" in said
    assert_books_are_right()


def test_a_colleague_refuses_and_the_list_says_who(sam, alice):
    sam.post(f"{PAGE}{id_of('grant:start')}/correct/", {"about": alice.workspace.id, "reason": "given twice"})
    _, sue = staff("sue")
    said = text_of(sue.post(f"{PAGE}{Correction.objects.get().id}/refuse/", follow=True))
    assert "It is dropped; nothing was booked." in said
    assert "dropped by sue@example.com" in said
    assert balance(alice.workspace.id).available == 99 * DOLLAR


@pytest.mark.parametrize("reason", ["", "x" * 501])
def test_a_correction_without_a_reason_is_refused_where_it_stands(sam, alice, reason):
    to = f"{PAGE}{id_of('grant:start')}/correct/"
    answer = sam.post(to, {"about": alice.workspace.id, "reason": reason})
    assert (answer.status_code, Correction.objects.count()) == (422, 0)
    assert "Say why, in 1 to 500 characters. Nothing was booked." in text_of(answer)


def test_nothing_is_found_for_what_makes_no_sense(sam):
    for odd in ("edt_none", "%00", "x" * 200, "<b>", "wsp_none"):
        assert "Nothing was found" in text_of(sam.get(f"{PAGE}?q={odd}"))
    assert sam.post(f"{PAGE}trf_none/correct/", {"about": "edt_1", "reason": "why"}).status_code == 422
    assert "There is no correction" in text_of(sam.post(f"{PAGE}cor_none/approve/", follow=True))


def test_the_page_takes_as_many_queries_however_much_was_booked(sam, alice, django_assert_max_num_queries):
    for number in range(60):
        grant(workspace_id=alice.workspace.id, amount=DOLLAR, key=f"more {number}")
    for number in range(5):
        to = f"{PAGE}{id_of(f'grant:more {number}')}/correct/"
        sam.post(to, {"about": alice.workspace.id, "reason": "too many"})
    with django_assert_max_num_queries(15):
        assert sam.get(f"{PAGE}?q={alice.workspace.id}").status_code == 200
    with django_assert_max_num_queries(12):
        assert sam.get(PAGE).status_code == 200
