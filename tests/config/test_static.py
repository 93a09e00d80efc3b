"""Static files: hashed names, imports between modules included, served by the app itself."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client, override_settings


@pytest.mark.django_db  # closing a file's answer ends a request, and that looks after connections
def test_every_file_is_served_for_ever_under_a_hashed_name_and_modules_import_such_names(tmp_path: Path) -> None:
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.static.HashedStaticFiles"}}
    with override_settings(
        STATIC_ROOT=tmp_path, STORAGES=storages, WHITENOISE_AUTOREFRESH=False, WHITENOISE_USE_FINDERS=False
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        answer = Client().get(staticfiles_storage.url("css/tokens.css"))
        script = Client().get(staticfiles_storage.url("js/app.js"))
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "max-age=315360000, public, immutable"
        assert answer["Content-Type"].startswith("text/css")
        body = b"".join(script).decode()
        imported = re.findall(r"""(?:from|import)\s*["']([^"']+)["']""", body)
        assert imported
        assert [name for name in imported if not re.search(r"\.[0-9a-f]{12}\.js$", name)] == []
        answer.close()
        script.close()
