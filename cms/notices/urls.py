"""Addresses of this room."""

from django.urls import path, re_path

from cms.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/preferences/", views.preferences, name="preferences"),
    path("notices/email/", views.address, name="address"),
    path("notices/email/times/", views.mail_times, name="mail_times"),
    path("notices/email/delete/", views.forget, name="forget_address"),
    re_path(r"^notices/email/confirm/(?P<token>[A-Za-z0-9:_-]{20,200})/$", views.confirm, name="confirm"),
    path("notices/<key:pk>/read/", views.read_one, name="read"),
]
