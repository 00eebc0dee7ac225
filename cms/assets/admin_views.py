"""The addresses that the admin's scripts read: documents and pictures as far as the person may choose them."""

from typing import Any

from django.db.models import QuerySet
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.permissions import policy_registry


class Choosable:
    """Mixin for the endpoints: Wagtail's give every row to everybody who enters the admin."""

    request: Any

    def get_queryset(self) -> QuerySet[Any]:
        """Return the rows of the endpoint that the person may choose."""
        rows: QuerySet[Any] = super().get_queryset()  # type: ignore[misc]  # a mixin for views
        policy = policy_registry.get_by_type(rows.model)
        seen = policy.instances_user_has_permission_for(self.request.user, "choose")
        return rows.filter(pk__in=seen.order_by().values("pk"))


class SiteDocumentsEndpoint(Choosable, DocumentsAdminAPIViewSet):
    """Documents."""


class SiteImagesEndpoint(Choosable, ImagesAdminAPIViewSet):
    """Pictures."""
