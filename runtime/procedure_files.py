"""Reads a procedure folder: procedure.yaml, people.yaml beside it if there is one, clients/<id>.yaml,
and the calendars that its rotas name.

A folder that does not check is never loaded. All its mistakes are told in one go, each with
file, line, key and what to write instead.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import available_timezones

import structlog
from pydantic import BaseModel, ValidationError

from procedure.book.almanac import Almanac, RotaCalendar
from procedure.book.procedure import Client, Procedure
from procedure.book.rota import NOBODY
from procedure.check.mistakes import Mistake, mistakes
from procedure.clocks.calendars import OpenHours
from procedure.clocks.hours import opening_hours
from runtime import calendar_shifts, holiday_dates
from runtime import procedure_words as words
from runtime.ical import CalendarError
from runtime.yaml_lines import STAND_IN, Document, Keys, Unreadable, load

PROCEDURE, PEOPLE, CLIENTS = "procedure.yaml", "people.yaml", "clients"
MAX_BYTES = 1_000_000

_ID = re.compile(r"(?=.{1,50}\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ID_RULE = (
    "write lower-case letters and digits, with single hyphens between them, beginning with a letter, "
    "50 characters at most"
)
_ROUNDS = 5
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, order=True)
class FileMistake:
    """Something that can't be meant: in which file of the folder, line and key, and what to write."""

    file: str
    line: int
    key: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.key, self.text) if part)


class ProcedureError(Exception):
    """A procedure folder that does not check; ``mistakes`` has all there is to correct.

    ``calendars`` are the files of calendars that were looked at."""

    def __init__(self, mistakes: Iterable[FileMistake], calendars: Iterable[str] = ()) -> None:
        self.mistakes, self.calendars = tuple(mistakes), tuple(calendars)
        super().__init__("\n".join(map(str, self.mistakes)))


def read(folder: Path, now: datetime | None = None) -> Procedure:
    """The procedure a folder holds; ProcedureError with every mistake if it does not check.

    Holidays and the shifts of calendars are those around ``now``, which is now. Feeds are not fetched:
    ``ProcedureFolder`` does that.
    """
    return _Reading(folder, now or datetime.now(UTC)).procedure()


def schema() -> dict[str, dict[str, Any]]:
    """The JSON Schemas that let an editor complete and check the files, by file name."""
    whole = Procedure.model_json_schema()
    whole["properties"] = {k: v for k, v in whole["properties"].items() if k not in words.NOT_WRITTEN}
    # The people may stand in a file of their own.
    whole["required"] = [key for key in whole["required"] if key not in (*words.NOT_WRITTEN, "people")]
    return {
        "procedure.schema.json": _without_unused(whole),
        "client.schema.json": _without_unused(Client.model_json_schema()),
    }


def _without_unused(whole: dict[str, Any]) -> dict[str, Any]:
    definitions = whole.pop("$defs", {})
    used: set[str] = set()
    new = _references(whole)
    while new:
        used |= new
        new = {found for name in new for found in _references(definitions[name])} - used
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **whole,
        "$defs": {name: part for name, part in definitions.items() if name in used},
    }


def _references(part: object) -> set[str]:
    if isinstance(part, list):
        return {found for item in part for found in _references(item)}
    if not isinstance(part, dict):
        return set()
    own = {str(part["$ref"]).rpartition("/")[2]} if "$ref" in part else set()
    return own | {found for item in part.values() for found in _references(item)}


