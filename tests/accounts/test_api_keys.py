"""What a key looks like, and what its terms allow. No database."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.api_keys import ALPHABET, SHAPE, digest, looks_right, mint
from accounts.errors import InvalidInput
from accounts.key_terms import KeyTerms, checked_networks, checked_terms, ending, may_come_from

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@given(st.booleans())
def test_a_minted_key_looks_right_and_shows_its_kind(is_test):
    key = mint(is_test=is_test)
    assert looks_right(key)
    assert SHAPE.fullmatch(key)
    assert key.startswith("pnt_test_" if is_test else "pnt_live_")
    assert len(digest(key)) == 64


@given(st.integers(9, 44), st.sampled_from(ALPHABET))
def test_one_wrong_character_anywhere_is_noticed(place, letter):
    key = mint()
    wrong = key[:place] + letter + key[place + 1 :]
    assert looks_right(wrong) is (wrong == key)


@given(st.text(max_size=80))
def test_no_other_text_looks_right(text):
    assert not looks_right(text)
    assert not looks_right(f"pnt_live_{text}"[:44])


@pytest.mark.parametrize("ending_with", [" ", "\n", "0"])
def test_nothing_may_follow_a_key(ending_with):
    assert not looks_right(mint() + ending_with)


@given(st.ip_addresses(v=4), st.integers(0, 32))
def test_an_ipv4_network_takes_its_own_addresses_and_no_other(address, length):
    network = IPv4Network((address, length), strict=False)
    (kept,) = checked_networks([str(network)])
    assert may_come_from([kept], str(address))
    assert may_come_from([kept], f"::ffff:{address}")
    outside = IPv4Address((int(network.broadcast_address) + 1) % 2**32)
    assert may_come_from([kept], str(outside)) is (length == 0)


@given(st.ip_addresses(v=6), st.integers(1, 128))
def test_an_ipv6_network_takes_its_own_addresses_and_no_other(address, length):
    network = IPv6Network((address, length), strict=False)
    kept = checked_networks([str(network)])
    if address.ipv4_mapped is None:
        assert may_come_from(kept, str(address))
        outside = IPv6Address((int(network.broadcast_address) + 1) % 2**128)
        assert outside.ipv4_mapped is not None or not may_come_from(kept, str(outside))


def test_without_networks_a_key_is_good_from_everywhere_and_with_one_not_from_nowhere():
    assert may_come_from([], None)
    assert not may_come_from(["203.0.113.0/24"], None)
    assert not may_come_from(["203.0.113.0/24"], "no address")
    assert not may_come_from(["0.0.0.0/0"], "2001:db8::1")


def test_networks_are_kept_once_and_in_one_spelling():
    given_ones = ["203.0.113.7/24", "203.0.113.0/24", " 2001:DB8::1 ", "::ffff:198.51.100.4"]
    assert checked_networks(given_ones) == ("203.0.113.0/24", "2001:db8::1/128", "198.51.100.4/32")


@pytest.mark.parametrize("text", ["", "example.com", "203.0.113.0/33", "1.2.3", "2001:db8::/129", "<script>"])
def test_what_is_no_network_is_named(text):
    with pytest.raises(InvalidInput, match="is no address or network") as refused:
        checked_networks(["203.0.113.0/24", text])
    assert refused.value.param == "allowed_ips"


@pytest.mark.parametrize(
    ("terms", "param"),
    [
        (KeyTerms(""), "name"),
        (KeyTerms("x" * 81), "name"),
        (KeyTerms("\x00\u202e"), "name"),
        (KeyTerms("shop\u202egpj"), "name"),
        (KeyTerms("x", scopes=()), "scopes"),
        (KeyTerms("x", scopes=("read", "root")), "scopes"),
        (KeyTerms("x", expires_at=NOW), "expires_at"),
        (KeyTerms("x", monthly_cap=0), "monthly_cap"),
        (KeyTerms("x", monthly_cap=10**15 + 1), "monthly_cap"),
        (KeyTerms("x", allowed_ips=tuple(f"10.0.0.{n}" for n in range(51))), "allowed_ips"),
    ],
)
def test_bad_terms_name_the_field(terms, param):
    with pytest.raises(InvalidInput, match="Nothing was changed") as refused:
        checked_terms(terms, now=NOW)
    assert refused.value.param == param


def test_a_rotated_key_ends_after_the_overlap_and_never_later_than_before():
    day = timedelta(days=1)
    assert ending(None, now=NOW, overlap=day) == NOW + day
    assert ending(NOW + day / 2, now=NOW, overlap=day) == NOW + day / 2
