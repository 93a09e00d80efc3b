"""Prefixed, time-ordered ids such as `edt_01m7x2zs0gexrtw9e0c7qx9e6d` (TypeID: a UUIDv7 in base 32)."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from typeid import TypeID

MAX_LENGTH = 30
_SHAPE = re.compile(rf"[0-9a-z_]{{1,{MAX_LENGTH}}}")


def new_id(prefix: str) -> str:
    """Make an id; ids made later sort later, to the millisecond."""
    return str(TypeID(prefix=prefix))


def first_id(prefix: str, moment: datetime) -> str:
    """Give the id that sorts before all that are made from this moment on."""
    milliseconds = max(0, int(moment.timestamp() * 1000))
    return str(TypeID.from_uuid(UUID(int=milliseconds << 80), prefix=prefix))  # type: ignore[arg-type]  # any UUID will do


def may_be_id(text: str) -> bool:
    """Tell whether a text from outside could be an id of ours, and so may be asked of the database."""
    return _SHAPE.fullmatch(text) is not None


def id_default(prefix: str) -> Callable[[], str]:
    """Give the default of an id column, in a form that migrations can write down."""
    return partial(new_id, prefix)
