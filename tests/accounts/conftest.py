"""Further people."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User


@pytest.fixture
def eve(db):
    """Eve, who has an account and a confirmed address, and no workspace."""
    user = User.objects.create_user("eve@example.com", "eve's long password")
    EmailAddress.objects.create(user=user, email="eve@example.com", primary=True, verified=True)
    return user
