"""How many pixels a picture of a ratio and resolution has: Seedream 4.5's own table, for providers that ask for pixels.

The model takes 3,686,400 to 16,777,216 pixels (seed 001); 2K is BytePlus' published table, 4K the presets of ComfyUI's
nodes for the same model (both read 2026-11). Every size here is inside.
"""

from editor.domain import Resolution

FEWEST_PIXELS = 2560 * 1440
MOST_PIXELS = 4096 * 4096

_LANDSCAPE: dict[str, dict[str, tuple[int, int]]] = {
    Resolution.TWO_K: {
        "1:1": (2048, 2048),
        "4:3": (2304, 1728),
        "3:2": (2496, 1664),
        "16:9": (2560, 1440),
        "21:9": (3024, 1296),
    },
    Resolution.FOUR_K: {
        "1:1": (4096, 4096),
        "4:3": (4704, 3520),
        "3:2": (4992, 3328),
        "16:9": (5504, 3040),
        "21:9": (6240, 2656),
    },
}


def pixels(ratio: str, resolution: str) -> tuple[int, int]:
    """Give width and height; a portrait ratio is its landscape on end."""
    sizes = _LANDSCAPE[resolution]
    if ratio in sizes:
        return sizes[ratio]
    width, height = sizes[":".join(reversed(ratio.split(":")))]
    return height, width
