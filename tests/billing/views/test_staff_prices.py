"""The staff's page of prices: the book, the form with its preview, what waits, in a fixed number of queries."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from billing.models import PriceChange, UpstreamPrice
from billing.price_book import set_price
from billing.price_book.amounts import Asked
from billing.price_book.wishes import PriceWish
from billing.services.ask_change import ask_change
from tests.accounts.doors import enter_as_staff

pytestmark = pytest.mark.django_db
PAGE = "/staff/prices/"


def staff(name: str) -> tuple[User, Client]:
    user, client = User.objects.create_user(f"{name}@example.com", is_staff=True), Client()
    enter_as_staff(client, user)
    return user, client


@pytest.fixture
def sam(db) -> tuple[User, Client]:
    return staff("sam")


def text_of(answer) -> str:
    body = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def form(**changes: str) -> dict[str, str]:
    facts = {"provider": "shortapi", "model": "seedream-4.5", "resolution": "2K", "amount": "0.04", "currency": "USD"}
    return {"kind": "price", "act": "ask", **facts, "reason": "their page of today", **changes}


def test_the_book_shows_what_holds_what_comes_and_what_is_closed(sam):
    UpstreamPrice.objects.create(
        provider="shortapi", model="seedream-4.5", resolution="2K", amount=39_000, source="announced",
        valid_from=timezone.now() + timedelta(days=2),
    )  # fmt: skip
    said = text_of(sam[1].get(PAGE))
    assert re.search(r"shortapi seedream-4.5 2K \$0.038 1 Dec 2025 ShortAPI&#x27;s page .* \$0.039 from ", said)
    assert "pixazo seedream-4.5 2K closed no price is known – D history" in said
    assert "ark seedream-4.5 4K $0.04" in said


def test_a_routes_history_names_who_entered_what(sam):
    ask_change(staff=sam[0], wish=PriceWish("shortapi", "seedream-4.5", ("2K",), Asked(40_000)), reason="their page")
    said = text_of(sam[1].get(f"{PAGE}?of=shortapi/seedream-4.5/2K"))
    assert re.search(r"\$0.04 since .* their page \(chg_\w+\) · entered by sam@example.com .*\$0.038 since", said)
    for odd in ("x", "a/b", "a/b/c", "%00/a/b", "/" * 200):
        assert sam[1].get(f"{PAGE}?of={odd}").status_code == 200


def test_a_preview_changes_nothing_and_keeps_what_was_typed(sam):
    answer = sam[1].post(f"{PAGE}change/", form(act="preview", amount="0.38"))
    assert answer.status_code == 200
    assert "10 times the present price of $0.038 in 2K, which looks like a slip of the hand" in text_of(answer)
    assert 'name="amount" inputmode="decimal" required maxlength="20" autocomplete="off" value="0.38"' in (
        answer.content.decode()
    )
    assert not PriceChange.objects.exists()


def test_a_small_change_is_made_and_a_large_one_waits_for_a_colleague(sam):
    client = sam[1]
    assert client.post(f"{PAGE}change/", form()).status_code == 302
    assert "The change is made." in text_of(client.get(PAGE))
    client.post(f"{PAGE}change/", form(amount="0.4", resolution="both"))
    change = PriceChange.objects.get(applied_at=None)
    said = text_of(client.get(PAGE))
    assert "1 change waits for a second person" in said
    assert "shortapi, seedream-4.5, 2K and 4K: $0.04 → $0.40" in said
    assert "Somebody else must approve it." in said
    client.post(f"{PAGE}{change.id}/approve/")
    assert "is approved by somebody else than who asked for it" in text_of(client.get(PAGE))
    assert UpstreamPrice.objects.filter(amount=400_000).count() == 0
    _, sue = staff("sue")
    sue.post(f"{PAGE}{change.id}/approve/")
    assert UpstreamPrice.objects.filter(amount=400_000).count() == 2
    sue.post(f"{PAGE}{change.id}/refuse/")
    assert "Somebody has decided on this change meanwhile" in text_of(sue.get(PAGE))
    assert sue.post(f"{PAGE}chg_nowhere/approve/").status_code == 404


def test_who_approves_is_told_when_what_it_changes_is_no_longer_what_it_was(sam):
    client = sam[1]
    client.post(f"{PAGE}change/", form(amount="0.4"))
    assert "Since then it was changed" not in text_of(client.get(PAGE))
    client.post(f"{PAGE}change/", form())
    said = text_of(client.get(PAGE))
    assert "shortapi, seedream-4.5, 2K: $0.038 → $0.40" in said
    assert "Since then it was changed: now it is $0.04." in said


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"amount": "0"}, "The price of one picture is above $0"),
        ({"amount": "-1"}, "An amount of dollars cannot be negative."),
        ({"amount": "1000000000"}, "at most $100.00"),
        ({"amount": "NaN"}, "Not an amount of dollars"),
        ({"currency": "credits", "rate": "x"}, "The rate is dollars for one"),
        ({"currency": "gold"}, "The currency is USD, credits"),
        ({"provider": "ark"}, "There is no provider"),
        ({"resolution": "8K"}, "There is no resolution"),
        ({"valid_from": "2020-01-01T00:00"}, "A price begins now or later"),
        ({"valid_from": "tomorrow"}, "The moment is a date and a time"),
        ({"reason": ""}, "Say why in 1 to 300 characters."),
        ({"reason": "a\x00b"}, "must not contain a NUL"),
        ({"kind": "markup", "whose": "", "markup": "20"}, "Name a workspace or a plan."),
        ({"kind": "markup", "whose": "wsp_x", "markup": "NaN"}, "The markup is a percentage"),
        ({"kind": "markup", "whose": "wsp_x", "markup": "9999"}, "There is no workspace"),
    ],
)
def test_bad_input_is_refused_with_a_reason_and_the_books_are_untouched(sam, changes, says):
    before = UpstreamPrice.objects.count()
    answer = sam[1].post(f"{PAGE}change/", form(**changes))
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert "Nothing was changed." in text_of(answer)
    assert (PriceChange.objects.count(), UpstreamPrice.objects.count()) == (0, before)


def test_a_markup_is_changed_in_percent(sam, alice):
    sam[1].post(
        f"{PAGE}change/",
        {"kind": "markup", "act": "ask", "whose": alice.workspace.id, "markup": "17,5", "reason": "a pilot"},
    )
    assert alice.workspace.terms.markup_ppm == 175_000
    assert f"markup of {alice.workspace.id}: 25 % → 17.5 %" in text_of(sam[1].get(PAGE))


def test_the_page_takes_as_many_queries_however_long_the_book_is(sam, django_assert_max_num_queries):
    for amount in range(40_000, 40_030):
        set_price(provider="pixazo", model="seedream-4.5", resolutions=["2K", "4K"], amount=amount, source="test")
    sam[1].get(PAGE)
    with django_assert_max_num_queries(12):
        assert sam[1].get(f"{PAGE}?of=pixazo/seedream-4.5/2K").status_code == 200
