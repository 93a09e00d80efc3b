"""Static files under hashed names, ES module imports included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Rewrite the imports inside our ES modules too, so that every file may be cached for ever."""

    support_js_module_import_aggregation = True
