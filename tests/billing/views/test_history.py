"""The wallet's history: each line once, found by what one looks for, page by page, and as a file."""

from datetime import timedelta

import pytest
from django.test import Client

from billing.ledger import balance
from billing.models import Transfer
from tests.accounts.doors import browser_of
from tests.billing.views.money import TODAY, charge, credit
from tests.editor.rows import make_edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(alice) -> Client:
    return browser_of(alice.user)


def page(browser: Client, query: str = "") -> str:
    answer = browser.get(f"/billing/history/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def csv(browser: Client, query: str = "") -> list[str]:
    answer = browser.get(f"/billing/history/csv/{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]


def test_lines_are_told_in_words_and_lead_to_why(browser, alice):
    credit(alice.workspace, memo="welcome")
    edit = make_edit(alice.workspace)
    charge(alice.workspace, edit.id, 47_500)
    told = page(browser)
    assert "+$10.00" in told
    assert "welcome" in told
    assert "−$0.0475" in told
    assert f'href="/edits/{edit.id}/why/"' in told
    assert browser.get(f"/edits/{edit.id}/why/")["Location"] == f"/projects/{edit.project_id}/{edit.id}/why/"


def test_a_memo_that_only_repeats_the_words_is_left_out(browser, alice):
    for dollars, memo in ((10, "credit from us"), (20, "a gift")):
        credit(alice.workspace, dollars, memo=memo)
    told = page(browser)
    assert "credit from us" not in told
    assert '<b>Credit from us</b> <span class="soft">a gift</span>' in told


def test_it_is_looked_through_by_kind_days_and_edit(browser, alice):
    credit(alice.workspace)
    for edit in ("edt_1", "edt_2"):
        charge(alice.workspace, edit, 47_500)
    assert page(browser, "?kind=charges").count("Charged for pictures") == 2
    assert "Credit from us</b>" not in page(browser, "?kind=charges")
    assert page(browser, "?edit=edt_2").count('class="long') == 0
    assert page(browser, "?edit=edt_2").count("Charged for pictures") == 1
    tomorrow, yesterday = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    assert "Nothing in your history is like that." in page(browser, f"?since={tomorrow}")
    assert page(browser, f"?since={yesterday}&until={tomorrow}").count("Charged for pictures") == 2
    assert "Nothing in your history is like that." in page(browser, "?edit=edt_3")


@pytest.mark.parametrize(
    "query", ["?kind=x", "?since=soon", "?until=0001-01-01", "?after=-1", "?edit=%00", "?after=1e9"]
)
def test_what_makes_no_sense_counts_as_not_asked(browser, alice, query):
    credit(alice.workspace)
    assert "+$10.00" in page(browser, query)


def test_older_lines_are_on_the_next_page_each_once(browser, alice):
    credit(alice.workspace)
    for number in range(59):
        charge(alice.workspace, f"edt_{number:03d}", 1_000)
    first = page(browser)
    assert first.count("<li>") == 50
    after = first.partition("after=")[2].partition('"')[0]
    second = page(browser, f"?after={after}")
    assert (second.count("<li>"), "after=" in second) == (10, False)
    assert "edt_008" in second
    assert "edt_008" not in first
    assert "There is nothing older." in page(browser, "?after=1")


def test_the_file_has_all_of_it_and_its_amounts_add_up(browser, alice):
    credit(alice.workspace, memo="=1+1")
    for number in range(1001):
        charge(alice.workspace, f"edt_{number}", 1_000)
    lines = csv(browser)
    assert lines[0] == "id,at,kind,amount_usd,reference,memo"
    assert len(lines) == 1 + 1002
    assert sum(round(float(line.split(",")[3]) * 10**6) for line in lines[1:]) == balance(alice.workspace.id).available
    assert lines[-1].endswith(",'=1+1")
    assert len(csv(browser, "?kind=given")) == 2


def test_mallory_sees_nothing_of_alices(alice, mallory):
    credit(alice.workspace)
    charge(alice.workspace, "edt_1", 1_000)
    hers = Client()
    hers.force_login(mallory.user)
    assert "Nothing came and nothing went yet." in page(hers)
    assert "Nothing in your history is like that." in page(hers, "?edit=edt_1")
    assert csv(hers) == ["id,at,kind,amount_usd,reference,memo"]
    assert hers.get(f"/edits/{make_edit(alice.workspace).id}/why/").status_code == 404
    assert Transfer.objects.count() == 2
