"""How OpenAPI describes an operation: as the view says, and with the scope that a key needs for it."""

from drf_spectacular.openapi import AutoSchema

from editor.api.permission import needed, scopes_for


class Operation(AutoSchema):
    """Adds the scope to the description."""

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's own takes no arguments
        """Give the docstring and the scope."""
        action = needed(self.view, self.method.lower())
        scopes = " or ".join(f"`{scope}`" for scope in scopes_for(action)) if action else "none: no key may do it"
        return f"{super().get_description() or ''}\n\nScope of the key: {scopes}.".strip()
