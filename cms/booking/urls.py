"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cms.booking.views import asking, booking, calendars, catching_up, lists

app_name = "booking"
urlpatterns: list[URLPattern | URLResolver] = [
    path("bookings/new/<key:pk>/", asking.ask, name="ask"),
    path("bookings/<uuid:public_id>/", booking.booking, name="booking"),
    path("bookings/<uuid:public_id>/accept/", booking.accept_it, name="accept"),
    path("bookings/<uuid:public_id>/decline/", booking.decline_it, name="decline"),
    path("bookings/<uuid:public_id>/counter/", booking.counter_it, name="counter"),
    path("bookings/<uuid:public_id>/cancel/", booking.cancel_it, name="cancel"),
    path("bookings/<uuid:public_id>/deliver/", booking.deliver_it, name="deliver"),
    path("bookings/<uuid:public_id>/keep/", booking.keep_it, name="keep"),
    path("bookings/<uuid:public_id>/say/", booking.say_it, name="say"),
    path("bookings/<uuid:public_id>/contact/", booking.show_contact, name="contact"),
    path("bookings/<uuid:public_id>/catch-up/", catching_up.name_it, name="name_catch_up"),
    path("my/missed/", catching_up.missed, name="missed"),
    path("workbench/bookings/", lists.overview, name="overview"),
    path("my/calendar/", calendars.make, name="make_calendar"),
    path("my/calendar/withdraw/", calendars.withdraw, name="withdraw_calendar"),
    path("calendar/<str:token>.ics", calendars.calendar, name="calendar"),
]
