"""The limits of a picture: what we take, and what every provider takes. No Django, no Pillow."""

MIB = 1024 * 1024

# What we take, checked before anything is decoded.
UPLOAD_BYTES = 25 * MIB
PIXELS = 50_000_000
SIDES = range(15, 16_385)

# What a provider takes: the smallest of what the five document (providers.md §6.1: Ark's launch figures).
RENDITION_BYTES = 10_000_000
RENDITION_PIXELS = 36_000_000
RENDITION_RATIO = 16
RENDITION_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})

THUMBNAIL_SIDE = 512


def fits_providers(*, content_type: str, bytes_: int, width: int, height: int) -> bool:
    """Tell whether a picture can be sent to any provider as it is."""
    return (
        content_type in RENDITION_TYPES
        and bytes_ <= RENDITION_BYTES
        and width * height <= RENDITION_PIXELS
        and max(width, height) <= RENDITION_RATIO * min(width, height)
    )
