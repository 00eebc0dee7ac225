"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cms.quizzes import views

app_name = "quizzes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("quizzes/<key:pk>/answer/", views.answer, name="answer"),
]
