"""Hold an object up against stripe-python's own annotations: what is missing, what is no value of its type."""

from decimal import Decimal
from importlib import import_module
from inspect import get_annotations
from types import NoneType
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

from stripe import StripeObject
from stripe._object_classes import OBJECT_CLASSES

Json = Any


def class_of(name: str) -> type[StripeObject]:
    """Give the class for a value of `object`."""
    module, attribute = OBJECT_CLASSES[name]
    found: type[StripeObject] = getattr(import_module(module), attribute)
    return found


def faults(thing: dict[str, Any], cls: type | None = None, at: str = "") -> list[str]:
    """List what does not fit; empty when all does. Fields that stripe-python does not know are faults too."""
    cls = cls or class_of(thing["object"])
    at = at or thing.get("object", cls.__name__)
    known = _annotations(cls)
    said = [f"{at}.{name} is not known" for name in thing if name not in known and name != "object"]
    for name, kind in known.items():
        if name in thing:
            said += _value(thing[name], kind, f"{at}.{name}")
        elif not _is_optional(kind):
            said.append(f"{at}.{name} is missing")
    return said


def _annotations(cls: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, StripeObject) and base is not StripeObject:
            found |= {
                name: kind
                for name, kind in get_annotations(base).items()
                if not name.startswith("_") and "ClassVar" not in str(kind)
            }
    found.pop("deleted", None)  # only of objects that are gone
    return found


def _is_optional(kind: Any) -> bool:
    return get_origin(kind) is Union and NoneType in get_args(kind)


def _value(value: Json, kind: Any, at: str) -> list[str]:
    """Check a value; an enumeration is meant, although the types also let any text pass."""
    choices = get_args(kind) if get_origin(kind) is Union else (kind,)
    if value is None:
        return [] if NoneType in choices else [f"{at} is null"]
    if isinstance(value, dict):
        return _object(value, choices, at)
    if isinstance(value, list):
        inner = next((get_args(choice)[0] for choice in choices if get_origin(choice) is list), None)
        if inner is None:
            return [f"{at} is a list"]
        return [fault for number, each in enumerate(value) for fault in _value(each, inner, f"{at}[{number}]")]
    return _plain(value, choices, at)


def _plain(value: Json, choices: tuple[Any, ...], at: str) -> list[str]:
    words = {word for choice in choices if get_origin(choice) is Literal for word in get_args(choice)}
    if words and isinstance(value, str):
        return [] if value in words else [f"{at} is {value!r}, none of {sorted(map(str, words))}"]
    if Decimal in choices and isinstance(value, str):  # as text on its way
        return [] if value.replace(".", "", 1).isdecimal() else [f"{at} is {value!r}, no number"]
    plain = {choice for choice in choices if choice in (str, int, bool, float)}
    return [] if type(value) in plain or choices == (Any,) else [f"{at} is {value!r}, not {_names(choices)}"]


def _object(value: dict[str, Any], choices: tuple[Any, ...], at: str) -> list[str]:
    named = isinstance(value.get("object"), str)
    if value.get("object") == "list":
        return [] if {"data", "has_more", "url"} <= set(value) else [f"{at} is half a list"] + [
            fault for each in value["data"] for fault in faults(each)
        ]  # fmt: skip
    if named:
        wanted = {_name(choice) for choice in choices}
        if wanted == {"UntypedStripeObject"}:
            return faults(value, at=at)
        cls = class_of(value["object"])
        return faults(value, cls, at) if cls.__name__ in {name.rsplit(".", 1)[-1] for name in wanted} else [
            f"{at} is a {value['object']}, not {wanted}"
        ]  # fmt: skip
    for choice in choices:
        origin = get_origin(choice) or choice
        if isinstance(origin, type) and issubclass(origin, StripeObject):
            return [] if "Untyped" in origin.__name__ else faults(value, origin, at)
        if origin is dict:
            return []
    return [f"{at} is an object, not {choices}"]


def _names(choices: tuple[Any, ...]) -> str:
    return " or ".join(sorted(name for name in map(_name, choices) if name != "NoneType"))


def _name(choice: Any) -> str:
    if isinstance(choice, ForwardRef):
        return {"DisputeResource": "Dispute", "CardResource": "Card"}.get(
            choice.__forward_arg__, choice.__forward_arg__
        )
    return getattr(choice, "__name__", str(choice))