class _Reading:
    """One reading of a folder: collects the documents, then every mistake in them."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        self._now = now
        self._documents: dict[str, Document] = {}
        self._unread: set[str] = set()
        # Places whose real value is not known: whatever is wrong there has been told already.
        self._told: set[Keys] = set()
        self._found: list[FileMistake] = []
        self._fingerprint = hashlib.sha256()
        self._calendars: dict[str, bytes | None] = {}

    def procedure(self) -> Procedure:
        self._open_all()
        book = self._validated(self._merged())
        calendars: dict[str, RotaCalendar] = {}
        if book:
            self._tell((*_own_checks(book), *mistakes(book)), told_after=False)
            calendars = self._rota_calendars(book)
        if self._found or not book:
            raise ProcedureError(sorted(set(self._found), key=_reading_order), self._calendars)
        book = book.model_copy(update={"version": self._fingerprint.hexdigest()[:12]})
        return book.knowing(Almanac(_hours(book, self._now.year)).with_calendars(calendars))

    # The files.

    def _open_all(self) -> None:
        names = self._listed()
        for name in names:
            if name.endswith(".yml"):
                self._add(name, 1, "", f"is not read: rename it to {name[:-4]}.yaml")
            else:
                self._open(name)
        if PROCEDURE not in names:
            self._give_up(PROCEDURE, 1, "this file is missing: write it, or name the folder that holds it")
        if not any(name.startswith(CLIENTS) for name in names):
            self._give_up(CLIENTS, 1, f"no client has a file here: write one each, as {CLIENTS}/harbor.yaml")

    def _listed(self) -> list[str]:
        try:
            if self._folder.is_dir():
                return file_names(self._folder)
            text = f"there is no folder {str(self._folder)!r}: name the one that holds {PROCEDURE}"
        except OSError as error:
            text = f"this folder can't be read ({error.strerror}): let Rung read it"
        raise ProcedureError([FileMistake(".", 1, "", text)])

    def _open(self, name: str) -> None:
        content = self._bytes(name)
        if content is not None:
            self._fingerprint.update(os.fsencode(f"{name}\0{len(content)}\0") + content)
            self._take(name, content)

    def _take(self, name: str, content: bytes) -> None:
        try:
            document = load(content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self._give_up(name, line, "this is not UTF-8 text: save the file with the encoding UTF-8")
            return
        except Unreadable as error:
            self._give_up(name, error.line, error.text)
            return
        if document.value is None:
            self._give_up(name, 1, "this file is empty: write its keys, or delete it")
            return
        self._documents[name] = document
        for mistake in document.mistakes:
            self._add(name, mistake.line, _dotted(mistake.keys), mistake.text)
        self._told |= {(*_root(name), *keys) for keys in document.unknown}

    def _bytes(self, name: str) -> bytes | None:
        path = self._folder / name
        try:
            if not path.is_file():
                self._give_up(name, 1, "this is not a file: write one of this name")
                return None
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            self._give_up(name, 1, f"this file can't be read ({error.strerror}): let Rung read it")
            return None
        if len(content) > MAX_BYTES:
            text = "export less of the past" if name in self._calendars else "write only the procedure in it"
            self._give_up(name, 1, f"this file is bigger than 1 MB: {text}")
            return None
        return content

    # The calendars.

    def _rota_calendars(self, book: Procedure) -> dict[str, RotaCalendar]:
        """What the calendar of each rota says that has one in the folder."""
        found: dict[str, RotaCalendar] = {}
        for name, rota in book.rotas.items():
            if not rota.calendar or not rota.calendar.file:
                continue
            where: Keys = ("rotas", name, "calendar", "file")
            content = self._calendar(rota.calendar.file, where)
            known = (rota.time_zone or book.time_zone) in _zones()
            if content is None or not known or self._is_unsure(name):
                continue
            try:
                found[name] = calendar_shifts.around(self._now, content, rota, book)
            except CalendarError as error:
                self._add(rota.calendar.file, error.line, "", f"{error} (the calendar of {name!r})")
        return found

    def _calendar(self, file: str, where: Keys) -> bytes | None:
        """A calendar of the folder; None if it was told why it can't be read."""
        if self._is_told(Mistake(where, file)):
            return None
        if not self._is_inside(file):
            text = (
                f"{file!r} lies outside this folder: put the calendar into it, and write its path from here"
            )
            self._tell([Mistake(where, text)], told_after=False)
            return None
        if file not in self._calendars:
            self._calendars[file] = None
            self._calendars[file] = self._read_calendar(file, where)
        return self._calendars[file]

    def _is_inside(self, file: str) -> bool:
        """Whether a path stays in the folder, wherever links lead."""
        path = PurePosixPath(file)
        if path.is_absolute() or ".." in path.parts or not file.isprintable():
            return False
        # Path.resolve would raise for links that lead to themselves.
        top, real = (os.path.realpath(place) for place in (self._folder, self._folder / file))
        return Path(real).is_relative_to(top)

    def _read_calendar(self, file: str, where: Keys) -> bytes | None:
        if not os.path.lexists(self._folder / file):
            text = f"there is no file {file!r} in this folder: put it there, or write another path"
            self._tell([Mistake(where, text)], told_after=False)
            return None
        content = self._bytes(file)
        if content is not None:
            self._fingerprint.update(os.fsencode(f"{file}\0{len(content)}\0") + content)
        return content

    def _is_unsure(self, rota: str) -> bool:
        """Whether something is wrong already with what a calendar is read by: the rota, or the people."""
        parts: tuple[Keys, ...] = (("rotas", rota), ("people",), ("time_zone",))
        told = [keys[: len(part)] for keys in self._told for part in parts if keys[: len(part)] == part]
        return bool(told) or PEOPLE in self._unread

    def _merged(self) -> dict[str, Any]:
        """Everything the files say, as one; what can't be read is left out."""
        data: dict[str, Any] = {}
        if PROCEDURE in self._documents:
            data = self._own_keys(self._documents[PROCEDURE].value)
        if PEOPLE in self._unread:
            data.pop("people", None)
        elif PEOPLE in self._documents:
            data["people"] = self._documents[PEOPLE].value
        clients = [name for name in (*self._documents, *self._unread) if name.startswith(f"{CLIENTS}/")]
        data["clients"] = {Path(n).stem: self._documents.get(n, Document()).value for n in sorted(clients)}
        return data

    def _own_keys(self, value: object) -> dict[str, Any]:
        """What procedure.yaml says, without the keys that have no place in it."""
        if not isinstance(value, dict):
            self._give_up(PROCEDURE, 1, "this is no procedure: write its keys, such as 'name: ...'")
            return {}
        document = self._documents[PROCEDURE]
        for key in (key for key in words.NOT_WRITTEN if key in value):
            text = words.unknown_key((key,))
            if key == "clients":
                text = f"clients have a file each: write them as {CLIENTS}/<id>.yaml"
            self._add(PROCEDURE, document.line((key,)), key, text)
        if "people" in value and (PEOPLE in self._documents or PEOPLE in self._unread):
            text = f"there is {PEOPLE} too: write all people in one of the two"
            self._add(PROCEDURE, document.line(("people",)), "people", text)
        return {key: entry for key, entry in value.items() if key not in words.NOT_WRITTEN}

    # The checks.

    def _validated(self, data: dict[str, Any]) -> Procedure | None:
        """The procedure, with stand-ins wherever a mistake has been told."""
        endless = [Mistake(keys, text) for keys, text in words.endless(data)]
        self._tell(endless)
        for mistake in endless:
            words.put(data, mistake.path)
        for _ in range(_ROUNDS):
            try:
                return Procedure.model_validate(data)
            except ValidationError as problem:
                errors = problem.errors(include_url=False)
            self._told |= _meant(errors)
            self._tell([Mistake(words.place(error), words.explain(error)) for error in errors])
            data = words.repaired(data, errors)
        return None

    def _tell(self, found: Iterable[Mistake], told_after: bool = True) -> None:
        """Take down mistakes, except where one has been told before or because of a stand-in."""
        new = [mistake for mistake in found if not self._is_told(mistake)]
        for mistake in new:
            file, keys = self._where(mistake.path)
            document = self._documents.get(file, Document())
            self._add(file, document.line(keys), _dotted(keys), mistake.text)
        if told_after:
            self._told |= {mistake.path for mistake in new}

    def _is_told(self, mistake: Mistake) -> bool:
        if STAND_IN in mistake.text or self._where(mistake.path)[0] in self._unread:
            return True
        return any(mistake.path[:length] in self._told for length in range(len(mistake.path) + 1))

    def _where(self, path: Keys) -> tuple[str, Keys]:
        """The file a place of the procedure stands in, and the place in that file."""
        if path[:1] == ("clients",):
            return (f"{CLIENTS}/{path[1]}.yaml", path[2:]) if len(path) > 1 else (CLIENTS, ())
        if path[:1] == ("people",) and (PEOPLE in self._documents or PEOPLE in self._unread):
            return PEOPLE, path[1:]
        return PROCEDURE, path

    def _give_up(self, name: str, line: int, text: str) -> None:
        """Nothing more can be said of this file."""
        self._unread.add(name)
        self._add(name, line, "", text)

    def _add(self, file: str, line: int, key: str, text: str) -> None:
        shown = file.encode("utf-8", "replace").decode()  # a file's name may be no text at all
        self._found.append(FileMistake(shown, line, key, text))


