"""A paid request that may be sent again: the same bytes, the same key, whatever the database did to its body."""

import json

import httpx
import pytest

from editor.providers.base import HttpRequest, ProviderAccount, ProviderJob, Replayable
from editor.providers.registry import PROVIDERS, REPLAYABLE

ACCOUNT = ProviderAccount("https://api.example.com/base", "sk-secret-key")
JOB = ProviderJob(
    model="seedream-4.5",
    prompt='Ünïcødé 🎨 \u2028 "quoted" \\ / </script>',
    images=("https://pictures.example.com/a.jpg?sig=1&b=2", "https://pictures.example.com/b.jpg"),
    ratio="1:1",
    resolution="2K",
    n=1,
    callback_url="https://pictures.example.com/cb/token",
    idempotency_key="att_1",
)
replayable = pytest.mark.parametrize("provider", REPLAYABLE.values(), ids=REPLAYABLE)


def sent(request: HttpRequest) -> tuple[str, str, dict[str, str], bytes]:
    """What goes out, byte for byte."""
    built = httpx.Request(request.method, request.url, headers=dict(request.headers), json=request.json)
    return built.method, str(built.url), dict(built.headers), built.content


def test_who_says_idempotent_can_be_replayed_and_nobody_else() -> None:
    for name, provider in PROVIDERS.items():
        for able in provider.CAPABILITIES.values():
            assert able.idempotent == (name in REPLAYABLE)
    for name, provider in REPLAYABLE.items():
        assert PROVIDERS[name] is provider


@replayable
def test_the_stored_body_gives_the_same_bytes_under_the_same_key(provider: Replayable) -> None:
    first = provider.submit(JOB, ACCOUNT)
    body = json.loads(json.dumps(first.json))
    as_jsonb_gives_it = {name: body[name] for name in sorted(body, key=lambda name: (len(name), name))}
    assert list(as_jsonb_gives_it) != list(first.json or {}), "the order did change"
    again = provider.replay(as_jsonb_gives_it, JOB.idempotency_key, ACCOUNT)
    assert sent(again) == sent(first)
    assert JOB.idempotency_key in again.headers.values()


@replayable
def test_a_new_key_of_ours_pays_for_the_same_order(provider: Replayable) -> None:
    first = provider.submit(JOB, ACCOUNT)
    renewed = ProviderAccount("https://elsewhere.example.com", "sk-new-key")
    again = provider.replay(first.json or {}, JOB.idempotency_key, renewed)
    assert sent(again)[3] == sent(first)[3]
    assert again.url.startswith("https://elsewhere.example.com/")
    assert "sk-secret-key" not in str(again.headers)
