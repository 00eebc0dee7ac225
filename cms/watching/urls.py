"""Addresses of this room."""

from django.urls import URLPattern, URLResolver

app_name = "watching"
urlpatterns: list[URLPattern | URLResolver] = []
