"""Decide as whom the server runs. PostgreSQL refuses to be root, a user without a name, and a folder of another's."""

import os
import pwd
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

from config.embedded import lineage

NOBODY = 65534


def settle(home: Path, sockets: Path) -> Callable[[], None]:
    """Make the sockets' folder, see to the owner of both, and give what a child does to be who it should be.

    An ordinary user runs the server himself. Root runs a folder of somebody else's as that user; its own in a user
    namespace, where it is not root (no user is made, no file changes hands), or where these are forbidden as `nobody`.
    Raises PermissionError with a line for people.
    """
    sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    me, owner = os.geteuid(), home.stat().st_uid
    _refuse_a_strangers(sockets, {0, me, owner})
    if me != 0 and _has_name(me):
        return _stay
    if owner == me and _namespaces_work():
        return partial(lineage.enter_user_namespace, _any_name())
    if me != 0:
        raise PermissionError(f"user {me} has no name in /etc/passwd, which PostgreSQL wants; set DATABASE_URL instead")
    uid, gid = (owner, home.stat().st_gid) if owner else (NOBODY, NOBODY)
    if not _has_name(uid):
        raise PermissionError(f"{home} belongs to user {uid}, who has no name in /etc/passwd, which PostgreSQL wants")
    _give(home, sockets, uid, gid)
    return partial(lineage.become, uid, gid)


def _stay() -> None:
    """Remain who one is."""


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _any_name() -> int:
    """Choose the user to be called in a namespace: one with a name, it does not matter which."""
    others = [entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid]
    return NOBODY if NOBODY in others or not others else others[0]


def _refuse_a_strangers(sockets: Path, trusted: set[int]) -> None:
    """Refuse when somebody else made the sockets' folder, which may lie in a public place."""
    if sockets.is_symlink() or sockets.stat().st_uid not in trusted:
        raise PermissionError(f"{sockets} belongs to somebody else; remove it, or choose a shorter PENTIMENTO_DATA_DIR")


def _give(home: Path, sockets: Path, uid: int, gid: int) -> None:
    """Give both folders to a user; all that is in them only when the cluster is not his yet."""
    cluster = home / "cluster"
    inside = home.iterdir() if cluster.exists() and cluster.stat().st_uid == uid else home.rglob("*")
    for path in (home, sockets, *inside):
        os.chown(path, uid, gid, follow_symlinks=False)


def _namespaces_work() -> bool:
    """Try a user namespace in a child."""
    try:
        tried = subprocess.run(["/bin/true"], preexec_fn=partial(lineage.enter_user_namespace, NOBODY), check=False)
    except subprocess.SubprocessError:
        return False
    return tried.returncode == 0
