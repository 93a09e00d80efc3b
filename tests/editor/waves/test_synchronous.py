"""Waves against the two providers whose reply is the picture."""

import threading
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image

from billing.facade import balance
from billing.price_book import set_price
from editor.attempts import AttemptState
from editor.domain import Actor, EditRequest, Model
from editor.images.store import open_file
from editor.models import Attempt, Edit, Output
from editor.services.note_late import note_late
from editor.services.submit_edit import submit_edit
from editor.sweeper import sweep
from editor.waves import inline
from editor.waves.loop import run_wave
from tests.books import assert_books_are_right
from tests.conftest import simulate
from tests.editor.rows import make_attempt, make_edit, make_image
from tests.editor.waves.test_waves import ended, in_state, run_until

pytestmark = pytest.mark.django_db(transaction=True)

PRICE = 52_500  # AI/ML API asks $0.042


@pytest.fixture
def upstream(simulator, settings):
    """Both are on, with the simulator behind them, and Pixazo's price is entered."""
    return simulate(simulator, settings, "pixazo", "aimlapi")


@pytest.fixture
def submit(credit, upstream):
    actor = Actor(credit.workspace.id, user_id=credit.user.id)
    for model in ("seedream-4.5", "seededit-3.0"):
        set_price(provider="pixazo", model=model, resolutions=["2K", "4K"], amount=40_000, source="test")

    def submit(provider="aimlapi", **changes):
        facts = {"prompt": "warmer light", "images": (make_image(credit.workspace).id,), "provider": provider}
        return submit_edit(actor=actor, request=EditRequest(**{**facts, **changes}))

    yield submit
    assert_books_are_right()


def size_of(output):
    with open_file(output.image, "original") as file:
        return Image.open(BytesIO(file.read())).size


def is_kept(edit):
    return (settings.DATA_DIR / "inline" / Attempt.objects.get(edit=edit).id).exists()


def test_an_edit_is_done_by_the_reply_alone(submit, upstream, credit):
    edit = submit()
    run_until(ended(edit))
    assert (edit.status, edit.charged, edit.provider) == ("succeeded", PRICE, "aimlapi")
    attempt = Attempt.objects.get(edit=edit)
    assert (attempt.state, attempt.ticket, attempt.reported_cost) == ("delivered", "", "0.042000000")
    assert size_of(Output.objects.get(edit=edit)) == (2304, 1728)
    assert (upstream.counts("aimlapi")["posts"], upstream.counts("aimlapi")["polls"]) == (1, 0)


def test_several_pictures_are_several_orders(submit, upstream):
    edit = submit(n=3, aspect_ratio="1:1", resolution="4K")
    run_until(ended(edit))
    assert (edit.status, edit.charged) == ("succeeded", 3 * PRICE)
    assert [attempt.n for attempt in Attempt.objects.filter(edit=edit)] == [1, 1, 1]
    assert {size_of(output) for output in Output.objects.filter(edit=edit)} == {(4096, 4096)}
    assert upstream.counts("aimlapi")["posts"] == 3


@pytest.mark.parametrize("provider", ["pixazo", "aimlapi"])
def test_a_picture_in_the_reply_is_kept_in_a_file_and_the_row_names_it(submit, upstream, provider):
    upstream.order("inline_result", provider=provider)
    edit = submit(provider)
    run_until(ended(edit))
    assert edit.status == "succeeded"
    assert Attempt.objects.get(edit=edit).results == ["inline:0"]
    assert size_of(Output.objects.get(edit=edit)) == (2304, 1728)
    assert not is_kept(edit)


def test_a_kept_picture_outlives_the_process_that_kept_it(credit, upstream):
    edit = make_edit(credit.workspace, held=True)
    attempt = make_attempt(edit, AttemptState.COLLECTING)
    jpeg = BytesIO()
    Image.new("RGB", (2304, 1728), "teal").save(jpeg, "JPEG")
    attempt.results = inline.keep(attempt.id, [jpeg.getvalue()])
    attempt.save()
    assert is_kept(edit)
    run_until(ended(edit))
    assert edit.status == "succeeded"
    with open_file(Output.objects.get(edit=edit).image, "original") as file:
        assert file.read() == jpeg.getvalue()


