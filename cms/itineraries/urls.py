"""Addresses of this room."""

from django.urls import URLPattern, URLResolver

app_name = "itineraries"
urlpatterns: list[URLPattern | URLResolver] = []
