"""What a process writes into its log, as it is set up at its start."""

from __future__ import annotations

import subprocess
import sys

import pytest

from runtime.links import PAGES

SPEAKS = """
import logging, sys, urllib.parse
import structlog
from runtime import logs
from runtime.links import PAGES

logs.set_up(sys.argv[1])
ours, others = structlog.get_logger(), logging.getLogger("elsewhere")
for page in PAGES.values():
    path = f"http://rung.test{page}/abc.s3cret"
    try:
        try:
            raise ValueError(f"no answer from {path}")
        except ValueError as cause:
            raise RuntimeError({"url": path}) from cause
    except RuntimeError as error:
        ours.exception("failed", paths=[path], about={"page": path}, error=error)
        others.exception("GET %s?x=1 HTTP/1.1", path)
    within = urllib.parse.quote(path, safe="")
    ours.error("foreign", referer=f"https://scanner.test/?url={within}&data=1", seen={path: 1})
    ours.error("foreign twice", referer=f"https://scanner.test/?url={urllib.parse.quote(within)}")
others.error('POST "/helpdesk/django-helpdesk/s3cret"')
others.error("of https%3A%2F%2Frung.test%2Fhelpdesk%2Fdjango-helpdesk%2Fs3cret")
"""
"""Whatever a path can stand in: a line, a field of it, a part of a field, an exception and its cause, and a
link of a scanner's."""


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_no_token_is_ever_logged(log_format: str) -> None:
    """By no logger; and where the page was is still told."""
    done = subprocess.run(
        [sys.executable, "-c", SPEAKS, log_format], capture_output=True, text=True, check=True
    )
    assert "s3cret" not in done.stderr
    for page in PAGES.values():
        assert done.stderr.count(f"{page}/[cut]") >= 8
        assert f"{page}/[cut]?x=1 HTTP/1.1" in done.stderr
    assert 'POST "/helpdesk/django-helpdesk/[cut]' in done.stderr.replace('\\"', '"')
