"""Where the built stylesheet and scripts are kept and how their names are made."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Manifest(CompressedManifestStaticFilesStorage):
    """Names files by their content, so that browsers may keep them for ever.

    app.js imports its neighbours by name; without this switch the import would keep the plain name
    and the browser would not find it.
    """

    support_js_module_import_aggregation = True
