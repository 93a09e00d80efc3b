"""Which addresses and spellings lead outside, and which do not."""

from ipaddress import ip_address, ip_network

import pytest

from editor.egress.addresses import DENIED, Address, is_exempt, is_public
from editor.egress.targets import Denied, Policy, Target, admit, parse

INSIDE = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1
203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1
::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::a00:1 100::1 2001::1
2001:0:7f00:1:: 2001:db8::1 2002:7f00:1:: 2002:808:808:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1
fe80::1%eth0 fec0::1 ff02::1 4000::1
""".split()  # noqa: SIM905
OUTSIDE = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"]


@pytest.mark.parametrize("address", INSIDE)
def test_an_inside_address_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("network", DENIED, ids=str)
def test_both_ends_of_every_denied_range_are_denied(network):
    assert not is_public(network[0])
    assert not is_public(network[-1])


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_outside_address_is_public(address):
    assert is_public(ip_address(address))


def test_an_exemption_reaches_no_further_than_what_the_operator_named():
    exempt = (ip_network("10.1.0.0/16"), ip_network("64:ff9b::/96"))
    assert is_exempt(ip_address("10.1.2.3"), exempt)
    assert not is_exempt(ip_address("10.2.0.1"), exempt)
    assert not is_exempt(ip_address("::ffff:10.1.2.3"), exempt)
    assert is_exempt(ip_address("64:ff9b::808:808"), exempt)
    assert is_exempt(ip_address("64:ff9b::a01:203"), exempt)
    assert not is_exempt(ip_address("64:ff9b::7f00:1"), exempt)
    for wide, inner in (
        ("2002::/16", "2002:7f00:1::"),
        ("2001::/32", "2001:0:7f00:1::"),
        ("::ffff:0:0/96", "::ffff:a00:1"),
    ):
        assert not is_exempt(ip_address(inner), (ip_network(wide),))


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.0.0.1/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://0/",
        "http://127.0.0.1./",
        "http://①②⑦.0.0.1/",
        "http://127。0。0。1/",
        "http://127.0.0.01/",
        "http://example.com./",
        "http://1.2.3.4.5/",
        "http://foo.0x1/",
        "http://[::1%25eth0]/",
        "http://[fe80::1%eth0]/",
        "http://[::1/",
        "http://::1/",
        "http://[v1.x]/",
        "http://[127.0.0.1]/",
        "http://ok@127.0.0.1/",
        "http://ok:pw@example.com/",
        "http://127.0.0.1#@ok@/".replace("#", "@"),
        "http://ok\\@127.0.0.1/",
        "http://exa\tmple.com/",
        "http://example.com/a\nb",
        "http://example.com/a b",
        " http://example.com/",
        "http://exam%70le.com/",
        "http://example.com:/",
        "http://example.com:080/",
        "http://example.com:99999/",
        "http://example.com:-80/",
        "http://example.com:8٠/",
        "http:///path",
        "http:example.com",
        "//example.com/",
        "/etc/passwd",
        "file:///etc/passwd",
        "gopher://example.com/",
        "ftp://example.com/",
        "data:text/plain,x",
        "javascript:alert(1)",
        "http://exa_mple-.com/",
        "http://-.com/",
        "http://a..b/",
        "http://" + "a" * 64 + ".com/",
        "http://example.com/" + "a" * 2048,
        "http://exa\u0000mple.com/",
        "http://☃☃☃.example.com:80@/",
        "",
    ],
)
def test_an_odd_spelling_is_refused_before_any_name_is_looked_up(url):
    with pytest.raises(Denied):
        parse(url)


@pytest.mark.parametrize(
    ("url", "target", "header"),
    [
        ("http://Example.COM", Target("http", "example.com", 80, "/"), "example.com"),
        ("HTTPS://example.com:443/a?b=c#d", Target("https", "example.com", 443, "/a?b=c"), "example.com"),
        ("http://example.com:443/", Target("http", "example.com", 443, "/"), "example.com:443"),
        ("https://bücher.example/ü", Target("https", "xn--bcher-kva.example", 443, "/ü"), "xn--bcher-kva.example"),
        ("http://93.184.216.34/", Target("http", "93.184.216.34", 80, "/"), "93.184.216.34"),
        ("http://[2606:4700::0:1111]/", Target("http", "2606:4700::1111", 80, "/"), "[2606:4700::1111]"),
        ("http://a@b.example/".replace("a@", ""), Target("http", "b.example", 80, "/"), "b.example"),
    ],
)
def test_a_plain_url_is_taken_apart_one_way(url, target, header):
    assert parse(url) == target
    assert target.host_header == header


PUBLIC, PRIVATE, MINE = ip_address("93.184.216.34"), ip_address("192.168.1.1"), ip_address("10.0.0.5")
OPERATOR = Policy(
    exempt=(ip_network("10.0.0.0/8"),), own_origin=("app.example", 443), https_only=True, hosts=(".cdn.example",)
)


def judge(url: str, addresses: list[Address], policy: Policy, own: list[Address] | None = None) -> bool:
    try:
        admit(parse(url), addresses, own or [], policy)
    except Denied:
        return False
    return True


@pytest.mark.parametrize(
    ("url", "addresses", "policy", "allowed"),
    [
        ("http://a.example/", [PUBLIC], Policy(), True),
        ("http://a.example/", [], Policy(), False),
        ("http://a.example/", [PUBLIC, PRIVATE], Policy(), False),
        *[(f"http://a.example:{port}/", [PUBLIC], Policy(), False) for port in (22, 25, 5432, 6379, 8000)],
        ("http://x.cdn.example/", [PUBLIC], OPERATOR, False),
        ("https://x.cdn.example/", [PUBLIC], OPERATOR, True),
        ("https://cdn.example/", [PUBLIC], OPERATOR, False),
        ("https://evilcdn.example/", [PUBLIC], OPERATOR, False),
        ("https://x.cdn.example.evil/", [PUBLIC], OPERATOR, False),
        ("https://cdn.example/", [PUBLIC], Policy(hosts=("CDN.example",)), True),
        ("http://files.internal:9100/", [MINE], OPERATOR, True),
        ("http://files.internal:9100/", [MINE, PUBLIC], OPERATOR, False),
        ("https://app.example/", [PUBLIC], Policy(own_origin=("app.example", 443)), False),
        ("http://app.example/", [PUBLIC], Policy(own_origin=("app.example", 443)), True),
        ("https://APP.example/", [MINE], OPERATOR, False),
        ("http://app.example:9100/", [MINE], OPERATOR, True),
    ],
)
def test_the_rules(url, addresses, policy, allowed):
    assert judge(url, addresses, policy) is allowed


def test_our_own_address_under_another_name_is_our_own_origin():
    assert judge("http://alias.internal:443/", [MINE], OPERATOR)
    assert not judge("http://alias.internal:443/", [MINE], OPERATOR, own=[MINE])
