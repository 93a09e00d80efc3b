"""A workspace with credit, a provider that is on, a picture, and a key to order with."""

import pytest

from billing.ledger import grant
from editor.models import Image
from tests.conftest import Person
from tests.editor.api.doors import Api
from tests.editor.rows import make_image

CREDIT = 1_000_000


@pytest.fixture(autouse=True)
def _provider_is_on(settings) -> None:
    known = settings.PROVIDERS["shortapi"]
    settings.PROVIDERS = {**settings.PROVIDERS, "shortapi": type(known)(known.base_url, "a-key", known.result_hosts)}


@pytest.fixture
def credit(alice: Person) -> int:
    """Give Alice a dollar."""
    grant(workspace_id=alice.workspace.id, amount=CREDIT, key="test")
    return CREDIT


@pytest.fixture
def api(alice: Person) -> Api:
    return Api(alice.key)


@pytest.fixture
def image(alice: Person) -> Image:
    return make_image(alice.workspace)
