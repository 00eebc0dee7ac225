"""Wagtail begins every site with a page that welcomes to Wagtail. The site has its own first page; the row stays as the
root below which articles are, and is shown to nobody."""

from django.db import migrations

WELCOME = "Welcome to your new Wagtail site!"


def make_it_the_root_of_articles(apps, schema_editor):
    apps.get_model("wagtailcore", "Page").objects.filter(title=WELCOME, depth=2).update(
        title="网站栏目", draft_title="网站栏目", slug="articles", url_path="/articles/", live=False
    )
    # Names that Wagtail wrote as data when there was no other language.
    apps.get_model("wagtailcore", "Page").objects.filter(depth=1, title="Root").update(
        title="网站", draft_title="网站"
    )
    apps.get_model("wagtailcore", "Collection").objects.filter(depth=1, name="Root").update(name="全部文件")
    apps.get_model("wagtailcore", "Site").objects.filter(site_name="").update(site_name="微课")


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(make_it_the_root_of_articles, migrations.RunPython.noop)]
