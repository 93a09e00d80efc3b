"""What `up` refuses before it opens its port."""

import socket
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.test import override_settings


@pytest.fixture
def port() -> Iterator[int]:
    """A port that is taken: whoever gets as far as opening it is told so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "example.com", ""])
@override_settings(DEBUG=True)
def test_with_debug_it_listens_to_this_machine_only(host: str, port: int) -> None:
    with pytest.raises(CommandError, match=f"DEBUG is on, so --host {host} is refused"):
        call_command("up", host=host, port=port)


@override_settings(DEBUG=True)
def test_with_debug_it_listens_to_this_machine(port: int) -> None:
    with pytest.raises(CommandError, match=f"Cannot listen on 127.0.0.1:{port}"):
        call_command("up", port=port)


@override_settings(DEBUG=True, PUBLIC_BASE_URL="https://pictures.example.com", ALLOWED_HOSTS=["pictures.example.com"])
def test_it_does_not_start_with_a_setting_that_would_fail_later(port: int) -> None:
    with pytest.raises(SystemCheckError, match=r"pentimento\.E006"):
        call_command("up", port=port, skip_checks=False)
