"""Usage: by day, provider, member, key or project; over the days that are asked for; as a file."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import ApiKey
from editor.models import Project
from tests.accounts.doors import browser_of
from tests.billing.views.money import TODAY, used

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(alice) -> Client:
    return browser_of(alice.user)


def page(browser: Client, query: str = "") -> str:
    answer = browser.get(f"/billing/usage/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def spent(alice, bob) -> Project:
    project = Project.objects.create(workspace=alice.workspace, name="Spring lookbook")
    key = ApiKey.objects.get(workspace=alice.workspace, name="bob's")
    used(alice.workspace, member=bob.user.id, project=project.id, retail=150_000, pictures=3)
    used(alice.workspace, days_ago=5, key=key.id, project="prj_gone", provider="pixazo", retail=50_000)
    used(alice.workspace, days_ago=200, retail=1_000_000, pictures=20)
    return project


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("provider", ["shortapi", "pixazo"]),
        ("member", ["bob@example.com", "Nobody: ordered by a key"]),
        ("key", ["No key: ordered in the browser", "bob&#x27;s …"]),
        ("project", ["Spring lookbook", "A project that is gone"]),
        ("resolution", ["2K"]),
    ],
)
def test_each_is_named_and_the_largest_comes_first(browser, spent, by, names):
    told = page(browser, f"?by={by}").partition("<h2 id")[2]
    places = [told.index(name) for name in names]
    assert places == sorted(places)


def test_it_counts_the_days_that_are_asked_for(browser, spent):
    assert '<b class="figures">$0.20</b> spent for 4 pictures' in page(browser)
    assert '<b class="figures">$1.20</b> spent for 24 pictures' in page(browser, "?span=365")
    four = TODAY - timedelta(days=4)
    assert '<b class="figures">$0.15</b> spent for 3 pictures' in page(browser, f"?since={four}&until={TODAY}")
    assert '<b class="figures">$0.15</b> spent for 3 pictures' in page(browser, f"?since={TODAY}&until={four}")


def test_more_than_a_year_is_cut_and_says_so(browser, spent):
    told = page(browser, f"?since=2001-01-01&until={TODAY}")
    assert "That is more than a year; these are its last 366 days." in told
    assert told.count("<g>") == 53  # weeks


@pytest.mark.parametrize(
    "query", ["?by=x", "?span=9", "?since=soon", "?since=0001-01-01", "?until=9999-12-31", "?by=%00"]
)
def test_what_makes_no_sense_counts_as_not_asked(browser, spent, query):
    assert "$0.20" in page(browser, query)


def test_nothing_at_all_is_said_so(browser):
    assert "Nothing arrived in these days, and nothing was charged." in page(browser)


def test_the_file_has_a_line_for_each_day_and_member(browser, spent, bob):
    answer = browser.get("/billing/usage/csv/?by=member")
    assert answer.content.decode().splitlines() == [
        "day,member,name,pictures,charged_usd,refunded_usd,spent_usd",
        f"{TODAY - timedelta(days=5)},,,1,0.050000,0.000000,0.050000",
        f"{TODAY},{bob.user.id},bob@example.com,3,0.150000,0.000000,0.150000",
    ]
    assert (
        browser.get("/billing/usage/csv/").content.decode().splitlines()[0]
        == "day,pictures,charged_usd,refunded_usd,spent_usd"
    )


def test_mallory_sees_nothing_of_alices(spent, mallory):
    hers = Client()
    hers.force_login(mallory.user)
    assert "Nothing arrived" in page(hers, "?span=365&by=project")
    assert hers.get("/billing/usage/csv/?by=project").content.decode().splitlines()[1:] == []
