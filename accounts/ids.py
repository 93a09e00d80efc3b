"""Prefixed, time-ordered ids such as `edt_01m7x2zs0gexrtw9e0c7qx9e6d` (TypeID: a UUIDv7 in base 32)."""

from collections.abc import Callable
from functools import partial

from typeid import TypeID

MAX_LENGTH = 30


def new_id(prefix: str) -> str:
    """Make an id; ids made later sort later, to the millisecond."""
    return str(TypeID(prefix=prefix))


def id_default(prefix: str) -> Callable[[], str]:
    """Give the default of an id column, in a form that migrations can write down."""
    return partial(new_id, prefix)
