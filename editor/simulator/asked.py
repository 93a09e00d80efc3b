"""What the dialects that make one task for each picture ask of an order alike: a bearer key, fields without slack."""

from collections.abc import Mapping

from editor.simulator.orders import Refusal, Refused

RATIOS = ("1:1", "4:3", "3:4", "16:9", "9:16", "2:3", "3:2", "21:9")
MAX_IMAGES = 14


def bearer(headers: Mapping[str, str], message: str) -> None:
    """Refuse a request without a bearer key; any key will do."""
    scheme, _, key = headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not key.strip():
        raise Refusal(Refused.KEY, message)


def prompt(given: Mapping[str, object], most: int) -> str:
    """Give the prompt; refuses an empty one and one character too many."""
    said = given.get("prompt")
    if not isinstance(said, str) or not said.strip() or len(said) > most:
        raise Refusal(Refused.INVALID, f"prompt is required and takes up to {most} characters")
    return said


def images(given: Mapping[str, object]) -> tuple[str, ...]:
    """Give the addresses of the pictures; refuses what is no address."""
    urls = given.get("image_urls")
    if not isinstance(urls, list) or not 1 <= len(urls) <= MAX_IMAGES:
        raise Refusal(Refused.INVALID, f"image_urls must contain between 1 and {MAX_IMAGES} images")
    if not all(isinstance(url, str) and url.startswith(("http://", "https://")) for url in urls):
        raise Refusal(Refused.INVALID, "image_urls must be URLs")
    return tuple(urls)


def choice(given: Mapping[str, object], name: str, choices: Mapping[str, str], default: str = "") -> str:
    """Give what the chosen word of a field stands for; refuses every other word."""
    word = given.get(name, default)
    if not isinstance(word, str) or word not in choices:
        raise Refusal(Refused.INVALID, f"{name} must be one of {', '.join(choices)}")
    return choices[word]


def address(given: Mapping[str, object], name: str) -> str:
    """Give the callback's address, empty when none is given; refuses what is no address."""
    url = given.get(name, "")
    if not isinstance(url, str) or (url and not url.startswith(("http://", "https://"))):
        raise Refusal(Refused.INVALID, f"{name} must be a URL")
    return url
