"""Whatever a name, prompt or foreign answer is made of, pages show it as text and forms answer in words."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, AuditEvent, User, Workspace
from editor.models import Alert, Attempt, DeliveryTry, Edit, Endpoint, Image, Project
from tests.conftest import Person
from tests.naughty import MARKUP, NUL, STRINGS
from tests.walls.world import World, make_world

pytestmark = pytest.mark.django_db
PAGES = (
    "/", "/credit/", "/accounts/", "/settings/", "/settings/members/", "/settings/keys/", "/settings/webhooks/",
    "/settings/webhooks/{endpoint_id}/", "/settings/audit/", "/settings/export/", "/projects/{project_id}/",
    "/projects/{project_id}/rename/", "/projects/{project_id}/{image_id}/", "/workspaces/new/", "/settings/delete/",
    "/staff/", "/staff/unknown/", "/staff/customers/", "/no-such-page/",
)  # fmt: skip
FORMS: dict[str, dict[str, Any]] = {
    "/projects/new/": {"name": "{}"},
    "/projects/{project_id}/rename/": {"name": "{}"},
    "/projects/{project_id}/edits/": {"prompt": "{}", "images": "{image_id}", "n": "1", "key": "web_{}"},
    "/projects/{project_id}/quote/": {
        "prompt": "{}",
        "images": "{}",
        "aspect_ratio": "{}",
        "provider": "{}",
        "n": "{}",
    },
    "/workspaces/new/": {"name": "{}"},
    "/settings/change/": {"name": "{}", "which": "some", "allowed_providers": "{}", "retention_days": "{}"},
    "/settings/members/invite/": {"email": "{}", "role": "{}"},
    "/settings/members/{user_id}/role/": {"role": "{}"},
    "/settings/keys/make/": {"name": "{}", "scopes": "{}", "expires": "{}", "allowed_ips": "{}", "monthly_cap": "{}"},
    "/settings/keys/{key_id}/rename/": {"name": "{}"},
    "/settings/webhooks/new/": {"url": "{}", "events": "{}", "description": "{}"},
    "/settings/webhooks/credit/": {"below": "{}"},
    "/settings/delete/": {"name": "{}"},
    "/accounts/": {"first_name": "{}"},
    "/accounts/email/": {"email": "{}", "action_add": ""},
    "/staff/unknown/{attempt_id}/deliver/": {"note": "{}", "ticket": "{}", "epoch": "{}"},
}
QUERIES = ("/?q={}", "/settings/audit/?q={}&actor={}&action={}&from={}&to={}", "/settings/members/?q={}&page={}")


class Elements(HTMLParser):
    """Every kind of element of a page, as its name with those of its attributes; and the addresses it leads to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.kinds: set[tuple[str, ...]] = set()
        self.addresses: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds.add((tag, *sorted(name for name, _ in attrs)))
        self.addresses |= {value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")}


@pytest.fixture
def world(alice: Person, mallory: Person) -> World:
    alice.user.is_staff = True
    alice.user.save()
    return make_world(alice, mallory)


@pytest.fixture
def browser(world: World) -> Client:
    client = world.browser("owner")
    session = client.session
    told = session["account_authentication_methods"]
    session["account_authentication_methods"] = [*told, {**told[0], "method": "mfa", "type": "totp"}]
    session.save()
    return client


def call_everything(name: str, text: str) -> None:
    """Put them, past every check, wherever a page shows what somebody wrote or answered."""
    Workspace.objects.update(name=name)
    User.objects.update(first_name=name)
    Project.objects.update(name=name)
    ApiKey.objects.update(name=name)
    Image.objects.update(filename=name)
    Edit.objects.update(
        prompt=text,
        status="failed",
        error_code="x",
        error_message=text[:500],
        finished_at=timezone.now(),
        metadata={name: text},
    )
    Attempt.objects.update(error_code=name[:40], error_message=text)
    Endpoint.objects.update(description=name, disabled_reason=name)
    DeliveryTry.objects.update(request=text, response=text, error=name)
    Alert.objects.update(message=text[:500], subject=name[:40])
    happened(name)


def happened(name: str) -> None:
    workspace = Workspace.objects.order_by("created_at")[0].id
    words = {"actor_name": name, "target_name": name, "before": {name: name}, "after": {name: [name]}, "note": name}
    AuditEvent.objects.create(workspace_id=workspace, action="member.role_changed", **words)


def together(texts: list[str], longest: int) -> list[str]:
    """Give them in fewer names, as many in each as fit."""
    names = [""]
    for text in texts:
        names = [*names[:-1], names[-1] + text] if len(names[-1] + text) <= longest else [*names, text]
    return names


def shown(browser: Client, world: World) -> dict[str, Elements]:
    pages = {}
    for path in PAGES:
        answer = browser.get(path.format(**world.there), follow=True)
        assert answer.status_code == (404 if "no-such" in path else 200), (path, answer.status_code)
        pages[path] = Elements(answer.text)
    return pages


def test_what_is_stored_is_only_ever_text(browser, world):
    DeliveryTry.objects.create(
        delivery_id=world.there["delivery_id"],
        milliseconds=1,
        url="https://alice.example.com/",
        request="x",
        status=500,
    )
    call_everything("x" * 30, "x" * 3000)
    plain, wrong = shown(browser, world), []
    for name in together(MARKUP, 80):
        call_everything(name, " ".join(STRINGS))
        for path, page in shown(browser, world).items():
            odd = page.kinds - plain[path].kinds
            leads = {
                there for there in page.addresses if there.strip().lower().startswith(("javascript:", "data:", "//"))
            }
            if odd or leads:
                wrong.append((name, path, odd, leads))
    assert wrong == []


@pytest.mark.parametrize("path", FORMS)
def test_what_is_sent_is_answered_in_words(browser, world, path):
    wrong = []
    for text in [*STRINGS[::3], NUL]:
        form = {name: [value.format(text, **world.there)] for name, value in FORMS[path].items()}
        answer = browser.post(path.format(**world.there), form)
        if answer.status_code not in (200, 201, 302, 404, 409, 422, 429):
            wrong.append((text, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("path", QUERIES)
def test_what_is_looked_for_is_only_ever_text(browser, world, path):
    plain = {("br",)}.union(*(Elements(browser.get(path.replace("{}", found)).text).kinds for found in ("", "x", "-")))
    for text in [*STRINGS, NUL]:
        answer = browser.get(path.replace("{}", quote(text)))
        assert answer.status_code == 200, text
        assert Elements(answer.text).kinds <= plain, text
