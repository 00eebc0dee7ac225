"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cms.watching import views

app_name = "watching"
urlpatterns: list[URLPattern | URLResolver] = [
    path("watch/<key:pk>/notes/", views.add, name="add_note"),
    path("watch/notes/delete/", views.delete, name="delete_note"),
]
