"""What editors do with many pages at once: only with those that they may see."""

from wagtail.admin.views.pages import bulk_actions as pages

from cms.core.bulk_scope import OnlyWhatIsSeen


class SeenPages(OnlyWhatIsSeen):
    """Pages are seen by those who may change them."""

    seen_by = "change"


class MovePages(SeenPages, pages.MoveBulkAction):
    """Moves pages."""


class DeletePages(SeenPages, pages.DeleteBulkAction):
    """Deletes pages that were never shown."""


class UnpublishPages(SeenPages, pages.UnpublishBulkAction):
    """Shows pages no longer."""


class PublishPages(SeenPages, pages.PublishBulkAction):
    """Publishes what is no content; of content the review decides."""


ACTIONS = (MovePages, DeletePages, UnpublishPages, PublishPages)
