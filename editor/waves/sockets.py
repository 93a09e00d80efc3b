"""Enough file descriptors: synchronous providers hold a socket for each of their jobs."""

import resource

SHARE_OF_ONE = 4


def allow_many() -> None:
    """Raise this process's own limit on open files as far as it may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def sockets_for_one() -> int:
    """Give how many sockets one provider may hold here: a quarter, so that one that hangs leaves the others theirs."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft // SHARE_OF_ONE
