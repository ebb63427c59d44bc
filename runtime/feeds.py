"""Feeds: calendars of rotas that are fetched by their address, each with its last good copy.

A feed's address can be its secret, so no text that leaves this module has it: not an error, not
a log line, not the name of a copy. A feed that fails changes nothing but what is said of it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import structlog

from procedure.book.rota import Calendar
from procedure.clocks.calendars import local
from runtime.ical import MAX_BYTES, CalendarError
from runtime.secret_sources import NoSecret, read_secret

TIMEOUT = 20.0
"""Seconds a whole fetch may take."""
CALENDARS = "calendars"
"""The folder of copies within the folder that survives a restart."""
FRESH = timedelta(hours=1)
"""A copy that another process has fetched since then is nothing to complain of."""
MAX_REDIRECTS = 3
_HEADERS = {"Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity", "User-Agent": "Rung"}

_NOT_YET = "was not fetched yet"

_log = structlog.get_logger(__name__)


class FeedError(Exception):
    """A feed that gave no calendar: why, in words without its address."""


@dataclass(frozen=True)
class Feed:
    """What is known of one rota's feed."""

    content: bytes | None = None
    """The last good copy."""
    fetched: datetime | None = None
    """When that was."""
    trouble: str = ""
    """What is wrong now."""
    since: datetime | None = None
    """Since when something is."""


class Feeds:
    """The feeds of all rotas. ``copies`` is the folder in which copies survive a restart (None: nowhere)."""

    def __init__(self, copies: Path | None = None, timeout: float = TIMEOUT) -> None:
        self._copies, self._timeout = copies, timeout
        self._feeds: dict[str, Feed] = {}
        self._places: dict[str, Calendar] = {}
        # It names every request with its whole address.
        logging.getLogger("httpx").setLevel(logging.WARNING)

    def content(self, rota: str) -> bytes | None:
        """The last good copy of a rota's calendar; None if there never was one."""
        return self._feeds.get(rota, Feed()).content

    def faults(self, now: datetime, zone: str) -> dict[str, str]:
        """What is wrong, by rota, with the age of the copy in use."""
        return {
            rota: _complaint(rota, feed, now, zone)
            for rota, feed in self._feeds.items()
            if feed.trouble and feed.since
        }

    def follow(self, calendars: Mapping[str, Calendar], now: datetime) -> bool:
        """These are the feeds from now on; copies of new ones come from the disk. Whether some are new."""
        new = {rota for rota, calendar in calendars.items() if self._places.get(rota) != calendar}
        for rota in self._feeds.keys() - calendars.keys():
            del self._feeds[rota], self._places[rota]
        for rota in new:
            self._places[rota] = calendars[rota]
            self._feeds[rota] = self._from_disk(rota, calendars[rota], now)
        return bool(new)

    async def fetch(self, check: Callable[[str, bytes], object]) -> None:
        """Fetch all feeds at once. ``check`` raises CalendarError for a content that is refused."""
        places = dict(self._places)
        if not places:
            return
        async with httpx.AsyncClient(headers=_HEADERS, timeout=TIMEOUT) as client:
            tasks = (self._one(client, rota, place, check) for rota, place in places.items())
            fetched = await asyncio.gather(*tasks)
        now = datetime.now(UTC)
        for (rota, place), (content, trouble) in zip(places.items(), fetched, strict=True):
            if self._places.get(rota) == place:
                self._take(rota, content, trouble, now)

    def refuse(self, rota: str, why: str, now: datetime) -> None:
        """The copy in use does not fit what the procedure says now."""
        self._take(rota, None, f"can't be used: {why}", now)

    async def _one(
        self,
        client: httpx.AsyncClient,
        rota: str,
        place: Calendar,
        check: Callable[[str, bytes], object],
    ) -> tuple[bytes | None, str]:
        """The new content of a feed, or what is wrong with it."""
        try:
            async with asyncio.timeout(self._timeout):
                content = await _fetched(client, _address(place))
            await asyncio.to_thread(check, rota, content)
        except TimeoutError:
            return None, f"could not be read (no answer within {self._timeout:g} seconds)"
        except (FeedError, NoSecret) as error:
            return None, f"could not be read ({error})"
        except CalendarError as error:
            return None, f"was refused ({error})"
        await asyncio.to_thread(self._keep, rota, place, content)
        return content, ""

    def _take(self, rota: str, content: bytes | None, trouble: str, now: datetime) -> None:
        before = self._feeds[rota]
        if content is not None:
            self._feeds[rota] = Feed(content, now)
            if before.trouble not in ("", _NOT_YET):
                _log.info("calendar is read again", rota=rota)
            return
        self._feeds[rota] = replace(before, trouble=trouble, since=before.since or now)
        if before.trouble != trouble:
            _log.warning("calendar not read", rota=rota, reason=trouble)

    # The copies.

    def _path(self, rota: str, place: Calendar) -> Path | None:
        """Another address is another calendar, so it must not find the copy of the former."""
        if self._copies is None:
            return None
        name = hashlib.sha256(f"{rota}\0{place.model_dump_json()}".encode()).hexdigest()[:32]
        return self._copies / f"{name}.ics"

    def _from_disk(self, rota: str, place: Calendar, now: datetime) -> Feed:
        path = self._path(rota, place)
        try:
            if path and path.exists():
                with path.open("rb") as file:
                    fetched = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                    trouble = _NOT_YET if now - fetched > FRESH else ""
                    return Feed(file.read(MAX_BYTES + 1), fetched, trouble, now if trouble else None)
        except OSError as error:
            _log.error("copy of a calendar not readable", rota=rota, reason=error.strerror)
        return Feed(trouble=_NOT_YET, since=now)

    def _keep(self, rota: str, place: Calendar, content: bytes) -> None:
        path = self._path(rota, place)
        if path is None:
            return
        try:
            if content == self.content(rota) and path.exists():
                path.touch()  # its time is its age
            else:
                _write(path, content)
        except OSError as error:
            _log.error("copy of a calendar not kept", rota=rota, reason=error.strerror)


