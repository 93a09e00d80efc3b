"""Whether a picture can be the one that was asked for: no speck, and in the asked shape. Pure."""

from dataclasses import dataclass

SMALLEST_SIDE = 256
SLACK = 0.05  # the models' own sizes are off by up to 1.9 % (16:9 at 4K), neighbouring ratios lie 12 % apart


@dataclass(frozen=True, slots=True)
class Shape:
    """What a result must look like; `ratio` is width by height, None where the model chooses it."""

    ratio: float | None = None

    def flaw(self, width: int, height: int) -> str:
        """Say as a predicate what is wrong with a picture of so many pixels; empty when nothing is."""
        if min(width, height) < SMALLEST_SIDE:
            return f"has {width} × {height} pixels; each side must have at least {SMALLEST_SIDE}"
        if self.ratio and abs(width / height / self.ratio - 1) > SLACK:
            return f"has {width} × {height} pixels, which is not the shape that was asked for"
        return ""
