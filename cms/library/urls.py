"""Addresses of this room; the pages themselves lie where the page tree says."""

from django.urls import path

from cms.library.views import browse, removing, reviewing

app_name = "library"
urlpatterns = [
    path("library/", browse.library, name="browse"),
    path("library/read/<int:pk>/", browse.mark, name="mark"),
    path("announcements/", browse.announcements, name="announcements"),
    path("library/<int:pk>/unpublish/", removing.unpublish, name="unpublish"),
    path("library/<int:pk>/take-down/", removing.take_down, name="take_down"),
    path("library/<int:pk>/restore/", removing.restore, name="restore"),
    path("library/review/<int:pk>/", reviewing.review, name="review"),
    path("library/review/<int:pk>/shown/", reviewing.review_shown, name="review_shown"),
    path("library/review/<int:pk>/documents/<int:document>/", reviewing.review_document, name="review_document"),
    path("library/review/<int:pk>/pictures/<int:copy>/", reviewing.review_picture, name="review_picture"),
]
