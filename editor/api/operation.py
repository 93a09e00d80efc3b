"""How OpenAPI describes an operation: as the view says, with the scope a key needs, and as strictly as it reads."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from editor.api.fields import Text
from editor.api.permission import needed, scopes_for

TEXT = r"^[^\u0000]*$"
FILLED_TEXT = r"^[^\u0000]*[^\u0000\s][^\u0000]*$"


class Operation(AutoSchema):
    """Adds the scope, that bodies take no other field, and what their texts never hold."""

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's own takes no arguments
        """Give the docstring and the scope."""
        action = needed(self.view, self.method.lower())
        scopes = " or ".join(f"`{scope}`" for scope in scopes_for(action)) if action else "none: no key may do it"
        return f"{super().get_description() or ''}\n\nScope of the key: {scopes}.".strip()

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        described = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if direction == "request":
            described["additionalProperties"] = False
        return described

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: Any = False) -> Any:  # noqa: FBT002
        described = super()._map_serializer_field(  # type: ignore[no-untyped-call]
            field, direction, bypass_extensions
        )
        if direction == "request" and isinstance(field, Text):
            described["pattern"] = TEXT if field.allow_blank else FILLED_TEXT
        return described
