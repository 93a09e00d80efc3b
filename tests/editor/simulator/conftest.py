"""A customer of the simulated ShortAPI, and small servers for the pictures and callbacks it deals with."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from queue import Queue
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.simulator_fixture import Simulator


class Customer:
    """Speaks ShortAPI's dialect to the simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.http = httpx.Client(
            base_url=simulator.base_url(), headers={"Authorization": "Bearer key"}, timeout=10, trust_env=False
        )

    def create(self, *, callback_url: str | None = None, headers: Any = None, **args: Any) -> httpx.Response:
        body: dict[str, Any] = {
            "model": "bytedance/seedream-4.5/edit",
            "args": {
                "prompt": "warmer",
                "image_urls": ["http://127.0.0.1:9/a.jpg"],
                "aspect_ratio": "1:1",
                "num_images": 1,
            }
            | args,
        }
        if callback_url:
            body["callback_url"] = callback_url
        return self.http.post("/api/v1/job/create", json=body, headers=headers)

    def ticket(self, **args: Any) -> str:
        return str(self.create(**args).json()["data"]["job_id"])

    def query(self, ticket: str) -> dict[str, Any]:
        return dict(self.http.get("/api/v1/job/query", params={"id": ticket}).json())


class Listener:
    """A loopback server that gives out one picture and notes what is posted to it."""

    def __init__(self) -> None:
        self.posted: Queue[tuple[str, bytes]] = Queue()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path != "/leaf.png":
                    self.send_error(404)
                    return
                file = BytesIO()
                picture = Image.new("RGB", (600, 400), (200, 40, 30))
                picture.paste((20, 60, 220), (0, 0, 300, 400))
                picture.save(file, "PNG")
                self._reply(file.getvalue())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.posted.put((self.path, body))
                self._reply(b"ok")

            def _reply(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def customer(simulator: Simulator) -> Iterator[Customer]:
    customer = Customer(simulator)
    yield customer
    customer.http.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=listener.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield listener
    listener.server.shutdown()
    thread.join()
    listener.server.server_close()
