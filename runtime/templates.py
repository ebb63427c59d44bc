"""Templates as they were when the process started."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import DictLoader


def read_once(package: str, *folders: str) -> DictLoader:
    """All templates of these folders; of two that have a name the first folder's.

    Read at once: an upgrade of the files must not change what a process says. But each is compiled when it is
    first used: all of them would take a third of a worker's start.
    """
    texts: dict[str, str] = {}
    for folder in reversed(folders):
        found = (file for file in (files(package) / folder).iterdir() if file.is_file())
        texts |= {file.name: file.read_text(encoding="utf-8") for file in found}
    return DictLoader(texts)
