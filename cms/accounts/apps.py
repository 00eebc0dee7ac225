"""Application configuration."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import module_has_submodule
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "cms.accounts"
    label = "accounts"
    default = True

    def ready(self) -> None:
        from django.apps import apps

        from cms.accounts.admin_acts import watch_accounts
        from cms.accounts.personal_data import register

        register()
        watch_accounts()
        # Every room says itself what its acts and records are called.
        for config in apps.get_app_configs():
            if config.name.startswith("cms.") and module_has_submodule(config.module, "own_words"):
                import_module(f"{config.name}.own_words")


class SiteUsersConfig(WagtailUsersAppConfig):
    """Wagtail's own pages about people, for superusers only, with forms that fit our person."""

    user_viewset = "cms.accounts.views.wagtail_users.SiteUserViewSet"
    default = False
