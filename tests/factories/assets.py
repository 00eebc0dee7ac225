"""Images and documents for tests: small, but real."""

import gc
import io
import warnings
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image

from cms.assets.models import SiteDocument, SiteImage, SiteRendition
from tests.factories.accounts import UserFactory

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def jpeg(*, exif: bool = False, size: tuple[int, int] = (64, 48), kind: str = "JPEG") -> bytes:
    """Return a real picture, on demand with the notes of a camera: maker, turned, a place."""
    target = io.BytesIO()
    picture = Image.new("RGB", size, (200, 40, 30))
    extra: dict[str, Any] = {}
    if exif:
        notes = Image.Exif()
        notes[0x010F] = "SecretCamera"
        notes[0x0112] = 6
        notes.get_ifd(0x8825)[1] = "N"
        extra["exif"] = notes.tobytes()
    picture.save(target, format=kind, **extra)
    return target.getvalue()


class DocumentFactory(factory.django.DjangoModelFactory[SiteDocument]):
    """A private PDF of somebody."""

    class Meta:
        model = SiteDocument

    title = factory.Sequence(lambda n: f"资料{n}")
    file = factory.LazyAttribute(lambda made: ContentFile(PDF, name="material.pdf"))
    uploaded_by_user = factory.SubFactory(UserFactory)


class ImageFactory(factory.django.DjangoModelFactory[SiteImage]):
    """A private picture of somebody."""

    class Meta:
        model = SiteImage

    title = factory.Sequence(lambda n: f"图片{n}")
    file = factory.LazyAttribute(lambda made: ImageFile(io.BytesIO(jpeg()), name="picture.jpg"))
    uploaded_by_user = factory.SubFactory(UserFactory)


def sized_copy(image: SiteImage, size: str = "width-32") -> SiteRendition:
    """Return a copy of the picture in this size."""
    with warnings.catch_warnings():
        # Wagtail leaves the temporary file of a new copy to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        copy: SiteRendition = image.get_rendition(size)
        gc.collect()
    return copy
