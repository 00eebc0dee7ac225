"""Application configuration."""

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "cms.accounts"
    label = "accounts"
    default = True

    def ready(self) -> None:
        from cms.accounts.personal_data import register

        register()


class SiteUsersConfig(WagtailUsersAppConfig):
    """Wagtail's own pages about people, for superusers only, with forms that fit our person."""

    user_viewset = "cms.accounts.views.wagtail_users.SiteUserViewSet"
    default = False
