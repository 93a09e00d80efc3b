"""Look for any of many texts with one parameter: PostgreSQL takes no more than 65,535."""

from collections.abc import Iterable

from django.db.models.expressions import RawSQL


def any_of(texts: Iterable[str]) -> RawSQL:
    """Give what `__in` can be compared with."""
    return RawSQL("SELECT unnest(%s::text[])", [sorted(texts)])
