"""The fields of the control page's forms: each with its label, its hint, and what was entered before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

from editor.simulator.control import BadOrder


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one form; `bad` is what was wrong with what was `entered`."""

    form: str
    entered: Mapping[str, str] = field(default_factory=dict)
    bad: BadOrder | None = None

    def select(self, name: str, label: str, choices: Mapping[str, str], *, default: str = "") -> str:
        """Draw a choice of values, each with its words."""
        return self._labelled(name, label, self._select(name, self.options(name, choices, default=default)))

    def grouped(self, name: str, label: str, groups: Mapping[str, Mapping[str, str]]) -> str:
        """Draw a wide choice in groups."""
        options = (
            f'<optgroup label="{escape(group)}">{self.options(name, choices)}</optgroup>'
            for group, choices in groups.items()
        )
        return self._labelled(name, label, self._select(name, "".join(options)), kind="field wide")

    def text(self, name: str, label: str, *, default: str = "", hint: str = "", mode: str = "text") -> str:
        """Draw a field for a line of text."""
        value, about = escape(self.entered.get(name, default)), f"{self._id(name)}-hint"
        described = f' aria-describedby="{about}"' if hint else ""
        field_ = (
            f'<input id="{self._id(name)}" name="{name}" value="{value}" inputmode="{mode}" autocomplete="off" '
            f'spellcheck="false"{described}{self._wrong(name)}>'
        )
        return self._labelled(name, label, field_ + (f'<small id="{about}">{escape(hint)}</small>' if hint else ""))

    def options(self, name: str, choices: Mapping[str, str], *, default: str = "") -> str:
        """Draw the options of a choice."""
        chosen = self.entered.get(name, default)
        return "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
            for value, words in choices.items()
        )

    def _select(self, name: str, options: str) -> str:
        return f'<select id="{self._id(name)}" name="{name}"{self._wrong(name)}>{options}</select>'

    def _labelled(self, name: str, label: str, drawn: str, *, kind: str = "field") -> str:
        why = (
            f'<small class="why" id="{self._id(name)}-why">{escape(str(self.bad))}.</small>'
            if self._is_bad(name)
            else ""
        )
        return f'<div class="{kind}"><label for="{self._id(name)}">{escape(label)}</label>{drawn}{why}</div>'

    def _wrong(self, name: str) -> str:
        return f' aria-invalid="true" aria-errormessage="{self._id(name)}-why" autofocus' if self._is_bad(name) else ""

    def _is_bad(self, name: str) -> bool:
        return self.bad is not None and self.bad.field == name

    def _id(self, name: str) -> str:
        return f"{self.form}-{name.replace('.', '-')}"


def plain(names: Iterable[str]) -> dict[str, str]:
    """Give choices whose words are their values, readable."""
    return {name: name.replace("_", " ") for name in names}
