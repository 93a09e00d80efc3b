"""Files of a picture, read as they are stored."""

import pytest


@pytest.fixture(autouse=True)
def pictures_of_its_own(settings, tmp_path):
    """Each test has its own storage, so that it can say what is in it."""
    options = {"location": str(tmp_path / "pictures"), "allow_overwrite": True}
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    }
    return tmp_path / "pictures"


@pytest.fixture
def stored_files(pictures_of_its_own):
    """List what is stored, as paths from the storage's root."""

    def listed() -> list[str]:
        root = pictures_of_its_own
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    return listed
