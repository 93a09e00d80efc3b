"""Coming in, in a real browser: sign-up, passkeys by a virtual authenticator, second factors, and how it all reads."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import CDPSession, Page, expect

from accounts.models import User, Workspace
from tests.accounts.doors import SECRET, add_app, app_code, code_in_mail, recovery_codes
from tests.browser.conftest import SIZES, scrolls_sideways, serious_findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _patience(settings, live_server) -> None:
    cache.clear()
    settings.PUBLIC_BASE_URL = live_server.url
    settings.MFA_TOTP_TOLERANCE = 1


@contextmanager
def authenticator(page: Page, **more: Any) -> Iterator[CDPSession]:
    """Give the page's browser a device that keeps passkeys and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True, **more}  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield session


def fill_password(page: Page, name: str) -> None:
    page.get_by_label("Email").fill(f"{name}@example.com")
    page.get_by_label("Password", exact=True).fill(f"{name}'s long password")
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_eve_signs_up_with_a_password_and_confirms_her_address(window):
    page = window().open("/accounts/login/")
    page.get_by_role("link", name="Make one").click()
    page.get_by_label("Email").fill("eve@example.com")
    page.get_by_label("Password", exact=True).fill("eve's long password")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    assert serious_findings(page) == []
    page.get_by_label("Code").fill(code_in_mail())
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("button", name=re.compile("eve's studio")).first).to_be_visible()


def test_eve_signs_up_with_a_passkey_and_comes_back_with_it_alone(window):
    page = window().open("/accounts/signup/")
    with authenticator(page) as device:
        page.get_by_role("link", name="Use a passkey").click()
        page.get_by_label("Email").fill("eve@example.com")
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("Code").fill(code_in_mail())
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_role("heading", name="Make your passkey")).to_be_visible()
        assert serious_findings(page) == []
        page.get_by_role("button", name="Make the passkey").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        user = User.objects.get()
        assert page.locator(".recovery-codes code").all_inner_texts() == recovery_codes(user)
        page.get_by_role("link", name="I have kept them").click()
        expect(page.get_by_role("heading", name="Projects")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("eve's studio")).first).to_be_visible()
        assert not user.has_usable_password()
        assert Workspace.objects.get().is_personal is True
        page.get_by_role("button", name="Account").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("button", name=re.compile("eve's studio")).first).to_be_visible()
        copied = Authenticator.objects.get(type="webauthn")
        assert copied.data["sign_count"] > 0
        copied.data["sign_count"] = 1000
        copied.save()
        page.get_by_role("button", name="Account").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_text("is not correct, was used already")).to_be_visible()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        device.detach()


def test_a_passkey_goes_before_the_password_where_the_browser_has_them(window):
    page = window().open("/accounts/login/")
    names = page.locator("main button:visible").all_inner_texts()
    assert names == ["Sign in with a passkey", "Sign in"]
    plain = window(javascript=False).open("/accounts/login/")
    assert plain.locator("main button:visible").all_inner_texts() == ["Sign in"]


def test_a_refused_passkey_is_said_and_nothing_happens(window, alice):
    page = window().open("/accounts/login/")
    with authenticator(page, isUserVerified=False):
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_text("No passkey was used")).to_be_visible()
        expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()
        assert serious_findings(page) == []


def test_alice_adds_a_passkey_gets_recovery_codes_once_and_uses_it_as_her_second_step(window, alice):
    page = window().open("/accounts/login/?next=/accounts/security/")
    with authenticator(page):
        fill_password(page, "alice")
        page.get_by_role("link", name="Add a passkey").click()  # who has just signed in is not asked again
        page.get_by_label("Name").fill("Desk")
        assert serious_findings(page) == []
        page.get_by_role("button", name="Make the passkey").click()
        expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
        codes = recovery_codes(alice.user)
        assert page.locator(".recovery-codes code").all_inner_texts() == codes
        page.reload()
        expect(page.get_by_text("10 of 10 are left")).to_be_visible()
        page.goto(page.url.split("/accounts")[0] + "/accounts/security/")
        expect(page.get_by_text("Desk")).to_be_visible()
        page.get_by_role("button", name="Account").click()
        page.get_by_role("button", name="Sign out").click()
        fill_password(page, "alice")
        expect(page.get_by_role("heading", name="One more step")).to_be_visible()
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    assert [letter.subject for letter in mail.outbox] == ["Passkey added"]


def test_alice_signs_in_with_her_app_without_javascript(window, alice):
    add_app(alice.user)
    page = window(javascript=False).open("/accounts/login/")
    fill_password(page, "alice")
    page.get_by_label("Code").fill(app_code())
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    assert SECRET not in page.content()


def test_a_session_ended_elsewhere_is_out_at_its_next_step(window, alice):
    desk, phone = (window().open("/accounts/login/") for _ in range(2))
    for page in (desk, phone):
        fill_password(page, "alice")
        expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    desk.goto(desk.url + "accounts/sessions/")
    desk.get_by_role("button", name="Sign out everywhere else").click()
    expect(desk.get_by_text("Signed out everywhere else.")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="Sign in")).to_be_visible()


OUTSIDE = [
    "login/",
    "login/code/",
    "signup/",
    "signup/passkey/",
    "password/reset/",
    "password/reset/done/",
    "inactive/",
]
ACCOUNT = ["", "security/", "sessions/", "email/", "password/change/", "logout/", "reauthenticate/"]
GUARDED = ["2fa/app/add/", "2fa/passkeys/add/", "2fa/recovery-codes/", "2fa/recovery-codes/new/", "2fa/app/remove/"]


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_can_read_the_pages_of_the_entrance(window, width, scheme):
    visitor = window(width=width, scheme=scheme)
    for path in OUTSIDE:
        look_at(visitor.open(f"/accounts/{path}"))


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_can_read_the_pages_of_the_account(window, alice, width, scheme):
    inside = window(width=width, scheme=scheme).sign_in(alice)
    page = inside.open("/accounts/")
    for path in ACCOUNT:
        page.goto(f"{inside.base}/accounts/{path}")
        look_at(page)
    page.get_by_label("Password").fill("alice's long password")
    page.get_by_role("button", name="Confirm").click()
    page.goto(f"{inside.base}/accounts/{GUARDED[0]}")
    look_at(page)
    add_app(alice.user)
    for path in GUARDED[1:]:
        page.goto(f"{inside.base}/accounts/{path}")
        look_at(page)


@pytest.fixture
def demonstration(settings, tmp_path) -> None:
    settings.DATA_DIR, settings.DEMO_INBOX = tmp_path, True
    settings.EMAIL_BACKEND = "config.inbox.backend.InboxBackend"


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_can_read_the_inbox_of_the_demonstration(window, alice, demonstration, width, scheme):
    page = window(width=width, scheme=scheme).open("/accounts/login/code/")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_role("heading", name="Type the code")).to_be_visible()
    look_at(page)
    page.goto(page.url.split("/accounts")[0] + "/inbox/", wait_until="networkidle")
    look_at(page)
    letter = page.frame_locator("iframe")
    expect(letter.get_by_role("heading", name="Your code to sign in")).to_be_visible()
    page.goto(page.url.split("/inbox")[0] + "/accounts/login/code/confirm/")
    look_at(page)


def look_at(page: Page) -> None:
    assert serious_findings(page) == [], page.url
    assert not scrolls_sideways(page), page.url
    expect(page.locator("h1")).to_have_count(1)
