"""Static files in production: compressed, and named after their content so that they can be cached for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Also the modules a script imports are named after their content: after an update no old one meets a new one."""

    support_js_module_import_aggregation = True
