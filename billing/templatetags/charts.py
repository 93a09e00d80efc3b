"""Charts, drawn as SVG on the server: bars over days, and a bar for a part of a whole. No style, no script.

A chart is a picture with a name; the numbers are in a table beside it, for whoever cannot see it and for whoever wants
them exactly.
"""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
WIDTH, HEIGHT = 600, 120
GAP = 0.25  # of a bar's place


@register.simple_tag
def bar_chart(bars: Sequence[tuple[str, int, str]], label: str) -> SafeString:
    """Draw bars beside each other, the highest as high as the chart; each is a name, a value, and that in words."""
    highest = max((value for _, value, _ in bars), default=0) or 1
    place = WIDTH / (len(bars) or 1)
    drawn = format_html_join(
        "",
        '<g><title>{}: {}</title><rect class="whole" x="{}" y="0" width="{}" height="{}"/>'
        '<rect x="{}" y="{}" width="{}" height="{}"/></g>',
        (
            (
                name, said, f"{number * place:.2f}", f"{place:.2f}", HEIGHT,
                f"{(number + GAP / 2) * place:.2f}", f"{HEIGHT - high:.2f}", f"{place * (1 - GAP):.2f}", f"{high:.2f}",
            )
            for number, (name, value, said) in enumerate(bars)
            for high in [max(1.5, value * HEIGHT / highest) if value > 0 else 0]
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="bars" viewBox="0 0 {w} {h}" preserveAspectRatio="none" role="img" aria-label="{label}">'
        "{drawn}</svg>",
        w=WIDTH, h=HEIGHT, label=label, drawn=drawn,
    )  # fmt: skip


@register.simple_tag
def part_bar(part: int, whole: int, state: str = "") -> SafeString:
    """Draw how much of a whole a part is; words beside it say so too. `state` colours it: good, warn or bad."""
    percent = min(100.0, max(0.0, part * 100 / whole)) if whole > 0 else (100.0 if part > 0 else 0.0)
    return format_html(
        '<svg class="part {}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="rest" width="100" height="4"/><rect width="{}" height="4"/></svg>',
        state, f"{percent:.1f}",
    )  # fmt: skip
