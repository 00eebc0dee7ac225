"""Addresses of this room."""

from django.urls import path, re_path

from cms.videos.views import media, uploads

app_name = "videos"
urlpatterns = [
    path("api/v1/uploads/", uploads.collection, name="uploads"),
    path("api/v1/uploads", uploads.collection),
    re_path(r"^api/v1/uploads/(?P<key>[0-9A-Za-z-]{1,64})/?$", uploads.item, name="upload"),
    re_path(
        r"^media/v/(?P<signature>[0-9a-f]{1,12}-[\w-]{1,64})/(?P<uuid>[0-9a-f-]{36})/(?P<generation>[0-9a-f]{1,32})/(?P<name>.+)$",
        media.rendition,
        name="rendition",
    ),
]
