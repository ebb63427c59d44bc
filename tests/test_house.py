"""The house: which room may know which, and that what decides is pure."""

import ast
import sys
from pathlib import Path

from tests.tables import every

ROOT = Path(__file__).parents[1]
PRODUCT = (
    "procedure",
    "workflows",
    "activities",
    "gateway",
    "commands",
    "records",
    "service_review",
    "runtime",
)
PURE = [*sorted((ROOT / "procedure").rglob("*.py")), *sorted((ROOT / "workflows").rglob("*.py"))]
"""All that runs inside a workflow. The worker runs it without a sandbox (docs/decisions/0007)."""

CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
IMPURE = {
    "os",
    "time",
    "random",
    "secrets",
    "uuid",
    "subprocess",
    "socket",
    "threading",
    "asyncio",
    "pathlib",
    "io",
}


def product() -> list[Path]:
    """All that runs for users, and what measures it."""
    rooms = (path for room in (*PRODUCT, "bench") for path in (ROOT / room).rglob("*.py"))
    return sorted([*ROOT.glob("*.py"), *rooms])


def named(path: Path) -> str:
    """A file as it is called from the house's door."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text())


@every("path", PURE)
def test_what_decides_imports_nothing_impure(path: Path) -> None:
    """The standard library's pure part, pydantic, and the procedure itself."""
    allowed = {"procedure", "pydantic", "pydantic_core"}
    if path.is_relative_to(ROOT / "workflows"):
        # In a workflow asyncio is the SDK's own: its tasks and timers are durable.
        allowed |= {"workflows", "temporalio", "asyncio"}
    for node in ast.walk(tree(path)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            top = name.split(".")[0]
            assert top in allowed or (top in sys.stdlib_module_names and top not in IMPURE), f"{path}: {name}"


@every("path", PURE)
def test_what_decides_reads_no_clock_and_no_file(path: Path) -> None:
    """Every function that needs the time is given it."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name):
            assert function.id not in {"open", "print", "input"}, f"{path}:{node.lineno}"
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            assert (function.value.id, function.attr) not in CLOCKS, f"{path}:{node.lineno}"


def test_time_zones_are_known_in_one_module() -> None:
    """Instants are UTC everywhere else."""
    knowing = {
        named(path)
        for room in ("procedure", "workflows", "activities", "gateway", "records", "service_review")
        for path in (ROOT / room).rglob("*.py")
        if any(isinstance(n, ast.ImportFrom) and n.module == "zoneinfo" for n in ast.walk(tree(path)))
    }

    assert knowing == {"procedure/clocks/calendars.py"}


def test_no_top_level_name_shadows_the_standard_library() -> None:
    """Packages stand at top level, so their names must be their own."""
    names = {path.stem for path in ROOT.glob("*.py")} | {
        path.parent.name for path in ROOT.glob("*/__init__.py")
    }

    assert names & sys.stdlib_module_names == set()


def test_broad_excepts_are_only_the_two_last_resorts() -> None:
    """Nothing is swallowed."""
    broad = []
    for path in [*product(), *(ROOT / "tests").glob("*.py")]:
        for node in ast.walk(tree(path)):
            caught = getattr(node, "type", None) if isinstance(node, ast.ExceptHandler) else ast.Pass()
            if caught is None or (
                isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException")
            ):
                broad.append(named(path))

    assert broad == ["worker.py"]


def test_a_class_name_stands_for_one_thing() -> None:
    """Who reads a name need not ask which of two is meant."""
    homes: dict[str, list[str]] = {}
    for path in product():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(named(path))

    assert {name: where for name, where in homes.items() if len(where) > 1} == {}