@pytest.mark.parametrize("kept", [[], [b"this is not a picture"]], ids=["gone", "no picture"])
def test_a_kept_picture_that_is_none_or_gone_is_not_charged(credit, upstream, kept):
    edit = make_edit(credit.workspace, held=True)
    attempt = make_attempt(edit, AttemptState.COLLECTING)
    inline.keep(attempt.id, kept)
    Attempt.objects.filter(id=attempt.id).update(results=["inline:0"])
    run_until(ended(edit))
    assert (edit.status, edit.error_code, edit.charged) == ("failed", "bad_result", 0)
    assert not is_kept(edit)


@pytest.mark.parametrize("provider", ["pixazo", "aimlapi"])
@pytest.mark.parametrize("fault", ["accept_then_drop", "html_200", "error_500", "no_result_url"])
def test_an_order_whose_fate_is_unknown_is_never_sent_again(submit, upstream, provider, fault):
    upstream.order(fault, provider=provider)
    edit = submit(provider)
    run_until(in_state(edit, AttemptState.UNKNOWN))
    run_wave(0.5)
    Edit.objects.filter(id=edit.id).update(deadline_at=timezone.now())
    sweep()
    edit.refresh_from_db()
    assert (edit.status, edit.charged) == ("failed", 0)
    assert Attempt.objects.get(edit=edit).state == "lost"
    assert upstream.counts(provider)["posts"] == 1


@pytest.mark.parametrize("fault", ["", "inline_result"])
def test_a_reply_that_comes_after_the_deadline_is_given_free(submit, upstream, credit, fault):
    upstream.profile(latency=1.5)
    if fault:
        upstream.order(fault, provider="aimlapi")
    edit = submit()
    wave = threading.Thread(target=run_wave, args=(0.3,))
    wave.start()
    try:
        while not upstream.counts("aimlapi")["posts"]:
            wave.join(0.05)
        Edit.objects.filter(id=edit.id).update(deadline_at=timezone.now())
        sweep()
        assert Attempt.objects.get(edit=edit).state == "lost"
    finally:
        wave.join()
    run_until(lambda: Output.objects.filter(edit=edit, late=True).exists())
    edit.refresh_from_db()
    assert (edit.status, edit.charged) == ("failed", 0)
    assert balance(credit.workspace.id).spent == 0


def test_only_a_lost_attempt_that_knows_of_nothing_takes_a_late_answer(credit):
    edit = make_edit(credit.workspace, deadline_at=timezone.now() + timedelta(hours=1))
    attempt = make_attempt(edit, AttemptState.UNKNOWN)
    assert not note_late(attempt_id=attempt.id, results=["https://a/b.jpg"])
    Attempt.objects.filter(id=attempt.id).update(state=AttemptState.LOST, due_at=None)
    assert note_late(attempt_id=attempt.id, results=["https://a/b.jpg"])
    assert not note_late(attempt_id=attempt.id, results=["https://a/c.jpg"])
    attempt.refresh_from_db()
    assert (attempt.results, attempt.due_at is not None) == (["https://a/b.jpg"], True)


def test_a_job_set_is_polled_like_any_job(submit, upstream):
    upstream.order("job_set", provider="pixazo")
    edit = submit("pixazo")
    run_until(ended(edit))
    assert (edit.status, edit.charged) == ("succeeded", 50_000)
    assert Attempt.objects.get(edit=edit).ticket == upstream.counts("pixazo")["job_ids"][0]
    assert upstream.counts("pixazo")["polls"] >= 1


def test_seededit_is_pixazos_alone_and_gets_its_settings(submit, upstream):
    edit = submit("auto", model=Model.SEEDEDIT_30, seed=7, guidance_scale=5.5)
    assert edit.route == ["pixazo"]
    assert {"provider": "aimlapi", "eligible": False, "reason": "does not serve seededit-3.0"} in edit.routing
    run_until(ended(edit))
    attempt = Attempt.objects.get(edit=edit)
    assert (edit.status, attempt.payload["model"]) == ("succeeded", "seededit-3-0-i2i-250628")  # type: ignore[index]
    assert upstream.counts("aimlapi")["posts"] == 0
