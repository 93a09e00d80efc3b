"""Settings for tests: the same embedded PostgreSQL without fsync, in a data folder of the run's own."""

import os
import tempfile

os.environ.setdefault("PENTIMENTO_DATA_DIR", tempfile.mkdtemp(prefix="pentimento-test-"))
os.environ["DEBUG"] = "0"
os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 50
os.environ["ALLOWED_HOSTS"] = "localhost,127.0.0.1,testserver"
os.environ["PUBLIC_BASE_URL"] = "http://localhost:8000"

from config.settings import *  # noqa: F403
from config.settings import DATA_DIR, DATABASES, STORAGES

# Parallel workers share the database server, not their folders.
DATA_DIR = DATA_DIR / os.environ.get("PYTEST_XDIST_WORKER", "alone")
PICTURES_DIR = DATA_DIR / "pictures"
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "staging"
STORAGES["default"]["OPTIONS"]["location"] = str(PICTURES_DIR)
if DATABASES["default"]["ENGINE"] == "config.embedded":
    DATABASES["default"]["DURABLE"] = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# As with DEBUG, static files come straight from their folders; what hashing does to them has a test of its own.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
