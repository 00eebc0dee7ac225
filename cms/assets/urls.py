"""Addresses of this room. `media/site/` is where the default storage says its files are."""

from django.urls import path

from cms.assets import views

app_name = "assets"
urlpatterns = [
    path("media/site/<path:name>", views.site_file, name="site_file"),
]
