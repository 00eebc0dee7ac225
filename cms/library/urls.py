"""Addresses of this room; the pages themselves lie where the page tree says."""

from django.urls import path

from cms.library.views import reviewing

app_name = "library"
urlpatterns = [
    path("library/review/<int:pk>/", reviewing.review, name="review"),
    path("library/review/<int:pk>/shown/", reviewing.review_shown, name="review_shown"),
    path("library/review/<int:pk>/documents/<int:document>/", reviewing.review_document, name="review_document"),
]
