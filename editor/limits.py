"""What an edit request may hold, whichever door it came through. Pure; messages name the field and its limit."""

from editor.domain import (
    AUTO,
    DEADLINE_SECONDS,
    IMAGES_PER_EDIT,
    MATCH_INPUT,
    OUTPUTS_PER_EDIT,
    PROMPT_CHARACTERS,
    RATIOS,
    EditRequest,
)
from editor.errors import InvalidInput
from editor.providers.registry import PROVIDERS


def check_request(request: EditRequest) -> None:
    """Raise InvalidInput for the first field that is outside its limits."""
    _within("prompt", len(request.prompt.strip()), 1, PROMPT_CHARACTERS, "characters")
    _within("images", len(request.images), 1, IMAGES_PER_EDIT, "images")
    _within("n", request.n, 1, OUTPUTS_PER_EDIT, "pictures")
    _within("deadline_seconds", request.deadline_seconds, DEADLINE_SECONDS[0], DEADLINE_SECONDS[-1], "seconds")
    _one_of("aspect_ratio", request.aspect_ratio, [MATCH_INPUT, *RATIOS])
    _one_of("provider", request.provider, [AUTO, *PROVIDERS])
    if "\x00" in request.prompt:
        raise InvalidInput("prompt must not contain a NUL character.", param="prompt")


def _within(param: str, value: int, least: int, most: int, unit: str) -> None:
    if not least <= value <= most:
        raise InvalidInput(f"{param} takes {least} to {most} {unit}; {value} given.", param=param)


def _one_of(param: str, value: str, choices: list[str]) -> None:
    if value not in choices:
        raise InvalidInput(f"{param} must be one of {', '.join(choices)}.", param=param)
