"""The copied database is the one that the present migrations, and all they import, would make."""

from pathlib import Path

import pytest
from django.conf import settings

from tests import suite_database
from tests.suite_database import imported_by, template_path


def names_of(files: set[Path]) -> set[str]:
    return {str(file.relative_to(settings.BASE_DIR)) for file in files}


def test_what_the_migrations_import_is_found_also_through_others() -> None:
    accounts = imported_by([settings.BASE_DIR / "cms/accounts/migrations/0001_initial.py"])
    names = imported_by([settings.BASE_DIR / "cms/accounts/name_triggers.py"])

    assert {"cms/accounts/name_triggers.py", "cms/core/triggers.py"} <= names_of(accounts)
    assert "cms/core/triggers.py" in names_of(names)


@pytest.mark.parametrize("module", ["cms/accounts/name_triggers.py", "cms/core/triggers.py", "cms/core/fields.py"])
@pytest.mark.long
def test_another_trigger_or_field_asks_for_another_database(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    before, read = template_path(), Path.read_bytes
    changed = settings.BASE_DIR / module

    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + (b"#" if path == changed else b""))

    assert template_path() != before
    assert template_path().parent == before.parent


def test_names_that_are_no_module_have_no_file() -> None:
    assert suite_database.files_of(["cms.core.triggers.MakeAppendOnly", "cms.gone"]) == set()
