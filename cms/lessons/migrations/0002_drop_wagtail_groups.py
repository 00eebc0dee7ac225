"""Wagtail's own groups reach every collection and page; ours (`services.groups`) are the only ones that follow roles."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def drop_groups(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Delete the groups; their permission rows and memberships go with them."""
    groups = apps.get_model("auth", "Group").objects.filter(name__in=("Editors", "Moderators"))
    for model in ("GroupPagePermission", "GroupCollectionPermission"):
        apps.get_model("wagtailcore", model).objects.filter(group__in=groups).delete()
    groups.delete()


class Migration(migrations.Migration):
    # After everything that writes to these groups.
    dependencies = [
        ("lessons", "0001_initial"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [migrations.RunPython(drop_groups, migrations.RunPython.noop)]
