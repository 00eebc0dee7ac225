"""Application configuration."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "cms.assets"
    label = "assets"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from cms.accounts.admin_acts import Watch
        from cms.assets.models import SiteDocument, SiteImage
        from cms.assets.permissions import LibraryPolicy
        from cms.assets.queries import picture_of

        # Wagtail registers its own policies later, and asks for the permissions of its own models.
        for model, wagtails in ((SiteDocument, "wagtaildocs.Document"), (SiteImage, "wagtailimages.Image")):
            policy = LibraryPolicy(model, auth_model=wagtails, owner_field_name="uploaded_by_user")
            register_permission_policy(model, policy, exact_class=True)
            Watch(model, "assets.add_file", "assets.change_file", "assets.delete_file", picture=picture_of).begin()
