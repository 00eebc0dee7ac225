"""Addresses of this room."""

from django.urls import path

from cms.venues import views

app_name = "venues"
urlpatterns = [
    path("venues/", views.browse, name="browse"),
    path("venues/visits/", views.visits, name="visits"),
    path("venues/visits/here/", views.guests, name="guests"),
    path("venues/visits/here/<key:pk>/contact/", views.guest, name="guest"),
    path("venues/visits/<key:pk>/contact/", views.contact, name="contact"),
    path("venues/visits/<key:pk>/release/", views.release, name="release"),
    path("venues/review/<key:pk>/", views.review, name="review"),
    path("venues/review/<key:pk>/picture/<key:copy>/", views.review_picture, name="review_picture"),
    path("venues/drafts/<key:pk>/picture/<key:copy>/", views.draft_picture, name="draft_picture"),
    path("venues/<key:pk>/", views.venue, name="venue"),
    path("venues/<key:pk>/visit/", views.visit, name="visit"),
]
