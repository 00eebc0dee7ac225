"""Addresses of this room."""

from django.urls import URLPattern, URLResolver, path

from cms.lecturers.views import directory, keeping, menu, schedule

app_name = "lecturers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("lecturers/", directory.directory, name="directory"),
    path("lecturers/<key:pk>/", directory.lecturer, name="lecturer"),
    path("lecturers/<key:pk>/profile/", schedule.profile, name="profile"),
    path("lecturers/<key:pk>/schedule/", schedule.schedule, name="schedule"),
    path("lecturers/<key:pk>/schedule/limits/", schedule.limits, name="limits"),
    path("lecturers/<key:pk>/schedule/hours/", schedule.new_hours, name="new_hours"),
    path("lecturers/<key:pk>/schedule/hours/<key:row>/", schedule.hours, name="hours"),
    path("lecturers/<key:pk>/schedule/hours/<key:row>/delete/", schedule.delete_hours, name="delete_hours"),
    path("lecturers/<key:pk>/schedule/days/", schedule.new_days, name="new_days"),
    path("lecturers/<key:pk>/schedule/days/<key:row>/delete/", schedule.delete_day, name="delete_day"),
    path("lecturers/<key:pk>/menu/", menu.new_offer, name="new_offer"),
    path("lecturers/<key:pk>/menu/<key:row>/", menu.offer, name="offer"),
    path("workbench/lecturers/", keeping.keeping, name="keeping"),
    path("workbench/lecturers/<key:pk>/", keeping.standing, name="standing"),
    path("workbench/lecturers/<key:pk>/terms/", keeping.new_term, name="new_term"),
    path("workbench/lecturers/<key:pk>/terms/<key:row>/", keeping.last_day, name="last_day"),
    path("workbench/lecturers/<key:pk>/suspensions/", keeping.new_suspension, name="new_suspension"),
    path("workbench/lecturers/<key:pk>/suspensions/<key:row>/end/", keeping.lift_suspension, name="lift_suspension"),
    path("workbench/lecturers/rules/<key:pk>/", keeping.rule, name="rule"),
    path("my/schedule/", schedule.my_schedule, name="my_schedule"),
]