def file_names(folder: Path) -> list[str]:
    """The files that belong to a procedure, and those that were surely meant to."""
    top = [
        name
        for stem in (PROCEDURE, PEOPLE)
        for name in (stem, stem[:-5] + ".yml")
        if (folder / name).exists()
    ]
    clients = folder / CLIENTS
    inside = clients.iterdir() if clients.is_dir() else iter(())
    found = [
        path.name for path in inside if path.suffix in (".yaml", ".yml") and not path.name.startswith(".")
    ]
    return sorted(top) + [f"{CLIENTS}/{name}" for name in sorted(found)]


def _root(name: str) -> Keys:
    """Where in the procedure a file's content goes."""
    if name.startswith(CLIENTS):
        return ("clients", Path(name).stem)
    return ("people",) if name == PEOPLE else ()


def _dotted(keys: Keys) -> str:
    """A place as people write it: positions in lists count from 1. An address in it may be a secret."""
    shown = (str(key + 1) if isinstance(key, int) else key for key in keys)
    return ".".join("..." if "://" in key else key for key in shown)


def _reading_order(mistake: FileMistake) -> tuple[bool, bool, FileMistake]:
    return mistake.file != PROCEDURE, mistake.file != PEOPLE, mistake


def _meant(errors: Iterable[Any]) -> set[Keys]:
    """The keys that were meant by misspelt ones: they are not missing too."""
    unknown = [words.place(error) for error in errors if error["type"] == "extra_forbidden"]
    return {(*keys[:-1], meant) for keys in unknown if (meant := words.suggestion(keys))}


