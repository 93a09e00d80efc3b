"""What the button says is charged at most: it carries a quote, which is kept, and renewed while it costs no more."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing import facade
from billing.models import WorkspaceTerms
from billing.price_book import set_price
from editor import quotes
from editor.models import Edit, Image, Project
from tests.conftest import Person
from tests.editor.rows import PRICE, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(credit: Person) -> Client:
    client = Client()
    client.force_login(credit.user)
    return client


@pytest.fixture
def project(credit, shortapi) -> Project:
    return Project.objects.create(workspace=credit.workspace, name="Spring lookbook")


@pytest.fixture
def picture(credit, project) -> Image:
    return make_image(credit.workspace, project=project)


def reprice(amount: int) -> None:
    set_price(provider="shortapi", model="seedream-4.5", resolutions=["2K"], amount=amount, source="test")


def button(browser: Client, project: Project, picture: Image, **changes: str) -> dict[str, str]:
    """What the composer's form holds after its price was asked for; the prompt may still be empty."""
    form = {"prompt": "", "images": picture.id, "n": "1", "key": "web_1", **changes}
    said = browser.post(reverse("quote", args=[project.id]), form).content.decode()
    return form | {name: re.findall(rf'name="{name}" value="([^"]*)"', said)[0] for name in ("price", "quote")}


def run(browser: Client, project: Project, form: dict[str, str], **changes: str):
    asked = form | {"prompt": "warmer light", **changes}
    return browser.post(reverse("run", args=[project.id]), asked, headers={"HX-Request": "true"})


def test_the_button_keeps_its_price_though_the_book_changed_and_the_prompt_was_not_written_yet(
    browser, project, picture
):
    form = button(browser, project, picture)
    assert form["price"] == str(PRICE)
    reprice(90_000)
    assert run(browser, project, form).status_code == 200
    edit = Edit.objects.get()
    assert (edit.quoted, edit.units) == (PRICE, {"shortapi": {"cost": 90_000, "price": PRICE}})
    assert edit.quoted_at == quotes.read(form["quote"]).made_at


def test_an_expired_quote_is_renewed_unasked_while_it_costs_no_more(browser, project, picture):
    form = button(browser, project, picture)
    old = replace(quotes.read(form["quote"]), made_at=timezone.now() - timedelta(hours=1))
    reprice(30_000)
    assert run(browser, project, form, quote=quotes.sign(old)).status_code == 200
    assert (Edit.objects.get().quoted, Edit.objects.get().quoted_at) == (37_500, None)


@pytest.mark.parametrize("quote", ["", "qte_nonsense", "expired"])
def test_once_it_costs_more_nothing_is_run_before_somebody_presses_again(browser, project, picture, credit, quote):
    form = button(browser, project, picture)
    old = replace(quotes.read(form["quote"]), made_at=timezone.now() - timedelta(hours=1))
    reprice(40_000)
    answer = run(browser, project, form, quote=quotes.sign(old) if quote == "expired" else quote)
    assert answer.status_code == 422
    assert answer["HX-Trigger"] == '{"price-changed": {}}'
    said = "The price of $0.0475 that the button said no longer holds: it is now $0.05. Nothing was run or charged."
    assert said in answer.content.decode()
    assert not Edit.objects.exists()
    assert facade.balance(credit.workspace.id).held == 0
    again = button(browser, project, picture)
    assert (again["price"], run(browser, project, again).status_code) == ("50000", 200)


def test_a_quote_for_one_picture_does_not_buy_two(browser, project, picture):
    form = button(browser, project, picture)
    assert run(browser, project, form, n="2").status_code == 422
    assert not Edit.objects.exists()


def test_below_its_cost_a_route_is_closed_and_says_so(browser, project, picture, credit):
    WorkspaceTerms.objects.create(workspace=credit.workspace, markup_ppm=-10_000)
    form = {"prompt": "", "images": picture.id, "n": "1"}
    said = browser.post(reverse("quote", args=[project.id]), form).content.decode()
    assert "is closed: it would cost more than it sells for" in said
    assert 'name="quote"' not in said
