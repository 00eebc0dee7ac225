"""Addresses of the switches in the header."""

from django.urls import path

from cms.core import views

app_name = "core"
urlpatterns = [
    path("preferences/elder/", views.switch_elder_view, name="elder_view"),
]
