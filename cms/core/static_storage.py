"""Static files for the demonstration: hashed names and gzip, without Brotli.

Brotli at its best level costs twenty seconds of set-up for the admin's files; a production build pays that once.
"""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class GzipManifestStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage with gzip alone."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Return a compressor that leaves Brotli out."""
        return Compressor(use_brotli=False, **kwargs)
