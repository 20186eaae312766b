"""Static files in production: compressed, and named by their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Follows `import` between ES modules too, so that a page never mixes modules of two releases."""

    support_js_module_import_aggregation = True
