"""Addresses of this room."""

from django.urls import URLPattern, URLResolver

app_name = "lecturers"
urlpatterns: list[URLPattern | URLResolver] = []
