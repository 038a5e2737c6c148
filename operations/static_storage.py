"""Storage of static files in production: compressed, with a hash in the name so that they can be cached for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Also hashes the names of imported JavaScript modules, so that an update never mixes old and new ones."""

    support_js_module_import_aggregation = True
