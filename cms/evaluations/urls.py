"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path, re_path

from cms.evaluations import views

app_name = "evaluations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("workbench/evaluations/", views.evaluation_list, name="list"),
    path("workbench/evaluations/<key:pk>/", views.evaluation, name="evaluation"),
    path("workbench/evaluations/<key:pk>/codes/", views.codes, name="codes"),
    path("workbench/evaluations/<key:pk>/close/", views.close, name="close"),
    re_path(r"^evaluations/(?P<token>[A-Za-z0-9_-]{16,43})/$", views.mark, name="mark"),
]
