"""The door at work, against real listeners: what is refused is never connected to."""

import asyncio
from ipaddress import ip_network

import httpx
import pytest

from editor.egress import Refused, TooMuch, download
from editor.egress.connect import Network
from editor.egress.fetch import Caps, Downloaded, TooManyBytes, fetch
from editor.egress.targets import Denied, Policy
from tests.editor.egress.servers import OK, certificate, listening, redirect

LOOPBACK = (ip_network("127.0.0.1/32"),)
CAPS = Caps(max_bytes=1000, seconds=10)


def names(**answers: list[str] | list[list[str]]) -> Network:
    """A resolver that knows these names; a list of lists gives another answer each time."""

    async def resolve(host: str, _port: int) -> list[str]:
        found = answers.get(host.replace(".", "_"))
        if not found:
            raise OSError("no such name")
        return found.pop(0) if isinstance(found[0], list) else found

    return Network(resolve=resolve)


pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def to(tmp_path):
    return tmp_path / "file"


async def test_a_file_comes_whole_and_the_server_learns_little(to):
    async with listening(lambda _: OK) as server:
        url = f"http://files.example:{server.port}/a?b=c#d"
        network = names(files_example=["127.0.0.1"])
        got = await fetch(url, to=to, caps=CAPS, policy=Policy(exempt=LOOPBACK), network=network)
    assert got == Downloaded("image/png", 5)
    assert to.read_bytes() == b"hello"
    (head,) = server.requests
    assert head.startswith("GET /a?b=c HTTP/1.1\r\n")
    assert f"Host: files.example:{server.port}\r\n" in head
    assert "accept-encoding: identity" in head.lower()
    assert not {"cookie", "authorization", "referer"} & {line.split(":")[0].lower() for line in head.split("\r\n")}


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "inside.example"]
)
async def test_a_listener_inside_is_never_connected_to(to, host):
    async with listening(lambda _: OK) as server:
        policy = Policy(ports=frozenset({server.port}))
        network = names(localhost=["127.0.0.1"], inside_example=["93.184.216.34", "127.0.0.1"])
        with pytest.raises(Denied):
            await fetch(f"http://{host}:{server.port}/", to=to, caps=CAPS, policy=policy, network=network)
    assert server.connects == 0
    assert not to.exists()


async def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(to):
    """Rebinding: the second answer would be the wrong listener's address, but nobody asks a second time."""
    async with listening(lambda _: OK) as server:
        answers = [["127.0.0.1"], ["127.0.0.2"]]
        policy = Policy(exempt=LOOPBACK)
        url = f"http://rebinding.example:{server.port}/"
        await fetch(url, to=to, caps=CAPS, policy=policy, network=names(rebinding_example=answers))
        assert (server.connects, answers) == (1, [["127.0.0.2"]])
        with pytest.raises(Denied):
            await fetch(url, to=to, caps=CAPS, policy=policy, network=names(rebinding_example=answers))
        assert server.connects == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.2:{port}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "//metadata.example/",
        "http://user@files.example:{port}/",
        "http://" + "a" * 3000,
    ],
)
@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect"])
async def test_a_redirect_to_the_inside_is_not_followed(to, location, status):
    async with listening(lambda _: redirect(location.format(port=server.port), status)) as server:
        network = names(files_example=["127.0.0.1"], metadata_example=["169.254.169.254"])
        url = f"http://files.example:{server.port}/"
        with pytest.raises(Denied):
            await fetch(url, to=to, caps=CAPS, policy=Policy(exempt=LOOPBACK), network=network)
    assert server.connects == 1
    assert not to.exists()


async def test_three_redirects_are_followed_and_a_fourth_is_not(to):
    def answer(head: str) -> bytes:
        left = int(head.split()[1].removeprefix("/"))
        return redirect(f"/{left - 1}") if left else OK

    async with listening(answer) as server:
        base, policy = f"http://127.0.0.1:{server.port}", Policy(exempt=LOOPBACK)
        assert (await fetch(f"{base}/3", to=to, caps=CAPS, policy=policy)).bytes == 5
        with pytest.raises(Denied):
            await fetch(f"{base}/4", to=to, caps=CAPS, policy=policy)
    assert server.connects == 8


async def never_ending(_head: str):
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"64\r\n" + bytes(100) + b"\r\n"


