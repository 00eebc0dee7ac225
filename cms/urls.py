"""All addresses: one flat list of includes."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.accounts.views.leaving import leave_admin
from cms.api import api

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("cms.core.urls")),
    path("", include("cms.portal.urls")),
    path("", include("cms.accounts.urls")),
    path("", include("cms.organisations.urls")),
    path("", include("cms.notices.urls")),
    path("", include("cms.assets.urls")),
    path("", include("cms.videos.urls")),
    path("", include("cms.watching.urls")),
    path("", include("cms.quizzes.urls")),
    path("", include("cms.ledger.urls")),
    path("", include("cms.feedback.urls")),
    path("", include("cms.evaluations.urls")),
    path("", include("cms.lecturers.urls")),
    path("", include("cms.venues.urls")),
    path("", include("cms.lessons.urls")),
    path("", include("cms.library.urls")),
    path("", include("cms.courses.urls")),
    path("", include("cms.itineraries.urls")),
    path("", include("cms.booking.urls")),
    path("", include("cms.learning.urls")),
    path("api/v1/", api.urls),
    # The admin's own sign-in would be a second way in without our lock-out and second factor.
    path("admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("admin/logout/", leave_admin),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]

handler400 = "cms.core.views.bad_request"
handler403 = "cms.core.views.permission_denied"
handler404 = "cms.core.views.page_not_found"
handler500 = "cms.core.views.server_error"
