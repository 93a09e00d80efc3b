"""Ports of this machine."""

import socket


def free_port(wanted: int) -> int:
    """Give this port of loopback if it is free, else another; raises OSError when none is."""
    for port in (wanted, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            if port == 0:
                raise
    raise AssertionError
