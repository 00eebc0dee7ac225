"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VideosConfig(AppConfig):
    name = "cms.videos"
    label = "videos"

    def ready(self) -> None:
        from django.core.checks import Tags, register

        from cms.core.personal_data import PersonalDataSource, register_personal_data
        from cms.videos.bucket_access import check_buckets
        from cms.videos.personal_data import collect

        # Asks over the network, so only where a site is about to go into service.
        register(check_buckets, Tags.files, deploy=True)
        register_personal_data(
            PersonalDataSource(
                slug="videos",
                label=_("Videos and uploads"),
                reason=_("You sent them to make lessons of them."),
                kept=_("Until you delete them; unfinished uploads for seven days."),
                collect=collect,
            )
        )
