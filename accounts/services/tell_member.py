"""Write to a member what somebody else has changed for them."""

from accounts.letters import Letter, send_after_commit
from accounts.models import Membership
from accounts.services.record_audit import By


def tell_member(*, member: Membership, by: By, subject: str, line: str, link: str = "", link_words: str = "") -> None:
    """Mail it once the transaction is committed, unless it was their own act; a mail server that fails undoes nothing.

    `line` goes on after the name of who did it: “has removed you …”.
    """
    if member.user_id == by.user_id:
        return
    lines = (f"{by.name or 'Somebody'} {line}",)
    letter = Letter(subject, lines, link=link, link_words=link_words, foot="You get this because it is about you.")
    send_after_commit(letter, to=member.user.email)
