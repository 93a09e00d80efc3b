"""Letters: each that allauth can send has words of ours, as text and as HTML."""

from pathlib import Path

import allauth
import pytest
from django.utils import timezone

from accounts.entrance.words import CHANGES, LETTERS, letter_of
from accounts.letters import Letter, compose

KNOWN = {
    "email": "eve+<b>@example.com",
    "code": "ABCD-EFGH",
    "uid": "usr_1",
    "key": "abc-def",
    "timestamp": timezone.now(),
    "ip": "192.0.2.7",
    "user_agent": "<script>alert(1)</script>",
    "from_email": "old@example.com",
    "to_email": "new@example.com",
    "deleted_email": "old@example.com",
    "provider": "GitHub",
}
UNUSED = {"account/email/password_reset_code", "account/email/password_reset"}  # the second is a base, and a notice


def test_every_letter_of_allauth_has_words_of_ours():
    root = Path(allauth.__file__).parent / "templates"
    theirs = {str(path.relative_to(root)).removesuffix("_subject.txt") for path in root.rglob("email/*_subject.txt")}
    assert theirs - UNUSED == (CHANGES.keys() | LETTERS.keys()) - UNUSED


@pytest.mark.parametrize("prefix", sorted(CHANGES.keys() | LETTERS.keys()))
def test_a_letter_says_the_same_as_text_and_as_html_and_leads_to_us(prefix, settings):
    settings.PUBLIC_BASE_URL = "https://pictures.example.com"
    letter = letter_of(prefix, KNOWN)
    message = compose(letter, to="eve@example.com")
    html = str(message.alternatives[0][0])
    text = str(message.body)
    assert message.to == ["eve@example.com"]
    assert 5 < len(message.subject) < 60
    assert "<script>" not in html
    assert html.count("<h1>") == 1
    assert letter.foot in text
    assert letter.code in text
    assert letter.code in html
    assert f"https://pictures.example.com{letter.link}" in text
    assert "{" not in text


def test_a_subject_is_one_line():
    letter = Letter("Hello\r\nBcc: everybody@example.com", ("Hello",))
    assert compose(letter, to="eve@example.com").subject == "Hello Bcc: everybody@example.com"
