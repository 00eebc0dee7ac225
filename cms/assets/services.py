"""Taking in documents and pictures from outside the admin."""

from django.core.files.base import ContentFile, File
from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.models import Collection

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage
from cms.assets.photographs import strip_notes
from cms.assets.queries import MEMBERS_COLLECTION
from cms.assets.validators import validate_document


def members_collection() -> Collection:
    """Return the collection for what members attach, made at the first use."""
    return collection_named(MEMBERS_COLLECTION)


def collection_named(name: str) -> Collection:
    """Return the collection below the root with this name, made if it is missing (the root too, after a flush)."""
    found = Collection.objects.filter(name=name).first()
    if found is not None:
        return found
    root = Collection.get_first_root_node() or Collection.add_root(name="全部文件")
    return root.add_child(name=name)


def add_document(
    owner: User,
    *,
    file: File,  # type: ignore[type-arg]  # generic only in the stubs
    title: str = "",
    collection: Collection | None = None,
) -> SiteDocument:
    """Store a checked document, visible to nobody but its owner until something that uses it is published.

    It lies among what members attach when no collection is named. Up to 50 MB are checked, copied and hashed before the transaction begins. Raises ValidationError when the content
    is not what the name says.
    """
    validate_document(file)
    name = (file.name or "").replace("\\", "/").rpartition("/")[2]
    document = SiteDocument(title=(title.strip() or name)[:255], uploaded_by_user=owner)
    document.file.save(name, file, save=False)
    try:
        document._set_document_file_metadata()  # noqa: SLF001  # Wagtail's own forms call it; there is no public name
        document.file.close()
        with transaction.atomic():
            document.collection = collection or members_collection()
            document.save()
    except BaseException:
        document.file.delete(save=False)
        raise
    return document


@transaction.atomic
def add_image(owner: User, *, data: bytes, name: str, title: str) -> SiteImage:
    """Store a picture without the camera's notes. Raises NotAPhotograph when the bytes are no picture."""
    clean = strip_notes(data)
    image = SiteImage(title=title[:255], uploaded_by_user=owner, collection=members_collection())
    image.file = ImageFile(ContentFile(clean), name=name)
    image._set_image_file_metadata()  # noqa: SLF001  # see add_document
    image.save()
    return image
