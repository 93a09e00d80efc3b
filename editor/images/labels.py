"""File names from users: labels to show and to download under, never paths."""

import unicodedata
from pathlib import PurePosixPath

LABEL_CHARACTERS = 200
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "image/avif": (".avif",),
}


def clean_label(name: str) -> str:
    """Give the last part of a name without control and direction characters, at most 200 characters long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    # C* are control, format (right-to-left override, zero width), surrogate, private and unassigned characters.
    kept = "".join(" " if character.isspace() else character for character in unicodedata.normalize("NFC", last))
    kept = "".join(character for character in kept if not unicodedata.category(character).startswith("C"))
    kept = " ".join(kept.split()).strip(". ")
    path = PurePosixPath(kept)
    suffix = path.suffix if len(path.suffix) <= len(".extension") else ""
    return kept.removesuffix(suffix)[: LABEL_CHARACTERS - len(suffix)].rstrip() + suffix


def download_name(label: str, *, image_id: str, content_type: str) -> str:
    """Give the name a picture is saved under; its extension always is that of its type, whatever the label says."""
    extensions = EXTENSIONS[content_type]
    if not label:
        return image_id + extensions[0]
    if label.lower().endswith(extensions):
        return label
    return label + extensions[0]
