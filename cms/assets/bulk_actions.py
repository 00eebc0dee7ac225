"""What editors do with many documents or pictures at once: only with those that they may see."""

from typing import Any

from wagtail.documents.views import bulk_actions as documents
from wagtail.images.views import bulk_actions as images

from cms.accounts.admin_acts import note
from cms.core.bulk_scope import OnlyWhatIsSeen


class Choosable(OnlyWhatIsSeen):
    """Files are seen by those who may choose them."""

    seen_by = "choose"


class Tagging(Choosable):
    """Gives tags, which are no fields of the file, and writes down which."""

    @classmethod
    def execute_action(cls, objects: list[Any], tags: list[str] | None = None, **kwargs: Any) -> tuple[int, int]:
        done: tuple[int, int] = super().execute_action(objects, tags=tags, **kwargs)  # type: ignore[misc]  # a mixin for views
        for row in objects:
            note("assets.tag_file", row, {}, {"tags": ", ".join(tags or [])})
        return done


class Collecting(Choosable):
    """Saves the rows one by one: Wagtail's one update would leave no trace."""

    @classmethod
    def execute_action(cls, objects: list[Any], collection: Any = None, **kwargs: Any) -> tuple[int, int]:
        for row in objects:
            row.collection = collection
            row.save(update_fields=["collection"])
        return len(objects), 0


class TagDocuments(Tagging, documents.AddTagsBulkAction):
    """Gives documents a tag."""


class CollectDocuments(Collecting, documents.AddToCollectionBulkAction):
    """Puts documents into a collection."""


class DeleteDocuments(Choosable, documents.DeleteBulkAction):
    """Deletes documents."""


class TagImages(Tagging, images.AddTagsBulkAction):
    """Gives pictures a tag."""


class CollectImages(Collecting, images.AddToCollectionBulkAction):
    """Puts pictures into a collection."""


class DeleteImages(Choosable, images.DeleteBulkAction):
    """Deletes pictures."""


ACTIONS = (TagDocuments, CollectDocuments, DeleteDocuments, TagImages, CollectImages, DeleteImages)
