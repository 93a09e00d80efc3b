"""The queue of items: filters, evidence, what each way to end means, and that it is done once."""

import pytest

from billing.models import AccountKind, ItemKind, MonthSignOff, Resolution, ReviewItem
from billing.services.watch_prices import note_published_price
from tests.billing.reconciliation.rows import books
from tests.billing.views.costs import OCTOBER, an_october, line, staff, text_of

pytestmark = pytest.mark.django_db
PAGE = "/staff/costs/items/"


@pytest.fixture
def sam(db):
    return staff()


@pytest.fixture
def found(alice):
    an_october(alice.workspace)
    return {item.kind: item for item in ReviewItem.objects.all()}


def do(client, item, deed, **form):
    return client.post(f"{PAGE}{item.id}/", {"act": deed, **form}, headers={"HX-Request": "true"})


def test_the_queue_shows_what_was_found_and_the_first_ones_evidence(sam, found):
    said = text_of(sam[1].get(PAGE))
    assert "3 open items" in said
    assert {ItemKind.DUPLICATE, ItemKind.OVER_CHARGED, ItemKind.UNMATCHED} == found.keys()
    said = text_of(sam[1].get(f"{PAGE}?item={found[ItemKind.DUPLICATE].id}"))
    assert "Owed by our books $0.04" in said
    assert "Charged $0.04 and $0.04" in said
    assert "Accept We owe it. Books +$0.04 as owed to shortapi and as cost." in said
    assert "Dispute We do not owe it, and told them. Books nothing" in said


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("kind=duplicate", "1 open item"),
        ("provider=pixazo", "Nothing to look into"),
        ("month=2026-10", "3 open items"),
        ("month=2026-09", "Nothing to look into"),
        ("owner=me", "1 open item"),
        ("owner=nobody", "2 open items"),
        ("state=resolved", "Nothing to look into"),
        ("state=all", "3 items"),
        ("kind=%00&month=x&item=%00&after=%27", "3 open items"),
    ],
)
def test_the_queue_is_cut_down(sam, found, query, count):
    do(sam[1], found[ItemKind.DUPLICATE], "take")
    assert count in text_of(sam[1].get(f"{PAGE}?{query}"))


def test_an_item_is_taken_noted_let_go_and_accepted_which_books_it(sam, found):
    user, client = sam
    item = found[ItemKind.OVER_CHARGED]
    assert "You look into it. " in text_of(do(client, item, "take"))
    do(client, item, "note", note="asked them")
    item.refresh_from_db()
    assert (item.owner, item.note) == (user, "asked them")
    do(client, item, "leave")
    answer = do(client, item, "resolve", resolution="accepted", note="their price of the 3rd")
    assert answer.status_code == 200
    assert "It is resolved." in text_of(answer)
    assert "Booked: +$0.012 to shortapi as trf_" in text_of(answer)
    assert f'id="row-{item.id}" hx-swap-oob="true"' in answer.content.decode()
    item.refresh_from_db()
    assert (item.owner, item.resolution, item.resolved_by) == (None, Resolution.ACCEPTED, user)
    assert books()[AccountKind.PROVIDER_CONFIRMED] == 132_000
    assert "This item was resolved already." in text_of(
        do(client, item, "resolve", resolution="disputed", note="no, after all")
    )
    assert books()[AccountKind.PROVIDER_CONFIRMED] == 132_000


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"resolution": "", "note": "x"}, "Choose how it ended."),
        ({"resolution": "bribed", "note": "x"}, "Choose how it ended."),
        ({"resolution": "accepted", "note": " "}, "Say what you found."),
        ({"resolution": "accepted", "note": "x" * 2001}, "at most 2000 characters"),
        ({"resolution": "accepted", "note": "a\x00b"}, "at most 2000 characters"),
    ],
)
def test_a_bad_form_says_what_is_missing_and_changes_nothing(sam, found, form, says):
    item = found[ItemKind.DUPLICATE]
    before = books()
    answer = do(sam[1], item, "resolve", **form)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert "Nothing was changed." in text_of(answer)
    item.refresh_from_db()
    assert (item.resolution, item.note, books()) == ("", "", before)
    assert do(sam[1], item, "steal").status_code == 404
    assert sam[1].post(f"{PAGE}itm_nowhere/", {"act": "take"}).status_code == 404


def test_an_item_of_a_signed_month_stays_as_it_is(sam, found):
    MonthSignOff.objects.create(month=OCTOBER, figures=[], signed_by=sam[0])
    answer = do(sam[1], found[ItemKind.UNMATCHED], "resolve", resolution="accepted", note="ours")
    assert "2026-10 was signed off." in text_of(answer)
    assert ReviewItem.objects.filter(resolution="").count() == 3


def test_without_htmx_the_page_comes_again_with_the_item(sam, found):
    item = found[ItemKind.UNMATCHED]
    answer = sam[1].post(
        f"{PAGE}{item.id}/", {"act": "resolve", "resolution": "disputed", "note": "not ours"}, follow=True
    )
    assert answer.redirect_chain[0][0] == f"{PAGE}?state=all&item={item.id}"
    assert "We do not owe it, and told the provider" in text_of(answer)
    refused = sam[1].post(f"{PAGE}{found[ItemKind.DUPLICATE].id}/", {"act": "resolve"})
    assert (refused.status_code, "Choose how it ended." in text_of(refused)) == (422, True)


def test_a_published_price_books_nothing_when_it_is_accepted_for_no_picture_was_charged_at_it(sam):
    note_published_price(provider="shortapi", model="seedream-4.5", amount=45_000, source="their page")
    item = ReviewItem.objects.get()
    assert "It is as it should be. Nothing more is booked." in text_of(sam[1].get(PAGE))
    assert "Nothing was booked for it." in text_of(do(sam[1], item, "resolve", resolution="accepted", note="entered"))
    assert books() == {}


def test_the_queue_takes_as_many_queries_however_long_it_is_and_comes_in_pages(
    sam, alice, django_assert_max_num_queries
):
    line(alice.workspace, 1)
    for number in range(120):
        ReviewItem.objects.create(
            key=f"{number}", kind=ItemKind.OVER_CHARGED, provider="shortapi", month=OCTOBER, attempt="att_1",
            amount=number, owner=sam[0],
        )  # fmt: skip
    sam[1].get(PAGE)
    with django_assert_max_num_queries(12):
        first = sam[1].get(PAGE)
    seen, body = 0, first.content.decode()
    while True:
        seen += body.count('id="row-')
        more = next((part for part in body.split('"') if part.startswith("?") and "after=" in part), "")
        if not more:
            break
        body = sam[1].get(f"{PAGE}{more}").content.decode()
    assert seen == 120
