from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, workspaces and keys."""

    name = "accounts"

    def ready(self) -> None:
        """Connect what happens at signing in."""
        import accounts.sign_in  # noqa: F401
        from accounts.entrance import security_log

        security_log.connect()
