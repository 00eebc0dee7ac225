"""What editors do with many documents or pictures at once: only with those that they may see."""

from wagtail.documents.views import bulk_actions as documents
from wagtail.images.views import bulk_actions as images

from cms.core.bulk_scope import OnlyWhatIsSeen


class Choosable(OnlyWhatIsSeen):
    """Files are seen by those who may choose them."""

    seen_by = "choose"


class TagDocuments(Choosable, documents.AddTagsBulkAction):
    """Gives documents a tag."""


class CollectDocuments(Choosable, documents.AddToCollectionBulkAction):
    """Puts documents into a collection."""


class DeleteDocuments(Choosable, documents.DeleteBulkAction):
    """Deletes documents."""


class TagImages(Choosable, images.AddTagsBulkAction):
    """Gives pictures a tag."""


class CollectImages(Choosable, images.AddToCollectionBulkAction):
    """Puts pictures into a collection."""


class DeleteImages(Choosable, images.DeleteBulkAction):
    """Deletes pictures."""


ACTIONS = (TagDocuments, CollectDocuments, DeleteDocuments, TagImages, CollectImages, DeleteImages)
