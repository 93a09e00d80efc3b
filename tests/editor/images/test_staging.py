"""What processes that died left waiting is taken away by the next."""

import os
import subprocess
import sys

from django.conf import settings as django_settings

LEND = "import django; django.setup(); from editor.images.staging import staging\nwith staging(): pass"


def test_what_was_abandoned_is_gone_be_it_a_folder_or_a_file(tmp_path):
    shelf = tmp_path / "staging"
    (shelf / "folder").mkdir(parents=True)
    for name in ("folder/picture", "old.upload", "new.upload"):
        (shelf / name).write_bytes(b"x")
    for name in ("folder", "old.upload"):
        os.utime(shelf / name, (0, 0))
    environment = {**os.environ, "PENTIMENTO_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "-c", LEND], env=environment, cwd=django_settings.BASE_DIR, check=True)
    assert [path.name for path in shelf.iterdir()] == ["new.upload"]