def _own_checks(book: Procedure) -> Iterator[Mistake]:
    """What only this side of the house can check: ids, time zones, and names that can be shown."""
    yield from _ids("person", ("people",), book.people)
    yield from _ids("helpdesk", ("helpdesks",), book.helpdesks)
    yield from _ids("monitor", ("monitors",), book.monitors)
    yield from _ids("client", ("clients",), book.clients)
    if NOBODY in book.people:
        yield Mistake(("people", NOBODY), f"{NOBODY!r} can't be the id of a person: in a rota it is no one")
    yield from _zone(("time_zone",), book.time_zone)
    for name, rota in book.rotas.items():
        if rota.time_zone:
            yield from _zone(("rotas", name, "time_zone"), rota.time_zone)
    for name, client in book.clients.items():
        yield from _ids("contact", ("clients", name, "contacts"), client.contacts)
        yield from _zone(("clients", name, "time_zone"), client.time_zone)
        yield from _country(("clients", name, "holidays"), client)
    yield from _blanks((), book)


def _country(path: Keys, client: Client) -> Iterator[Mistake]:
    if not client.holidays:
        return
    country, region = client.holidays.country, client.holidays.region
    for key, wrong in (
        ("country", holiday_dates.known_country(country, "")),
        ("region", holiday_dates.known_country(country, region)),
    ):
        if wrong:
            yield Mistake((*path, key), wrong)
            return


_YEARS_BACK, _YEARS_AHEAD = 1, 10


def _hours(book: Procedure, this: int) -> dict[str, OpenHours]:
    """The clock of each client that has hours, around this year."""
    years = range(this - _YEARS_BACK, this + _YEARS_AHEAD + 1)
    clocks = {}
    for name, client in book.clients.items():
        if client.hours:
            off = client.holidays
            where = (off.country, off.region) if off else ("", "")
            dates, worked = holiday_dates.dates(*where, years), holiday_dates.worked(*where, years)
            clocks[name] = opening_hours(client.time_zone, client.hours, off, dates, worked)
    return clocks


def _ids(what: str, path: Keys, idents: Iterable[str]) -> Iterator[Mistake]:
    for ident in idents:
        if not _ID.fullmatch(ident):
            rule = "rename the file: " + _ID_RULE if what == "client" else _ID_RULE
            yield Mistake((*path, ident), f"{ident!r} can't be the id of a {what}: {rule}")


def _zone(path: Keys, zone: str) -> Iterator[Mistake]:
    if zone not in _zones():
        near = difflib.get_close_matches(zone, _zones(), n=1)
        example = f"{near[0]} or Europe/London" if near else "Europe/London"
        yield Mistake(path, f"there is no time zone {zone!r}: write a name such as {example}")


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _blanks(path: Keys, value: object) -> Iterator[Mistake]:
    """Required texts that are empty, and names that don't fit on one line of a mail."""
    if isinstance(value, BaseModel):
        for key, field in type(value).model_fields.items():
            entry = getattr(value, key)
            if field.is_required() and entry == "":
                yield Mistake((*path, key), "is empty: write a text")
            elif key == "name" and not str(entry).isprintable():
                yield Mistake((*path, key), f"{entry!r} has more than one line: write the name on one")
            yield from _blanks((*path, key), entry)
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _blanks((*path, key), entry)
    elif isinstance(value, tuple):
        for number, entry in enumerate(value):
            yield from _blanks((*path, number), entry)
