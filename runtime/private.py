"""What this process writes is its owner's alone: words of customers, keys, the addresses of private feeds."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import structlog

log = structlog.get_logger()


def copy_private(folder: Path, to: Path) -> None:
    """Copy a folder without what is hidden in it. The copy is private, whoever reads the folder."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns(".*"))
    for path in (to, *to.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def keep_private(folder: Path) -> None:
    """Have this process, and all it starts, write files that only their owner reads (0600, folders 0700).

    This folder is closed to others, whoever made it; one that is not ours to close is told in the log.
    """
    os.umask(0o077)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        log.error("folder not private", folder=str(folder), reason=error.strerror)
