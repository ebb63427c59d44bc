"""Secrets: read from the environment or a file, at the moment they are needed, and kept nowhere."""

from __future__ import annotations

import os
from pathlib import Path

import structlog

from procedure.book.people import SecretSource

log = structlog.get_logger()

SHORTEST = 16
"""Characters of a shared secret: fewer could be found by trying."""


class NoSecret(Exception):
    """A secret is not where it should be; the text names the place, and can stand in a record."""


def place_of(source: SecretSource) -> str:
    """Where a secret should be, in a word: the variable's name or the file's path."""
    return source.env or source.file or "no place named"


def read_secret(source: SecretSource) -> str:
    """The secret; NoSecret with what is wrong if it is not there."""
    if source.env:
        secret = os.environ.get(source.env, "").strip()
        wrong = "this environment variable is not set, or empty"
    elif source.file:
        secret, wrong = _in_file(Path(source.file))
    else:
        secret, wrong = "", "write env: (a variable's name) or file: (a path)"
    if not secret:
        raise NoSecret(f"{place_of(source)}: {wrong}")
    return secret


def shared_secret(source: SecretSource) -> str:
    """A secret that somebody else proves to know; NoSecret also if it is too short for that."""
    secret = read_secret(source)
    if len(secret) < SHORTEST:
        raise NoSecret(f"{place_of(source)}: this secret is shorter than {SHORTEST} characters")
    return secret


def secret_of(source: SecretSource) -> str:
    """A shared secret; empty when there is none that counts, which is said in the log."""
    try:
        return shared_secret(source)
    except NoSecret as error:
        log.error("no secret", reason=str(error))
        return ""


def _in_file(path: Path) -> tuple[str, str]:
    """What a file holds; and what is wrong if it is nothing."""
    try:
        return path.read_text("utf-8-sig").strip(), "this file is empty"
    except OSError as error:
        return "", f"this file can't be read ({error.strerror})"
    except UnicodeDecodeError:
        # Its own words would quote the file.
        return "", "this file is not UTF-8 text"
