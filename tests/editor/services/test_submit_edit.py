"""Submitting an edit: everything is written down at once, or nothing is."""

from dataclasses import replace

import pytest

from billing.facade import InsufficientCredit, balance
from billing.models import Hold
from billing.price_book import set_price
from config.env import ProviderEnv
from editor.domain import Actor, EditRequest, Model, Resolution
from editor.errors import InvalidInput, KeyReused, NoRoute, PriceTooHigh
from editor.models import Attempt, Edit, IdempotencyKey, Image, Project
from editor.providers.registry import PROVIDERS
from editor.services.submit_edit import Idempotency, submit_edit
from tests.editor.rows import make_image

OFF = "is off: it has no API key here"
OTHERS = [name for name in PROVIDERS if name != "shortapi"]

pytestmark = pytest.mark.usefixtures("shortapi")


@pytest.fixture
def actor(alice):
    return Actor(alice.workspace.id, user_id=alice.user.id)


@pytest.fixture
def request_(alice):
    return EditRequest(prompt="warmer light", images=(make_image(alice.workspace).id,), n=2)


def nothing_is_kept():
    return not (Edit.objects.exists() or Attempt.objects.exists() or Hold.objects.exists())


def test_an_edit_is_quoted_held_and_ordered(credit, actor, request_):
    edit = submit_edit(actor=actor, request=request_)
    stored = Edit.objects.get(id=edit.id)
    assert (stored.status, stored.quoted, stored.ratio, stored.route) == ("queued", 95_000, "4:3", ["shortapi"])
    assert stored.units == {"shortapi": {"cost": 38_000, "price": 47_500}}
    assert stored.routing == [
        {"provider": "shortapi", "eligible": True, "reason": ""},
        *({"provider": name, "eligible": False, "reason": OFF} for name in OTHERS),
    ]
    assert [used.image_id for used in stored.inputs.all()] == list(request_.images)
    (attempt,) = Attempt.objects.all()
    assert (attempt.state, attempt.n, attempt.provider, attempt.expected_cost) == ("intent", 2, "shortapi", 76_000)
    assert balance(credit.workspace.id).held == 95_000
    assert balance(credit.workspace.id).available == 10_000_000 - 95_000


def test_without_enough_credit_nothing_is_kept(alice, actor, request_):
    with pytest.raises(InsufficientCredit) as refused:
        submit_edit(actor=actor, request=request_)
    assert (refused.value.needed, refused.value.available) == (95_000, 0)
    assert nothing_is_kept()


def test_without_a_route_every_reason_is_given_and_nothing_is_kept(credit, actor, request_):
    with pytest.raises(NoRoute) as refused:
        submit_edit(actor=actor, request=replace(request_, resolution=Resolution.FOUR_K))
    assert refused.value.reasons == {"shortapi": "serves 2K only", **dict.fromkeys(OTHERS, OFF)}
    assert nothing_is_kept()


def test_the_shape_of_a_picture_decides_who_can_make_it(credit, actor, request_, settings):
    settings.PROVIDERS = {**settings.PROVIDERS, "aimlapi": ProviderEnv("", "a-key", ())}
    wide = make_image(credit.workspace, width=2100, height=900).id
    edit = submit_edit(actor=actor, request=replace(request_, images=(wide,)))
    assert (edit.ratio, edit.route) == ("21:9", ["shortapi"])
    reason = "makes sides of 1440 to 4096 pixels, 3024×1296 needed"
    assert {"provider": "aimlapi", "eligible": False, "reason": reason} in edit.routing
    assert submit_edit(actor=actor, request=request_).route == ["shortapi", "aimlapi"]


def test_a_provider_whose_price_nobody_knows_is_closed_until_one_is_entered(credit, actor, request_, settings):
    settings.PROVIDERS = {**settings.PROVIDERS, "pixazo": ProviderEnv("", "a-key", ())}
    seededit = replace(request_, model=Model.SEEDEDIT_30, seed=7)
    with pytest.raises(NoRoute) as refused:
        submit_edit(actor=actor, request=seededit)
    assert refused.value.reasons["pixazo"] == "has no price for 2K: staff enter one with set_price"
    assert refused.value.reasons["shortapi"] == "does not serve seededit-3.0"
    assert nothing_is_kept()
    set_price(provider="pixazo", model="seededit-3.0", resolutions=["2K"], amount=30_000, source="test")
    edit = submit_edit(actor=actor, request=seededit)
    assert (edit.model, edit.route, edit.quoted) == ("seededit-3.0", ["pixazo"], 2 * 37_500)
    assert [attempt.n for attempt in edit.attempts.all()] == [1, 1]


