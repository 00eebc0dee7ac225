from pathlib import Path

from tests.architecture.tree import PACKAGES, ROOT, WITH_TESTS, files, functions, shown

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_TEMPLATE = 120
LONGEST_README = 120
VAGUE = {"utils", "util", "helpers", "helper", "managers", "common", "misc", "stuff", "functions"}


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_one_sitting_can_hold() -> None:
    found = [*files(*WITH_TESTS, suffix=".py"), *files("front", suffix=".ts"), *files("front", suffix=".css")]
    too_long = {shown(path): lines(path) for path in found if "migrations" not in path.parts}
    assert {name: count for name, count in too_long.items() if count > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = {
        f"{shown(path)}:{name}": count
        for path in files(*WITH_TESTS, suffix=".py")
        if "migrations" not in path.parts and lines(path) > LONGEST_FUNCTION
        for name, count in functions(path)
        if count > LONGEST_FUNCTION
    }
    assert too_long == {}


def test_no_template_is_longer_than_its_partials_allow() -> None:
    too_long = {shown(path): lines(path) for path in files("cms", suffix=".html")}
    assert {name: count for name, count in too_long.items() if count > LONGEST_TEMPLATE} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [shown(path) for path in files(*WITH_TESTS, suffix=".py") if path.stem in VAGUE] == []


def test_every_package_of_a_room_is_a_package() -> None:
    folders = {path.parent for path in files(*PACKAGES, suffix=".py")}
    assert [shown(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_the_readme_is_read_in_one_go() -> None:
    assert lines(ROOT / "README.md") <= LONGEST_README
