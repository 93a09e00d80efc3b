"""Whether the time of an answer tells who has an account: known addresses against unknown ones, by every door.

No limit is lifted: every try has an address of its own to sign in to, and a loopback address of its own to come from.
Known and unknown take turns in random order; what is compared are medians.
"""

import os
import random
import re
import statistics
import time
from collections.abc import Iterator

import httpx

from tests.bench.stack import Stack, running

TIMES = int(os.environ.get("BENCH_TRIES", "200"))
WARM_UP = 5
ALLOWED = 0.10
PASSWORD = "a long password of theirs"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
DOORS = {
    "code by mail": ("/accounts/login/code/", "email", {}),
    "reset": ("/accounts/password/reset/", "email", {}),
    "wrong password": ("/accounts/login/", "login", {"password": "not theirs at all"}),
    "sign-up": ("/accounts/signup/", "email", {"password1": "another long password"}),
}


def signin() -> Iterator[str]:
    """Medians of `TIMES` answers for each door, known and unknown, and by how much they differ."""
    with running(only="web", workspaces=1) as stack:
        _make_people(TIMES + WARM_UP)
        chance = random.Random(7)
        for turn, (said, door) in enumerate(DOORS.items()):
            for number in range(WARM_UP):
                _ask(stack, door, known=number % 2 == 0, number=TIMES + number, turn=turn)
            taken: dict[bool, list[float]] = {True: [], False: []}
            for number in range(TIMES):
                for known in chance.sample((True, False), 2):
                    taken[known].append(_ask(stack, door, known=known, number=number, turn=turn))
            known_ms, unknown_ms = (statistics.median(taken[known]) for known in (True, False))
            apart = known_ms / unknown_ms - 1
            verdict = "" if abs(apart) <= ALLOWED else f", more than {ALLOWED:.0%}"
            yield f"{said}, {TIMES} each: known {known_ms:.1f} ms, unknown {unknown_ms:.1f} ms, {apart:+.1%}{verdict}"


def _ask(stack: Stack, door: tuple[str, str, dict[str, str]], *, known: bool, number: int, turn: int) -> float:
    """Fill a form in as a new visitor, and give the milliseconds of its answer."""
    path, field, more = door
    mine = f"127.{10 + 2 * turn + known}.{number // 250}.{1 + number % 250}"
    email = f"{'person' if known else 'nobody'}{number}.xxx@example.com"
    with httpx.Client(base_url=stack.url, transport=httpx.HTTPTransport(local_address=mine), timeout=60) as client:
        token = TOKEN.search(client.get(path).text)
        if token is None:
            raise SystemExit(f"{path} has no form")
        form = {field: email, "csrfmiddlewaretoken": token[1], **more}
        begun = time.perf_counter()
        answer = client.post(path, data=form)
        taken = (time.perf_counter() - begun) * 1000
    if answer.status_code not in (200, 302) or "Too many tries" in answer.text:
        raise SystemExit(f"{path} answered {answer.status_code}: {answer.text[:300]}")
    return taken


def _make_people(count: int) -> None:
    """Make accounts with confirmed addresses; they share one hash, made as the server makes it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password
    from django.db import connection

    from accounts.models import User

    hashed = make_password(PASSWORD)
    users = [User(email=f"person{number}.xxx@example.com", password=hashed) for number in range(count)]
    User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in users
    )
    connection.close()
