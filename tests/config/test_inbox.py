"""The demonstration's inbox: letters are kept there, shown harmless, and nowhere else."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from accounts.letters import Letter, send_letter
from config.inbox.backend import InboxBackend, inbox_folder
from config.inbox.letters import newest


@pytest.fixture
def demo(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.DEMO_INBOX = True
    settings.EMAIL_BACKEND = "config.inbox.backend.InboxBackend"


HELLO = Letter(
    "Hello <b>Eve</b>", ("A line with <script>alert(1)</script>.",), code="ABCD-EFGH", link="/x/", link_words="Go"
)


def test_a_letter_is_kept_and_shown(client, demo):
    assert "No letters yet" in client.get("/inbox/").text
    send_letter(HELLO, to="eve@example.com")
    send_letter(Letter("Another", ("Later.",)), to="bob@example.com")
    page = client.get("/inbox/").text
    assert page.index("Another") < page.index("Hello &lt;b&gt;Eve")
    assert mail.outbox == []
    (_, first) = newest()
    shown = client.get(f"/inbox/{first.number}/")
    assert "ABCD-EFGH" in shown.text
    assert '<a href="http://localhost:8000/x/"' in shown.text
    assert "<script>alert" not in shown.text


def test_its_html_stands_in_a_frame_that_runs_nothing(client, demo):
    send_letter(HELLO, to="eve@example.com")
    answer = client.get(f"/inbox/{newest()[0].number}/html/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "<h1>Hello &lt;b&gt;Eve&lt;/b&gt;</h1>" in answer.text


def test_only_the_newest_letters_are_kept(demo, monkeypatch):
    monkeypatch.setattr(InboxBackend, "KEEP", 3)
    for number in range(5):
        send_letter(Letter(f"Letter {number}", ("Hello",)), to="eve@example.com")
    assert [one.subject for one in newest()] == ["Letter 4", "Letter 3", "Letter 2"]
    assert inbox_folder().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("path", ["/inbox/", "/inbox/1/", "/inbox/1/html/"])
def test_outside_the_demonstration_there_is_no_inbox(client, db, path):
    assert client.get(path).status_code == 404
    assert "/inbox/" not in client.get("/accounts/login/").text


@pytest.mark.parametrize("path", ["/inbox/1/", "/inbox/1/html/", "/inbox/../../etc/passwd/"])
def test_a_letter_that_is_not_there_is_missing(client, demo, path):
    assert client.get(path).status_code == 404


def test_the_sign_in_page_of_the_demonstration_leads_there(client, db, demo):
    assert 'href="/inbox/"' in client.get("/accounts/login/").text


def test_it_is_refused_where_others_could_reach_it(settings, demo):
    settings.PUBLIC_BASE_URL = "https://pictures.example.com"
    settings.ALLOWED_HOSTS = ["pictures.example.com"]
    with pytest.raises(SystemCheckError, match=r"pentimento\.E008"):
        call_command("check")
