"""Addresses of this room; the routes themselves lie where the page tree says."""

from django.urls import path

from cms.itineraries import views

app_name = "itineraries"
urlpatterns = [
    path("routes/", views.browse, name="browse"),
    path("itineraries/<key:pk>/booklet.pdf", views.booklet, name="booklet"),
    path("itineraries/<key:pk>/route.gpx", views.gpx, name="gpx"),
    path("itineraries/<key:pk>/day-<key:day>.ics", views.calendar, name="calendar"),
    path("itineraries/<key:pk>/visit/", views.visit, name="visit"),
]