def test_above_the_callers_maximum_nothing_is_kept(credit, actor, request_):
    with pytest.raises(PriceTooHigh) as refused:
        submit_edit(actor=actor, request=replace(request_, max_price=94_999))
    assert (refused.value.quoted, refused.value.param) == (95_000, "max_price_usd")
    assert nothing_is_kept()
    submit_edit(actor=actor, request=replace(request_, max_price=95_000))


def test_a_foreign_image_and_project_read_like_missing_ones(credit, actor, request_, mallory):
    foreign = make_image(mallory.workspace).id
    theirs = Project.objects.create(workspace=mallory.workspace, name="theirs").id
    messages = set()
    for image in (foreign, "img_00000000000000000000000000"):
        with pytest.raises(InvalidInput) as refused:
            submit_edit(actor=actor, request=replace(request_, images=(*request_.images, image)))
        assert refused.value.param == "images[1]"
        messages.add(str(refused.value))
    for project in (theirs, "prj_00000000000000000000000000"):
        with pytest.raises(InvalidInput) as refused:
            submit_edit(actor=actor, request=replace(request_, project=project))
        assert refused.value.param == "project"
        messages.add(str(refused.value))
    assert len(messages) == 2
    assert nothing_is_kept()


@pytest.mark.parametrize(
    ("change", "param", "limit"),
    [
        ({"prompt": "   "}, "prompt", "1 to 4000 characters"),
        ({"prompt": "x" * 4001}, "prompt", "1 to 4000 characters"),
        ({"prompt": "a\x00b"}, "prompt", "NUL"),
        ({"images": ()}, "images", "1 to 14 images"),
        ({"images": ("img_x",) * 15}, "images", "1 to 14 images"),
        ({"n": 0}, "n", "1 to 6 pictures"),
        ({"n": 7}, "n", "1 to 6 pictures"),
        ({"aspect_ratio": "5:4"}, "aspect_ratio", "must be one of match_input, 1:1"),
        ({"provider": "acme"}, "provider", "must be one of auto, shortapi"),
        ({"deadline_seconds": 4}, "deadline_seconds", "5 to 3600 seconds"),
    ],
)
def test_every_limit_names_the_field_and_the_limit(actor, request_, change, param, limit):
    with pytest.raises(InvalidInput, match=limit) as refused:
        submit_edit(actor=actor, request=replace(request_, **change))
    assert refused.value.param == param
    assert nothing_is_kept()


def test_the_same_key_gives_the_same_edit_and_holds_once(credit, actor, request_):
    once = Idempotency("k1", "a" * 64, render=lambda edit: {"id": edit.id})
    first = submit_edit(actor=actor, request=request_, idempotency=once)
    again = submit_edit(actor=actor, request=request_, idempotency=once)
    assert again.id == first.id
    assert IdempotencyKey.objects.get().answer == {"id": first.id}
    assert balance(credit.workspace.id).held == 95_000


def test_the_same_key_with_another_body_is_refused(credit, actor, request_):
    submit_edit(actor=actor, request=request_, idempotency=Idempotency("k1", "a" * 64, render=lambda _: {}))
    with pytest.raises(KeyReused):
        submit_edit(actor=actor, request=request_, idempotency=Idempotency("k1", "b" * 64, render=lambda _: {}))
    assert Edit.objects.count() == 1


def test_a_refused_edit_leaves_its_key_unused(alice, actor, request_):
    once = Idempotency("k1", "a" * 64, render=lambda _: {})
    with pytest.raises(InsufficientCredit):
        submit_edit(actor=actor, request=request_, idempotency=once)
    assert not IdempotencyKey.objects.exists()


def test_submitting_asks_a_constant_number_of_queries(credit, actor, request_, django_assert_num_queries):
    for _ in range(2):  # the first makes the default project, the second remembers it
        submit_edit(actor=actor, request=request_)
    many = replace(request_, images=tuple(make_image(credit.workspace).id for _ in range(10)), n=6)
    # images, prices, providers, allowed ones; savepoint, edit, inputs, attempts, new pictures' project, wake-up, hold,
    # its release
    with django_assert_num_queries(13):
        submit_edit(actor=actor, request=many)


def test_an_upload_without_a_project_goes_where_it_is_first_used(credit, actor, request_):
    first = submit_edit(actor=actor, request=request_)
    elsewhere = Project.objects.create(workspace=credit.workspace, name="Elsewhere")
    submit_edit(actor=actor, request=replace(request_, project=elsewhere.id))
    assert Image.objects.get(id=request_.images[0]).project_id == first.project_id
