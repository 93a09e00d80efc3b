"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed: `manage.py bootstrap` makes users."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Tell whether strangers may sign up."""
        return False
