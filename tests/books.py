"""The books and the orders, checked as a whole."""

from billing import invariants as billing
from editor import invariants as editor


def assert_books_are_right():
    """Check every invariant; to be called wherever a test has moved money."""
    assert billing.violations({**billing.INVARIANTS, **editor.INVARIANTS}) == []
