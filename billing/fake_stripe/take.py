"""Take parameters one by one; what is left when all are taken was unknown, and is refused as Stripe refuses it."""

from collections.abc import Mapping, Sequence
from typing import Any

from billing.fake_stripe.refusals import Refusal, missing, unknown


class Take:
    """The parameters of a request, or of an object in it. An empty text unsets, as with Stripe."""

    def __init__(self, given: Mapping[str, Any], *, of: str = "") -> None:
        self._given = dict(given)
        self._of = of
        self._inner: list[Take] = []

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def is_object(self, name: str) -> bool:
        """Tell whether a parameter is an object."""
        return isinstance(self._given.get(name), dict)

    def text(self, name: str, *, one_of: Sequence[str] = ()) -> str | None:
        """Take a text; None when it is not given."""
        value = self._given.pop(name, None)
        if value is not None and not isinstance(value, str):
            raise Refusal(f"Invalid string: {value}", param=self.name(name))
        if value and one_of and value not in one_of:
            raise Refusal(f"Invalid {self.name(name)}: must be one of {_listed(one_of)}", param=self.name(name))
        return value

    def needed(self, name: str, *, one_of: Sequence[str] = ()) -> str:
        """Take a text that must be there."""
        value = self.text(name, one_of=one_of)
        if value is None:
            raise missing(self.name(name))
        if not value:
            param = self.name(name)
            said = f"You passed an empty string for '{param}'."
            raise Refusal(said, code="parameter_invalid_empty", param=param)
        return value

    def whole(self, name: str, *, least: int | None = None) -> int | None:
        """Take a whole number."""
        text = self.text(name)
        if text is None or text == "":
            return None
        if not (text.isascii() and text.removeprefix("-").isdecimal()):
            param = self.name(name)
            raise Refusal(f"Invalid integer: {text}", code="parameter_invalid_integer", param=param)
        if least is not None and int(text) < least:
            said = f"This value must be greater than or equal to {least}."
            raise Refusal(said, code="parameter_invalid_integer", param=self.name(name))
        return int(text)

    def flag(self, name: str) -> bool | None:
        """Take true or false."""
        text = self.text(name)
        if text is not None and text not in ("true", "false", ""):
            raise Refusal(f"Invalid boolean: {text}", param=self.name(name))
        return None if not text else text == "true"

    def inner(self, name: str) -> "Take":
        """Take an object; an empty one when it is not given."""
        value = self._given.pop(name, {})
        if value == "":
            value = {}
        if not isinstance(value, dict):
            raise Refusal("Invalid object", param=self.name(name))
        inner = Take(value, of=self.name(name))
        self._inner.append(inner)
        return inner

    def each(self, name: str) -> list["Take"]:
        """Take a list of objects."""
        value = self._given.pop(name, {})
        if value == "":
            return []
        if not isinstance(value, dict) or not all(
            key.isdecimal() and isinstance(of, dict) for key, of in value.items()
        ):
            raise Refusal("Invalid array", param=self.name(name))
        found = [Take(of, of=f"{self.name(name)}[{key}]") for key, of in sorted(value.items(), key=_numbered)]
        self._inner.extend(found)
        return found

    def texts(self, name: str) -> list[str]:
        """Take a list of texts, however they are numbered."""
        value = self._given.pop(name, [])
        if isinstance(value, dict):
            value = [text for _, text in sorted(value.items(), key=_numbered)]
        if value == "":
            return []
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise Refusal("Invalid array", param=self.name(name))
        return value

    def metadata(self, was: Mapping[str, str] | None = None) -> dict[str, str]:
        """Take metadata: joins what was there, an empty value takes a key away, an empty text takes all away."""
        value = self._given.pop("metadata", {})
        if value == "":
            return {}
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise Refusal("Invalid metadata: it must be an object of strings", param=self.name("metadata"))
        return {key: text for key, text in ({**(was or {}), **value}).items() if text != ""}

    def leave(self, *names: str) -> None:
        """Let parameters be that change nothing here."""
        for name in names:
            self._given.pop(name, None)

    def done(self) -> None:
        """Refuse what nobody took."""
        for name in self._given:
            raise unknown(self.name(name))
        for inner in self._inner:
            inner.done()

    def name(self, name: str) -> str:
        """Give a parameter's whole name."""
        return f"{self._of}[{name}]" if self._of else name


def _numbered(item: tuple[str, Any]) -> int:
    return int(item[0]) if item[0].isdecimal() else 0


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])}, or {words[-1]}" if len(words) > 1 else words[0]
