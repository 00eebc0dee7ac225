"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cms.feedback import views

app_name = "feedback"
urlpatterns: list[URLPattern | URLResolver] = [
    path("feedback/", views.mine, name="mine"),
    path("feedback/answers/", views.answers, name="answers"),
    path("feedback/report/", views.report, name="report"),
    path("feedback/<key:pk>/close/", views.close, name="close"),
    path("workbench/reports/", views.reports, name="reports"),
    path("workbench/reports/<key:pk>/", views.answer, name="answer"),
]
