"""Addresses of this room."""

from django.urls import path, re_path

from cms.videos.views import media, own, uploads

# As `media_urls` writes it; anything else could not be looked for in the database.
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

app_name = "videos"
urlpatterns = [
    path("api/v1/uploads/", uploads.collection, name="uploads"),
    path("api/v1/uploads", uploads.collection),
    re_path(r"^api/v1/uploads/(?P<key>[0-9A-Za-z-]{1,64})/?$", uploads.item, name="upload"),
    path("videos/mine/", own.mine, name="mine"),
    path("videos/<key:pk>/retry/", own.retry, name="retry"),
    path("videos/<key:pk>/cancel/", own.cancel, name="cancel"),
    path("videos/<key:pk>/original/", own.original, name="original"),
    path("videos/<key:pk>/delete/", own.delete, name="delete"),
    re_path(
        rf"^media/v/(?P<signature>[0-9a-f]{{1,12}}-[\w-]{{1,64}})/(?P<uuid>{UUID})/(?P<generation>[0-9a-f]{{1,32}})/(?P<name>.+)$",
        media.rendition,
        name="rendition",
    ),
]
