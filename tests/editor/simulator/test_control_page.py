"""The control page: what the API tells and does, by forms and without a script."""

import httpx
import pytest

from editor.simulator.dialects import DIALECTS
from editor.simulator.faults import FAULTS
from tests.editor.simulator.conftest import Customer
from tests.simulator_fixture import Simulator

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def get(simulator: Simulator, path: str = "/control/") -> httpx.Response:
    return httpx.get(simulator.url + path, trust_env=False)


def post(simulator: Simulator, act: str, *, origin: str | None = None, **form: str) -> httpx.Response:
    headers = {"Origin": origin} if origin else {}
    return httpx.post(f"{simulator.url}/control/do/{act}", data=form, headers=headers, trust_env=False)


def test_it_shows_what_every_provider_was_asked_and_would_have_billed(simulator: Simulator, customer: Customer) -> None:
    customer.create(num_images=2)
    simulator.order("rate_limit", provider="apipod", times=None, retry_after="-1")
    page = get(simulator).text
    for name in DIALECTS:
        assert f'<h3 id="of-{name}">{name}</h3>' in page
    assert "<strong>$0.076</strong> would have been billed" in page
    assert page.count("<dt>jobs made</dt><dd>1</dd>") == page.count("<dt>POSTs</dt><dd>1</dd>") == 1
    assert page.count("<dt>polls</dt><dd>0</dd>") == page.count("<dt>replays</dt><dd>0</dd>") == len(DIALECTS)
    assert "<code>rate_limit</code> until reset retry_after=-1" in page
    assert page.count("No faults waiting.") == len(DIALECTS) - 1


def test_every_fault_can_be_chosen(simulator: Simulator) -> None:
    page = get(simulator).text
    assert all(f'<option value="{name}">' in page for name in FAULTS)


@pytest.mark.parametrize("path", ["/control/", "/"])
def test_nothing_on_it_is_inline_or_from_elsewhere(simulator: Simulator, path: str) -> None:
    page = get(simulator, path)
    assert page.headers["Content-Security-Policy"] == CSP
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert not any(word in page.text for word in ("<script", "<style", " style=", " onclick="))
    style = get(simulator, "/style.css")
    assert (style.status_code, style.headers["Content-Type"]) == (200, "text/css")


def test_a_form_orders_a_fault_as_the_api_does(simulator: Simulator) -> None:
    form = {
        "provider": "apipod",
        "fault": "rate_limit",
        "times": "3",
        "options.retry_after": "1e309",
        "options.url": "",
    }
    answer = post(simulator, "fault", **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/control/?done=fault")
    simulator.order("hang", provider="apipod", times=None)
    assert simulator.counts("apipod")["faults_waiting"] == [
        {"fault": "rate_limit", "times": 3, "options": {"retry_after": "1e309"}},
        {"fault": "hang", "times": None, "options": {}},
    ]
    assert "The fault waits for its turn." in get(simulator, answer.headers["Location"]).text


def test_a_form_without_a_number_of_times_orders_until_reset(simulator: Simulator) -> None:
    assert post(simulator, "fault", provider="shortapi", fault="hang", times="").status_code == 303
    assert simulator.counts()["faults_waiting"] == [{"fault": "hang", "times": None, "options": {}}]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"fault": "hang", "times": "none"}, "times must be a whole number from 1"),
        ({"fault": "hang", "times": "1.5"}, "times must be a whole number from 1"),
        ({"fault": "explode", "times": "1"}, "fault must be one of accept_then_drop"),
        ({"fault": "price_change", "times": "1"}, "options.amount must be a price in USD"),
        ({"fault": "hang", "options.url": "file:///"}, "options.url must be left out: hang takes no options"),
        ({"fault": "speck_result", "options.side": "0"}, "options.side must be a number of pixels from 1 to 4096"),
        ({"fault": "rate_limit", "options.retry_after": "1\r\nX: 1"}, "options must be texts of one line"),
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing_and_keeps_what_was_entered(
    simulator: Simulator, form: dict[str, str], said: str
) -> None:
    answer = post(simulator, "fault", provider="pixazo", **form)
    assert answer.status_code == 400
    assert f"<strong>Nothing was changed.</strong> {said}" in answer.text
    assert answer.text.count(said) == (1 if said.startswith("options must") else 2)  # above, and beside its field
    assert '<option value="pixazo" selected>' in answer.text
    assert simulator.counts("pixazo")["faults_waiting"] == []


def test_what_was_entered_is_escaped(simulator: Simulator) -> None:
    answer = post(simulator, "fault", provider="pixazo", fault="hang", times='"><script>')
    assert "&quot;&gt;&lt;script&gt;" in answer.text
    assert "<script" not in answer.text


def test_a_form_changes_how_it_works_and_resets(simulator: Simulator) -> None:
    form = {"provider": "", "latency": "0.5", "profile": "steady", "seed": "", "render": "edit", "limits": "false"}
    assert post(simulator, "profile", **form).status_code == 303
    assert get(simulator).text.count("0.5 s, steady") == len(DIALECTS)
    assert post(simulator, "profile", **{**form, "latency": "nan"}).status_code == 400
    assert post(simulator, "profile", **{**form, "latency": "soon"}).status_code == 400
    assert post(simulator, "reset").status_code == 303
    assert get(simulator).text.count("0.05 s, even") == len(DIALECTS)


@pytest.mark.parametrize("path", ["do/fault", "do/reset", "faults", "reset"])
def test_a_page_of_elsewhere_cannot_post_to_the_control(simulator: Simulator, customer: Customer, path: str) -> None:
    customer.create()
    for origin in ("http://evil.example", "null", simulator.url.replace("http://127.0.0.1", "http://127.0.0.2")):
        answer = httpx.post(f"{simulator.url}/control/{path}", headers={"Origin": origin}, trust_env=False)
        assert answer.status_code == 403
    assert simulator.counts()["jobs"] == 1
    assert post(simulator, "fault", origin=simulator.url, provider="pixazo", fault="hang").status_code == 303


def test_what_is_no_act_is_not_found(simulator: Simulator) -> None:
    assert post(simulator, "explode").status_code == 404
