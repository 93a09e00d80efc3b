"""How gunicorn serves us; `config/supervisor.py` hands it a listening socket."""

import gc
from typing import Any

from django.urls import get_resolver

from config.embedded.lineage import die_with
from config.logging import logging_config

worker_class = "gthread"
workers = 2
threads = 8
keepalive = 15
timeout = 60
graceful_timeout = 20
# Requests have their line from our own middleware, which knows what must not be logged; gunicorn has none to add.
logconfig_dict = logging_config()
accesslog = None
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Have a worker die with its master."""
    die_with(server.pid)


def post_worker_init(worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Keep what was loaded for good out of the collector's sight: looking through it again took a request 90 ms."""
    get_resolver().url_patterns  # noqa: B018 - loads every view and what it needs
    gc.collect()
    gc.freeze()
