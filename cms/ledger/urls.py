"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path, re_path

from cms.ledger import views

app_name = "ledger"
urlpatterns: list[URLPattern | URLResolver] = [
    path("me/record/", views.record, name="record"),
    path("me/teaching/", views.teaching, name="teaching"),
    re_path(r"^me/record/export\.(?P<form>csv|xlsx)$", views.export, name="export"),
    path("me/record/<key:pk>/dispute/", views.open_dispute, name="dispute"),
    path("workbench/hours/", views.disputes, name="disputes"),
    path("workbench/hours/<key:pk>/", views.answer, name="answer"),
]
