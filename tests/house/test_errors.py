"""Every error is sorted: the API's by status, a provider's by what to do next."""

from collections.abc import Iterator

from billing import facade
from billing.errors import BillingError
from config.api import STATUS
from editor.errors import EditorError
from editor.providers.errors import JobFailed, NotSent, OutcomeUnknown, ProviderError, Rejected


def _descendants(root: type[Exception]) -> Iterator[type[Exception]]:
    for child in root.__subclasses__():
        yield child
        yield from _descendants(child)


def _ours(root: type[Exception]) -> list[type[Exception]]:
    return [error for error in _descendants(root) if not error.__module__.startswith("tests.")]


def test_every_error_of_the_editor_has_a_status() -> None:
    found = _ours(EditorError)
    assert found
    assert [error.__name__ for error in found if not set(error.__mro__) & set(STATUS)] == []


def test_every_error_of_billing_that_its_front_door_shows_has_a_status() -> None:
    shown = [error for error in _ours(BillingError) if error.__name__ in facade.__all__]
    assert shown
    assert [error.__name__ for error in shown if error not in STATUS] == []


def test_every_error_of_a_provider_says_what_to_do_next() -> None:
    sorts = {NotSent, Rejected, OutcomeUnknown, JobFailed}
    assert [error.__name__ for error in _ours(ProviderError) if not set(error.__mro__) & sorts] == []
