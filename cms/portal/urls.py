"""Addresses of the composed pages."""

from django.urls import path

from cms.portal.views import design, health, help_pages, home, me, saved, search, work, workbench

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.results, name="search"),
    path("search/save/", saved.save, name="save_search"),
    path("me/searches/", saved.saved_searches, name="saved_searches"),
    path("me/searches/<key:pk>/delete/", saved.delete, name="delete_saved_search"),
    path("workbench/", workbench.inbox, name="workbench"),
    path("workbench/jobs/", work.overview, name="work"),
    path("workbench/jobs/<key:pk>/retry/", work.retry, name="retry_job"),
    path("workbench/jobs/search/<key:pk>/", work.index, name="index_again"),
    path("workbench/jobs/videos/<key:pk>/", work.mend, name="mend_video"),
    path("me/", me.overview, name="me"),
    path("help/", help_pages.help_index, name="help_index"),
    path("help/<slug:role>/", help_pages.help_for_role, name="help"),
    path("about/<slug:page>/", help_pages.about, name="about"),
    path("design/", design.design_page, name="design"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
