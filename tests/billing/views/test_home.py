"""Billing's first page: what may be spent, what was, and of what the credit is made."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.permissions import Role
from billing.models import Account, AccountKind
from billing.services.set_aside import set_aside
from tests.accounts.cast import member
from tests.accounts.doors import browser_of
from tests.billing.views.money import TODAY, charge, credit, used

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(alice) -> Client:
    return browser_of(alice.user)


def text(answer) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_available_held_and_spent_this_month_are_told(browser, alice):
    credit(alice.workspace)
    charge(alice.workspace, "edt_1", 50_000)
    set_aside(workspace_id=alice.workspace.id, reference="edt_2", amount=95_000)
    used(alice.workspace, retail=50_000)
    used(alice.workspace, days_ago=TODAY.day, retail=70_000)  # last month's
    page = text(browser.get("/billing/"))
    for said in ("$9.855", "$0.095", "$0.05"):
        assert f">{said}<" in page
    assert "2 pictures arrived, for $0.12." in page
    assert page.count("<g>") == 30


def test_the_numbers_alone_are_asked_for_again(browser, alice):
    credit(alice.workspace)
    fragment = text(browser.get("/billing/", headers={"HX-Request": "true"}))
    assert fragment.lstrip().startswith("<dl")
    assert 'hx-get="/billing/"' in fragment
    assert "$10.00" in fragment


def test_lots_stand_in_the_order_in_which_they_are_used(browser, alice):
    soon = datetime.now(UTC) + timedelta(days=9)
    credit(alice.workspace, 7)
    credit(alice.workspace, 3, expires_at=soon)
    page = text(browser.get("/billing/"))
    assert page.index("$3.00") < page.index("$7.00")
    assert f"{soon:%-d %b %Y}" in page
    assert "never" in page


def test_many_lots_are_cut_and_the_rest_summed_up(browser, alice):
    for dollars in range(1, 31):
        credit(alice.workspace, dollars)
    page = text(browser.get("/billing/"))
    assert "smaller pieces that come later" in page
    assert "$165.00" in page  # 25 + … + 30


def test_what_is_owed_is_said_and_what_to_do(browser, alice):
    credit(alice.workspace)
    Account.objects.filter(kind=AccountKind.WALLET, workspace=alice.workspace).update(owed=2_500_000)
    page = text(browser.get("/billing/"))
    assert "$2.50 is owed for a payment that was taken back" in page


def test_a_new_workspace_is_told_how_to_begin(browser, settings):
    settings.STRIPE_SECRET_KEY = ""
    page = text(browser.get("/billing/"))
    assert "There is no credit yet." in page
    assert "Nothing was charged. You pay only for pictures that arrive" in page
    assert "Pentimento runs on credit that its staff grant" in page


def test_an_editor_sees_it_without_ways_to_pay_and_a_viewer_does_not(alice, bob, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_x"
    editor, viewer = Client(), Client()
    editor.force_login(bob.user)
    viewer.force_login(member(alice.workspace, "vera", Role.VIEWER))
    page = text(editor.get("/billing/"))
    assert "/billing/top-up/" not in page
    assert viewer.get("/billing/").status_code == 403
    assert 'href="/billing/"' not in text(viewer.get("/"))


@pytest.mark.parametrize(
    "page",
    ["/billing/", "/billing/history/", "/billing/usage/?by=member", "/billing/usage/?by=key", "/billing/budgets/"],
)
def test_a_page_asks_the_same_few_queries_however_much_there_is(
    browser, alice, page, django_assert_max_num_queries, settings
):
    for number in range(40):
        credit(alice.workspace, 1 + number)
        charge(alice.workspace, f"edt_{number}", 1_000)
        used(alice.workspace, days_ago=number % 25, member=f"usr_{number}", key=f"key_{number}")
    browser.get(page)
    with django_assert_max_num_queries(14):  # 2 of them open and shut the wall
        assert browser.get(page).status_code == 200
