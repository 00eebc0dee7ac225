"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cms.courses.views import playlists, wishes

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = [
    path("wishes/", wishes.wishes, name="wishes"),
    path("wishes/<key:pk>/take-back/", wishes.take_back, name="take_back_wish"),
    path("workbench/wishes/<key:pk>/", wishes.answer_wish, name="answer_wish"),
    path("workbench/playlists/", playlists.playlists, name="playlists"),
    path("workbench/playlists/<key:pk>/", playlists.edit_playlist, name="edit_playlist"),
    path("workbench/playlists/<key:pk>/delete/", playlists.delete, name="delete_playlist"),
    path("playlists/<key:pk>/", playlists.playlist, name="playlist"),
    path("playlists/<key:pk>/screen/", playlists.screen, name="playlist_screen"),
]
