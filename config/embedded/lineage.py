"""Die with one's parent, and leave root behind: what a child process does between fork and exec. Linux."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000

_libc = ctypes.CDLL(None, use_errno=True)


def die_with(parent: int, send: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send a signal to this process when its parent dies, or end now if it already has.

    The parent's *thread* counts: start such children from a thread that lives as long as they shall.
    """
    if sys.platform != "linux":
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(send))
    if os.getppid() != parent:
        os._exit(1)


def bound_to_me(then: Callable[[], None] = lambda: None, send: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """Give a `preexec_fn` that does `then`, unblocks all signals, and has the child die with this process."""
    parent = os.getpid()

    def prepare() -> None:
        then()
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        die_with(parent, send)

    return prepare


def enter_user_namespace(as_uid: int) -> None:
    """Be called `as_uid` in a user namespace of one's own, still oneself for the files; OSError where forbidden."""
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{as_uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{as_uid} {gid} 1")


def become(uid: int, gid: int) -> None:
    """Become another user for good."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def bind_every_fork() -> None:
    """Have every child that this process forks, and theirs, die with whoever forked it. Programs started are exempt."""
    forking = [os.getpid()]

    def note() -> None:
        forking[0] = os.getpid()

    os.register_at_fork(before=note, after_in_child=lambda: die_with(forking[0]))
