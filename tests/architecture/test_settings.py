import re

from tests.architecture.tree import ROOT, files, shown

READER = re.compile(r"""\bread(?:_bool|_int|_list)?\(\s*["']([A-Z][A-Z0-9_]+)["']""")
ENVIRONMENT = re.compile(r"\bos\.(?:environ|getenv)\b")
# Doors that hand the whole environment on to a child process, and entry points that name the settings module.
MAY_TOUCH_IT = {
    "cms/settings/environment.py",
    "cms/wsgi.py",
    "cms/celery.py",
    "cms/core/sandbox.py",
    "cms/jobs/supervisor.py",
    "cms/core/management/commands/backup.py",
    "cms/core/management/commands/restore.py",
    "media_pipeline/run.py",
    "media_pipeline/launch.py",
}


def settings_read() -> set[str]:
    return {name for path in files("cms/settings", suffix=".py") for name in READER.findall(path.read_text())}


def test_every_environment_setting_stands_in_the_operations_manual() -> None:
    manual = (ROOT / "docs/operations.md").read_text()
    assert sorted(name for name in settings_read() if f"`{name}`" not in manual) == []


def test_the_manual_names_no_setting_that_nothing_reads() -> None:
    named = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", (ROOT / "docs/operations.md").read_text(), re.MULTILINE))
    # Django's own choice of the settings module is read before any settings are.
    assert sorted(named - settings_read() - {"DJANGO_SETTINGS_MODULE"}) == []


def test_the_environment_is_read_in_the_settings_only() -> None:
    readers = {
        shown(path)
        for path in files("cms", "media_pipeline", "search", suffix=".py")
        if ENVIRONMENT.search(path.read_text())
    }
    assert sorted(readers - MAY_TOUCH_IT) == []
