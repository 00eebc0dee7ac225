"""Addresses of this room; courses, series, tracks and guides themselves lie where the page tree says."""

from django.urls import URLPattern, URLResolver, path

from cms.courses.views import branch_guides, browse, duties, packs, pages, playlists, study, wishes  # noqa: F401  # pages are served

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = [
    path("courses/", browse.courses, name="browse"),
    path("courses/<key:pk>/continue/", study.go_on, name="go_on"),
    path("courses/<key:pk>/items/<uuid:key>/", study.tick, name="tick"),
    path("courses/<key:pk>/badge/", duties.badge, name="badge"),
    path("courses/<key:pk>/assign/", duties.assign, name="assign"),
    path("courses/<key:pk>/pack/", packs.pack, {"kind": "course"}, name="course_pack"),
    path("courses/audiences/", study.audiences, name="audiences"),
    path("guides/", browse.guides, name="guides"),
    path("guides/<key:pk>/copy/", branch_guides.copy, name="copy_guide"),
    path("guides/<key:pk>/pack/", packs.pack, {"kind": "guide"}, name="guide_pack"),
    path("guides/branch/<key:pk>/", branch_guides.branch_guide, name="branch_guide"),
    path("guides/branch/<key:pk>/pack/", packs.pack, {"kind": "branch_guide"}, name="branch_guide_pack"),
    path("wishes/", wishes.wishes, name="wishes"),
    path("wishes/<key:pk>/take-back/", wishes.take_back, name="take_back_wish"),
    path("workbench/wishes/<key:pk>/", wishes.answer_wish, name="answer_wish"),
    path("workbench/courses/", duties.assignments, name="assignments"),
    path("workbench/courses/<key:pk>/end/", duties.end, name="end_assignment"),
    path("workbench/guides/", branch_guides.branch_guides, name="branch_guides"),
    path("workbench/guides/<key:pk>/", branch_guides.edit_branch_guide, name="edit_branch_guide"),
    path("workbench/playlists/", playlists.playlists, name="playlists"),
    path("workbench/playlists/<key:pk>/", playlists.edit_playlist, name="edit_playlist"),
    path("workbench/playlists/<key:pk>/delete/", playlists.delete, name="delete_playlist"),
    path("playlists/<key:pk>/", playlists.playlist, name="playlist"),
    path("playlists/<key:pk>/pack/", packs.pack, {"kind": "playlist"}, name="playlist_pack"),
    path("playlists/<key:pk>/screen/", playlists.screen, name="playlist_screen"),
]