async def never_ending_head(_head: str):
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-More: " + b"x" * 1000 + b"\r\n"


async def one_byte_then_nothing(_head: str):
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nh"
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", TooManyBytes),
        (never_ending, TooManyBytes),
        (lambda _: b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", Denied),
        (lambda _: b"HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\nsecret", Denied),
        (lambda _: b"HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\n\r\nhello", Denied),
    ],
    ids=["says too much", "sends too much", "compressed", "not found", "partial"],
)
async def test_a_body_we_do_not_want_is_not_kept(to, answer, error):
    async with listening(answer) as server:
        with pytest.raises(error):
            await fetch(f"http://127.0.0.1:{server.port}/", to=to, caps=CAPS, policy=Policy(exempt=LOOPBACK))
    assert not to.exists()


async def test_tls_is_checked_against_the_name_though_the_address_is_dialled(to, tmp_path):
    server_side, client_side = certificate(tmp_path, "files.example")
    async with listening(lambda _: OK, tls=server_side) as server:
        policy = Policy(exempt=LOOPBACK)
        known = Network(names(files_example=["127.0.0.1"], other_example=["127.0.0.1"]).resolve, client_side)
        right, wrong = (f"https://{name}.example:{server.port}/" for name in ("files", "other"))
        assert (await fetch(right, to=to, caps=CAPS, policy=policy, network=known)).bytes == 5
        for url, network in ((wrong, known), (right, Network(known.resolve))):
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await fetch(url, to=to, caps=CAPS, policy=policy, network=network)
    assert len(server.requests) == 1


@pytest.fixture
def open_loopback(settings):
    settings.EGRESS_ALLOW_CIDRS = ("127.0.0.0/8",)


async def test_blocked_and_unreachable_read_alike_and_name_nothing(to, settings, open_loopback):
    async with listening(lambda _: b"HTTP/1.1 500 secret\r\n\r\nsecret") as server:
        failing = f"http://127.0.0.1:{server.port}/"
        closed = f"http://127.0.0.1:{server.port + 1}/"
        blocked = ["http://169.254.169.254/", "http://10.0.0.1/", "file:///etc/passwd", "http://[::1]/", "x" * 3000]
        texts = set()
        for url in (failing, closed, *blocked):
            with pytest.raises(Refused) as refusal:
                await download(url, to=to)
            texts.add(refusal.value.message)
            assert refusal.value.__cause__ is None
    assert len(texts) == 1


@pytest.mark.parametrize("answer", [one_byte_then_nothing, never_ending_head], ids=["stops", "endless head"])
async def test_who_never_ends_is_left(to, open_loopback, answer):
    async with listening(answer) as server:
        with pytest.raises(Refused):
            await download(f"http://127.0.0.1:{server.port}/", to=to, seconds=0.3)
    assert not to.exists()


async def test_our_own_origin_is_refused_under_any_name_of_it(to, settings, open_loopback):
    async with listening(lambda _: OK) as server:
        settings.PUBLIC_BASE_URL = f"http://localhost:{server.port}"
        for host in ("localhost", "LOCALHOST", "127.0.0.1"):
            with pytest.raises(Refused):
                await download(f"http://{host}:{server.port}/api/v1/edits", to=to)
        assert server.connects == 0
        settings.PUBLIC_BASE_URL = "http://localhost:8000"
        await download(f"http://127.0.0.1:{server.port}/", to=to, https_only=True, allowed_hosts=("cdn.example",))
        assert server.connects == 1


async def test_proxy_variables_are_not_believed(to, open_loopback, monkeypatch):
    async with listening(lambda _: OK) as proxy, listening(lambda _: OK) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        await download(f"http://127.0.0.1:{server.port}/", to=to)
    assert (proxy.connects, server.connects) == (0, 1)


async def test_more_than_the_cap_is_said_to_be_too_much(to, open_loopback):
    async with listening(never_ending) as server:
        with pytest.raises(TooMuch) as refusal:
            await download(f"http://127.0.0.1:{server.port}/", to=to, max_bytes=2**20)
    assert refusal.value.message == "The file is larger than 1 MiB."


async def test_nothing_inside_is_open_by_default(to):
    with pytest.raises(Refused):
        await download("http://127.0.0.1/", to=to)
