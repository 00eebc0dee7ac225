"""What the architecture tests look at: the project's own files, as Git would commit them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cms", "media_pipeline", "search")
WITH_TESTS = (*PACKAGES, "tests", "scripts")
# Made or downloaded at set-up; .gitignore names the same.
NOT_OURS = {".git", ".venv", "node_modules", "var", "dist", "dist-tests", "__pycache__", "htmlcov", "static_build"}


def files(*folders: str, suffix: str) -> Iterator[Path]:
    """Yield the project's files with the suffix below the folders, in order."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if not NOT_OURS.intersection(path.relative_to(ROOT).parts):
                yield path


def shown(path: Path) -> str:
    """Return the path as a person would write it."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield name and length in lines of every function in a module."""
    inside: list[ast.AST] = [ast.parse(path.read_text())]
    while inside:
        node = inside.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
        # No function is defined inside an expression, and most of a tree is expressions.
        inside += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)]