def _write(path: Path, content: bytes) -> None:
    """Replace a copy as a whole: a crash leaves the old one or the new one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(dir=path.parent, suffix=".new")  # mode 600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(new).replace(path)
    except OSError:
        Path(new).unlink(missing_ok=True)
        raise


def _complaint(rota: str, feed: Feed, now: datetime, zone: str) -> str:
    since = f" since {local(feed.since, now, zone)}" if feed.since else ""
    if feed.fetched:
        use = f"the copy of {local(feed.fetched, now, zone)} is in use"
    else:
        use = "there is no copy, so it says of nobody that they are on call"
    return f"the calendar of {rota!r} {feed.trouble}{since}; {use}"


def _address(place: Calendar) -> httpx.URL:
    text = read_secret(place.secret_url) if place.secret_url else place.url
    text = re.sub("^webcals?://", "https://", text)  # what calendar tools hand out; the same by another name
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise FeedError("its address is no address of the web") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise FeedError("its address must begin with https:// or http://")
    return url


async def _fetched(client: httpx.AsyncClient, url: httpx.URL) -> bytes:
    """What stands at an address, after a few redirects."""
    for _ in range(MAX_REDIRECTS + 1):
        try:
            async with client.stream("GET", url) as answer:
                if answer.next_request is None:
                    return await _content(answer)
                url = _next(url, answer.next_request.url)
        except httpx.TimeoutException:
            raise FeedError("no answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Its own words can hold the address.
            raise FeedError(_WORDS.get(type(error), "the connection failed")) from None
    raise FeedError(f"it redirects more than {MAX_REDIRECTS} times")


_WORDS: dict[type[Exception], str] = {
    httpx.ConnectError: "no connection",
    httpx.RemoteProtocolError: "its answer breaks off, or is no HTTP",
    httpx.UnsupportedProtocol: "it leads to an address that is not http or https",
}


def _next(url: httpx.URL, other: httpx.URL) -> httpx.URL:
    if other.scheme not in ("http", "https") or (url.scheme == "https" and other.scheme == "http"):
        raise FeedError("it redirects to an address that is not https")
    return other


async def _content(answer: httpx.Response) -> bytes:
    if answer.status_code != httpx.codes.OK:
        raise FeedError(f"HTTP {answer.status_code}")
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FeedError("its answer is compressed")
    content = bytearray()
    async for chunk in answer.aiter_raw():
        content += chunk
        if len(content) > MAX_BYTES:
            raise FeedError("its answer is bigger than 1 MB")
    return bytes(content)
