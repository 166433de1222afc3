"""Static files by hashed names, also where one script imports another: or the browser would load that one twice."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Only in scripts of our own: Django's own switch for this stumbles over what others say in their comments."""

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        *(
            ("js/*.js", ((rf"""(?P<matched>{word} "(?P<url>\./[^"]+)";)""", f"""{word} "%(url)s";"""),))
            for word in ("from", "import")
        ),
    )
