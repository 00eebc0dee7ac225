"""Addresses of this room; the pages themselves lie where the page tree says."""

from django.urls import path

from cms.library.admin_choosers import chosen_pages
from cms.library.views import browse, removing, reviewing

app_name = "library"
urlpatterns = [
    # Before Wagtail's own, which names every page.
    path("admin/choose-page/chosen-multiple/", chosen_pages, name="chosen_pages"),
    path("library/", browse.library, name="browse"),
    path("library/read/<key:pk>/", browse.mark, name="mark"),
    path("announcements/", browse.announcements, name="announcements"),
    path("library/<key:pk>/unpublish/", removing.unpublish, name="unpublish"),
    path("library/<key:pk>/take-down/", removing.take_down, name="take_down"),
    path("library/<key:pk>/restore/", removing.restore, name="restore"),
    path("library/review/<key:pk>/", reviewing.review, name="review"),
    path("library/review/<key:pk>/shown/", reviewing.review_shown, name="review_shown"),
    path("library/review/<key:pk>/documents/<key:document>/", reviewing.review_document, name="review_document"),
    path("library/review/<key:pk>/pictures/<key:copy>/", reviewing.review_picture, name="review_picture"),
    path("library/drafts/<key:pk>/documents/<key:document>/", reviewing.draft_document, name="draft_document"),
    path("library/drafts/<key:pk>/pictures/<key:copy>/", reviewing.draft_picture, name="draft_picture"),
]
