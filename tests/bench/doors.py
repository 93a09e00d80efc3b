"""How fast the doors are: `POST /edits` and `GET /edits/{id}`."""

from collections.abc import Iterator

from tests.bench.load import Call, run
from tests.bench.stack import Stack, running

SECONDS = 10.0
CALLERS = 16
NEVER = 3600.0


def _order(stack: Stack, number: int) -> Call:
    turn = number % len(stack.keys)
    body: dict[str, object] = {"prompt": f"warmer light, please ({number})", "images": [stack.images[turn]]}
    return Call("POST", f"{stack.url}/api/v1/edits", stack.keys[turn], body)


def submit() -> Iterator[str]:
    """Orders a second over 8 workspaces: the web server alone, then with waves that send every order on."""
    for only, said in (("web", "web server alone"), (None, "while waves submit them to the provider")):
        with running(only=only, latency=NEVER) as stack:
            run(lambda number: _order(stack, number), callers=CALLERS, seconds=2)
            report = run(lambda number: _order(stack, number), callers=CALLERS, seconds=SECONDS)
            yield f"POST /edits, {said}, {CALLERS} callers: {report}"


def read() -> Iterator[str]:
    """Reads a second of 200 edits that are done."""
    with running() as stack:
        import httpx

        edits = []
        for number in range(40):
            call = _order(stack, number)
            answer = httpx.post(
                call.url,
                json=call.json,
                headers={"Authorization": f"Bearer {call.key}", "Prefer": "wait=30"},
                timeout=60,
            )
            edits.append((answer.raise_for_status().json()["id"], call.key))

        def look(number: int) -> Call:
            edit, key = edits[number % len(edits)]
            return Call("GET", f"{stack.url}/api/v1/edits/{edit}", key)

        run(look, callers=CALLERS, seconds=2)
        yield f"GET /edits/{{id}}, {CALLERS} callers: {run(look, callers=CALLERS, seconds=SECONDS)}"
