"""Evidence holds what an exchange proves, and nothing that opens, tells or breaks anything."""

import json

from hypothesis import given
from hypothesis import strategies as st

from editor.providers.base import HttpResponse
from editor.providers.scrubbing import scrub_reply, scrub_sent, trace


def reply(body, **headers):
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(status=200, headers=headers, body=text)


def test_addresses_become_hosts_words_lengths_and_pictures_nothing():
    sent = {
        "model": "seedream/4.5-edit",
        "callBackUrl": "https://pentimento.example/cb/apikley/s3cret-token",
        "input": {
            "prompt": "my unreleased shoe",
            "image_urls": ["https://u:p@cdn.example/a.png?sig=abc", "data:image/png;base64,iVBORw0KGgo="],
            "n": 1,
        },
    }
    assert scrub_sent(sent) == {
        "model": "seedream/4.5-edit",
        "callBackUrl": "https://pentimento.example/…",
        "input": {"prompt": "(18 characters)", "image_urls": ["https://cdn.example/…", "data:…"], "n": 1},
    }


def test_a_reply_keeps_its_status_its_cost_and_the_headers_that_matter():
    response = reply(
        {"data": [{"url": "https://r.example/x.jpg?X-Tos=1"}], "meta": {"usage": {"credits_used": 84000}}},
        **{"x-aimlapi-usd-spent": "0.042", "x-inference-id": "gen-1", "set-cookie": "session=1"},
    )
    kept = scrub_reply("submit", response)
    assert kept == {
        "what": "submit",
        "status": 200,
        "headers": {"x-aimlapi-usd-spent": "0.042", "x-inference-id": "gen-1"},
        "body": {"data": [{"url": "https://r.example/…"}], "meta": {"usage": {"credits_used": 84000}}},
    }
    assert trace([{"what": "poll"}, kept]) == "gen-1"
    assert trace([]) == ""


def test_json_within_json_is_opened_and_the_order_in_it_is_not_kept():
    body = {"data": {"resultJson": '{"resultUrls": ["https://r.example/1.jpg"]}', "param": '{"prompt": "shoe"}'}}
    kept = scrub_reply("poll", reply(body))["body"]["data"]
    assert kept == {"resultJson": {"resultUrls": ["https://r.example/…"]}, "param": "(18 characters)"}


def test_what_is_no_json_is_kept_short_and_printable():
    page = reply(b"<html>\x00 https://r.example/private \xff" + b"x" * 5000)
    assert scrub_reply("poll", page)["body"].startswith("<html>  https://r.example/… ")
    assert len(scrub_reply("poll", page)["body"]) == 301
    assert scrub_reply("poll", reply(b'{"a": NaN, "b": 1e999, "c": "\\ud800"}'))["body"] == {
        "a": "nan", "b": "inf", "c": " ",
    }  # fmt: skip


@given(st.binary(max_size=300) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(max_size=5), inner, max_size=30),
    max_leaves=60,
).map(lambda body: json.dumps(body).encode()))  # fmt: skip
def test_whatever_comes_is_kept_as_strict_json_of_a_bounded_size(body):
    kept = json.dumps(scrub_reply("poll", reply(body)), allow_nan=False)
    assert len(kept) <= 30_000
    assert "\\u0000" not in kept
