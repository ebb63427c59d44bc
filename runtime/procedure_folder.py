"""The procedure in force: the last version of a folder that checked, with the calendars of its feeds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from procedure.book.almanac import LeftOut, RotaCalendar
from procedure.book.procedure import Procedure
from procedure.book.rota import Calendar, Rota
from runtime import calendar_shifts
from runtime.feeds import Feeds
from runtime.ical import CalendarError
from runtime.procedure_files import ProcedureError, file_names, read

LOOK_EVERY = 1.0
"""Seconds between two looks at a folder."""
FETCH_EVERY = 300.0
"""Seconds between two fetches of the feeds."""

_log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class ProcedureFolder:
    """The procedure in force: the last version of a folder that checked, with the calendars of its feeds.

    Holidays and shifts are those around what its clock says.
    """

    def __init__(self, path: Path, feeds: Feeds | None = None, clock: Callable[[], datetime] = _now) -> None:
        self.path = path
        self._clock = clock
        self._feeds = feeds or Feeds()
        self._trouble = ""
        self._left_out: Mapping[str, LeftOut] = {}
        self._kept = False
        self._day = self._clock().date()
        self._calendars: Collection[str] = ()
        self._state = _state(path, self._calendars)
        self._written = read(path, self._clock())
        # Their state is not in it yet, so the next look reads once more, and no change is ever missed.
        self._calendars = _calendar_files(self._written)
        self._looked = time.monotonic()
        self._book = self._written
        self._put_together()

    @property
    def fault(self) -> str:
        """Why the files as they are now are not in force, and which feeds fail; empty when all is well."""
        return "\n".join(filter(None, (self._trouble, *self._book.almanac.faults.values())))

    @property
    def refused(self) -> str:
        """Why the files as they are now are not in force; empty when they are."""
        return self._trouble

    @property
    def stale(self) -> tuple[str, ...]:
        """The rotas whose calendar can't be read now: the last good copy is in use, if there is one."""
        return tuple(self._book.almanac.faults)

    def current(self) -> Procedure:
        """The procedure in force now. Cheap: looks at the files at most once a second, and not at all
        while ``keep_fresh`` does that."""
        now = time.monotonic()
        if not self._kept and now - self._looked >= LOOK_EVERY:
            self._looked = now
            self._look()
        return self._book

    async def refresh(self) -> None:
        """Fetch the feeds, and put into force what is new in them."""
        book = self._written

        def check(rota: str, content: bytes) -> None:
            if rota in book.rotas:
                calendar_shifts.around(self._clock(), content, book.rotas[rota], book)

        await self._feeds.fetch(check)
        await asyncio.to_thread(self._put_together)
        self._tell_left_out()

    def _tell_left_out(self) -> None:
        left_out = self._book.almanac.left_out
        for rota, events in left_out.items():
            if self._left_out.get(rota) != events:
                _log.info(
                    "events of a calendar left out", rota=rota, number=events.number, first=events.first
                )
        self._left_out = left_out

    async def keep_fresh(self, every: float = FETCH_EVERY) -> None:
        """Look at the files each second and at the feeds every so many seconds, for ever.

        What takes long is done in a thread: nobody who asks for the procedure waits for it.
        """
        self._kept = True
        try:
            while True:
                await self.refresh()
                await self._look_for(every)
        finally:
            self._kept = False

    async def _look_for(self, seconds: float) -> None:
        """Look at the files for so long, or until there is a new feed."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            await asyncio.sleep(min(LOOK_EVERY, left))
            if await asyncio.to_thread(self._look):
                return

    def _look(self) -> bool:
        """Read the files again if they changed, or the day. Whether there is a new feed."""
        state, day = _state(self.path, self._calendars), self._clock().date()
        if state == self._state and day == self._day:
            return False
        self._state, self._day = state, day
        return self._read_again()

    def _read_again(self) -> bool:
        in_force = self._written.version
        try:
            book = read(self.path, self._clock())
        except ProcedureError as error:
            count = "a mistake" if len(error.mistakes) == 1 else f"{len(error.mistakes)} mistakes"
            trouble = f"The procedure's files have {count}; version {in_force} stays in force.\n{error}"
            self._calendars = error.calendars or self._calendars
            if trouble != self._trouble:
                told = [str(mistake) for mistake in error.mistakes]
                _log.warning("procedure not loaded", in_force=in_force, mistakes=told)
            self._trouble = trouble
            return False
        if book.version != in_force:
            _log.info("procedure loaded", before=in_force, version=book.version)
        self._written, self._trouble = book, ""
        self._calendars = _calendar_files(book)
        return self._put_together()

    def _put_together(self) -> bool:
        """Put the files and the feeds' calendars into force. Whether there is a new feed."""
        book, now = self._written, self._clock()
        feeds = {name: rota for name, rota in book.rotas.items() if _is_feed(rota.calendar)}
        new = self._feeds.follow({name: r.calendar for name, r in feeds.items() if r.calendar}, now)
        calendars = {}
        for name, rota in feeds.items():
            content = self._feeds.content(name)
            if content is not None:
                calendars[name] = self._from_feed(name, rota, content, now)
        almanac = book.almanac.with_calendars(calendars)
        self._book = book.knowing(replace(almanac, faults=self._feeds.faults(now, book.time_zone)))
        return new

    def _from_feed(self, name: str, rota: Rota, content: bytes, now: datetime) -> RotaCalendar:
        """What a feed's last good copy says, as far as it still fits the people there are."""
        book = self._written
        try:
            return calendar_shifts.around(now, content, rota, book)
        except CalendarError as error:
            self._feeds.refuse(name, str(error), now)
        try:
            return calendar_shifts.around(now, content, rota, book, strangers_refused=False)
        except CalendarError:
            before = self._book.almanac
            return RotaCalendar(before.shifts.get(name, ()), before.left_out.get(name))


def _is_feed(calendar: Calendar | None) -> bool:
    return bool(calendar and (calendar.url or calendar.secret_url))


def _calendar_files(book: Procedure) -> tuple[str, ...]:
    return tuple({r.calendar.file: None for r in book.rotas.values() if r.calendar and r.calendar.file})


_Stat = tuple[str, int, int, int]


def _state(folder: Path, calendars: Iterable[str] = ()) -> tuple[_Stat, ...]:
    """What shows that a file has changed: names, times, sizes, and which file it is."""
    try:
        names = file_names(folder)
    except OSError:  # a file went away while we looked: look again next time
        return ()
    return _stats(folder, (*names, *calendars))


def _stats(folder: Path, names: Iterable[str]) -> tuple[_Stat, ...]:
    stats = []
    for name in names:
        try:
            stat = (folder / name).stat()
        except OSError:
            stats.append((name, 0, 0, 0))
            continue
        stats.append((name, stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(stats)
