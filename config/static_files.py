"""Static files in production: compressed, and named by their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Follows `import` between our ES modules too, so that a page never mixes modules of two releases.

    Ours only: Django takes an `import` in a comment of somebody else's script for a file that is missing.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = ("js/*.js", IMPORTS)
