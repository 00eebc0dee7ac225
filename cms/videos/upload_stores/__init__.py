"""Where the bytes of an upload lie until they are complete: in a folder, or in the bucket of the originals."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

from cms.videos.upload_stores.bucket import BucketStore
from cms.videos.upload_stores.local import LocalStore, disk_has
from cms.videos.upload_stores.protocol import Stolen, UploadStore, Writer

__all__ = ["BucketStore", "LocalStore", "Stolen", "UploadStore", "Writer", "free_bytes", "upload_store"]


def upload_store() -> UploadStore:
    """Return the store of this installation: uploads lie where they will stay, so that no file travels twice."""
    storage = storages["originals"]
    if isinstance(storage, FileSystemStorage):
        return LocalStore(Path(settings.UPLOAD_ROOT))
    return BucketStore(storage)


def free_bytes() -> int:
    """Return how many bytes the disk of the uploads has left."""
    return disk_has(Path(settings.UPLOAD_ROOT))
