"""What a test key orders: done by the simulator and nobody else, for nothing, and no figure changes by it."""

import asyncio
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from billing.facade import balance, suspense
from billing.models import Entry, Hold
from billing.price_book import set_price
from config.env import ProviderEnv
from editor import egress
from editor.domain import Actor, EditRequest
from editor.errors import Busy
from editor.models import Alert, Attempt, AttemptTotal, Edit, Image, Output, ProviderState
from editor.provider_accounts import SIMULATED, account, simulator_origin
from editor.providers.base import HttpRequest
from editor.providers.errors import NotSent
from editor.providers.fence import Fence
from editor.providers.registry import PROVIDERS
from editor.providers.transport import Transport
from editor.selectors.figures import read_figures
from editor.services.measure_providers import measure_providers
from editor.services.submit_edit import submit_edit
from editor.services.total_attempts import total_attempts
from editor.sweeper import sweep
from editor.waves.claims import ENOUGH_SAMPLES, TESTS_OF_ONE, claim
from editor.waves.lease import start
from editor.waves.loop import run_wave
from tests.books import assert_books_are_right
from tests.conftest import OFF
from tests.editor.rows import make_attempt, make_edit, make_image
from tests.editor.waves.test_waves import ended, run_until

pytestmark = pytest.mark.django_db(transaction=True)
LIVE_KEY = "the-key-we-pay-with"


class Vendors:
    """Stands where all five providers are live, and counts whoever comes."""

    def __init__(self):
        came = self.came = []

        class Door(BaseHTTPRequestHandler):
            def do_GET(self):
                came.append(self.path)
                self.send_error(500)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def vendors(settings):
    """All providers are on, and live: somewhere on this machine, whose addresses are exempt from every rule."""
    vendors = Vendors()
    settings.PROVIDERS = {name: ProviderEnv(f"{vendors.url}/{name}", LIVE_KEY, ()) for name in PROVIDERS}
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)
    for name in PROVIDERS:
        set_price(provider=name, model="seedream-4.5", resolutions=["2K", "4K"], amount=40_000, source="test")
    yield vendors
    vendors.server.shutdown()
    vendors.server.server_close()


@pytest.fixture
def sandbox(simulator, settings):
    settings.SIMULATOR_URL = simulator.url
    return simulator


@pytest.fixture
def order(alice, vendors, sandbox):
    """Order a test; nobody has any credit."""
    actor = Actor(alice.workspace.id, user_id=alice.user.id, is_test=True)

    def order(**changes):
        facts = {"prompt": "warmer light", "images": (make_image(alice.workspace).id,), **changes}
        return submit_edit(actor=actor, request=EditRequest(**facts))

    yield order
    assert_books_are_right()
    assert (Hold.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.parametrize("provider", list(PROVIDERS))
def test_a_test_is_delivered_by_the_simulator_and_costs_nothing(order, vendors, sandbox, alice, provider):
    edit = order(provider=provider)
    run_until(ended(edit))
    assert (edit.status, edit.provider, edit.charged) == ("succeeded", provider, 0)
    assert edit.quoted == edit.units[provider]["price"] > 0
    assert sandbox.counts(provider)["jobs"] == 1
    assert vendors.came == []
    assert (balance(alice.workspace.id).available, balance(alice.workspace.id).spent) == (0, 0)
    image = Output.objects.get(edit=edit).image
    assert (image.workspace_id, image.project_id) == (alice.workspace.id, None)
    assert LIVE_KEY not in str(Attempt.objects.get(edit=edit).payload)


@pytest.mark.parametrize("fault", ["accept_then_drop", "error_500", "out_of_credit", "bad_key", "html_200", "drop"])
def test_a_simulated_misfortune_says_nothing_of_the_provider(order, vendors, sandbox, fault):
    before = list(ProviderState.objects.order_by("name").values())
    for name in PROVIDERS:
        sandbox.order(fault, provider=name, times=None)
    edit = order()
    run_wave(1.0)
    Edit.objects.filter(id=edit.id).update(deadline_at=timezone.now())
    Attempt.objects.filter(edit=edit, finished_at=None).update(entered_at=timezone.now() - timedelta(minutes=10))
    sweep()
    edit.refresh_from_db()
    assert (edit.status, edit.charged) == ("failed", 0)
    assert vendors.came == []
    assert list(ProviderState.objects.order_by("name").values()) == before
    assert not Alert.objects.exists()
    assert suspense() == {}


def test_no_figure_counts_tests(order):
    for provider in ("shortapi", "apipod"):
        run_until(ended(order(provider=provider)))
    Attempt.objects.update(finished_at=timezone.now() - timedelta(hours=1))
    measure_providers()
    total_attempts()
    figures = read_figures()
    assert (figures.ended, figures.in_flight, figures.waiting) == ({}, {}, {})
    assert all(one.counts == [0] * len(one.counts) for one in figures.durations.values())
    assert not AttemptTotal.objects.exists()
    assert set(ProviderState.objects.values_list("samples", flat=True)) <= {0}


def test_a_provider_that_rests_or_has_no_key_is_played_all_the_same(order, settings):
    ProviderState.objects.update(disabled_at=timezone.now(), disabled_reason="a rehearsal")
    settings.PROVIDERS = OFF
    edit = order(provider="shortapi")
    run_until(ended(edit))
    assert edit.status == "succeeded"


def test_a_live_edit_never_reaches_the_simulator_of_tests(credit, vendors, sandbox, settings):
    settings.PROVIDERS = {**OFF, "shortapi": ProviderEnv(sandbox.base_url(), LIVE_KEY, ())}  # a mistake
    request = EditRequest(prompt="warmer light", images=(make_image(credit.workspace).id,))
    edit = submit_edit(actor=Actor(credit.workspace.id), request=request)
    run_wave(0.5)
    assert sandbox.counts()["posts"] == 0
    assert Attempt.objects.filter(edit=edit).order_by("id")[0].state == "not_sent"
    assert not Output.objects.exists()


@pytest.mark.parametrize("name", list(PROVIDERS))
def test_the_accounts_of_tests_and_of_live_edits_have_nothing_in_common(vendors, sandbox, name):
    live, test = account(name), account(name, test=True)
    assert (live.base_url, live.api_key) == (f"{vendors.url}/{name}", LIVE_KEY)
    assert (test.base_url, test.api_key) == (f"{sandbox.url}/{name}", SIMULATED)
    for mine, theirs, is_simulated in ((live, test, True), (test, live, False)):
        assert mine != theirs
        wrong = HttpRequest(method="GET", url=f"{mine.base_url}/x", headers={})

        async def send(is_simulated=is_simulated, wrong=wrong):
            transport = Transport(fence=Fence(simulator_origin(), is_simulated=is_simulated))
            try:
                await transport.send(wrong, seconds=5, max_bytes=1000)
            finally:
                await transport.close()

        with pytest.raises(NotSent, match="tests go to the simulator"):
            asyncio.run(send())
    assert vendors.came == []


def test_results_come_from_the_simulator_only_for_tests(vendors, sandbox, tmp_path):
    fetched = tmp_path / "fetched"
    asyncio.run(egress.download_simulated(f"{sandbox.url}/style.css", to=fetched))
    assert fetched.stat().st_size > 0
    named = sandbox.url.replace("127.0.0.1", "localhost")
    for url in (vendors.url, named, sandbox.url.replace("http:", "https:"), "http://127.0.0.1", "https://example.com"):
        with pytest.raises(egress.Refused):
            asyncio.run(egress.download_simulated(f"{url}/style.css", to=fetched))
    for url in (sandbox.url, named):
        with pytest.raises(egress.Refused):
            asyncio.run(egress.download(f"{url}/style.css", to=fetched))
    assert vendors.came == []


def test_a_result_elsewhere_is_not_fetched_for_a_test(order, vendors, sandbox):
    sandbox.order("foreign_result_url", url=f"{vendors.url}/secret.jpg")
    edit = order(provider="shortapi", deadline_seconds=12)
    run_wave(1.5)
    assert vendors.came == []
    Edit.objects.filter(id=edit.id).update(deadline_at=timezone.now())
    sweep()
    assert not Output.objects.exists()


def test_without_a_simulator_nothing_is_kept_and_nobody_is_called(alice, vendors, settings):
    settings.SIMULATOR_URL = ""
    request = EditRequest(prompt="x", images=(make_image(alice.workspace).id,))
    with pytest.raises(Busy, match="does not run here"):
        submit_edit(actor=Actor(alice.workspace.id, is_test=True), request=request)
    assert not Edit.objects.exists()
    with pytest.raises(NotSent):
        account("shortapi", test=True)
    assert asyncio.run(_refused(f"{vendors.url}/x"))


async def _refused(url):
    transport = Transport(fence=Fence(is_simulated=True))
    try:
        await transport.send(HttpRequest(method="GET", url=url, headers={}), seconds=5, max_bytes=1000)
    except NotSent:
        return True
    finally:
        await transport.close()
    return False


def test_a_flood_of_tests_takes_no_place_of_live_edits_nor_of_other_workspaces(alice, mallory):
    flood = make_edit(alice.workspace, is_test=True)
    for part in range(1, 31):
        make_attempt(flood, part=part, is_test=True)
    other = make_attempt(make_edit(mallory.workspace, is_test=True), is_test=True)
    live = make_attempt(make_edit(alice.workspace))
    held = claim(start(), 5)
    tests = [one for one in held if one.is_test]
    assert sum(one.workspace_id == alice.workspace.id for one in tests) == TESTS_OF_ONE
    assert other.id in {one.id for one in tests}
    assert [one.id for one in held if not one.is_test] == [live.id]
    assert Attempt.objects.filter(is_test=True, wave=None).count() == 30 - TESTS_OF_ONE


def test_what_the_provider_usually_takes_is_not_held_against_a_test(alice):
    ProviderState.objects.filter(name="shortapi").update(samples=ENOUGH_SAMPLES, median_seconds=900.0)
    test = make_attempt(make_edit(alice.workspace, is_test=True), is_test=True)
    live = make_attempt(make_edit(alice.workspace))
    assert {one.id: one.usual_seconds for one in claim(start(), 5)} == {test.id: None, live.id: 900.0}


def test_what_nobody_listens_to_is_not_sent(order, settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings.SIMULATOR_URL = f"http://127.0.0.1:{port}"
    edit = order(provider="shortapi")
    run_wave(0.5)
    assert set(Attempt.objects.filter(edit=edit, finished_at__isnull=False).values_list("state", flat=True)) <= {
        "not_sent"
    }
    assert Image.objects.filter(is_output=True).count() == 0
