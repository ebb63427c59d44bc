"""Small inputs after public reports about other programs: each is read as it is meant, however it is packed.

Those that need more than one input are told elsewhere: a flood (``tests/system/test_flood.py``), names in the
headers of mails (``tests/test_addresses.py``), scanners that open links (``tests/workflows/test_links.py``),
and holidays on another day (``tests/procedure/clocks/test_calendars.py``).
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from gateway import payload
from gateway.sources import Arrival, Mapped, generic
from runtime import ical
from runtime.ical import Names
from starter import cli
from tests.northwind import ON_CALL, northwind
from tests.system.parts import procedure_in
from tests.tables import every
from tests.test_ical import LONDON, PEOPLE, person, utc

CASES = Path(__file__).parent / "cases"
EVENING = datetime(2026, 11, 27, 18, 5, tzinfo=UTC)

# Calendars ------------------------------------------------------------------------------------

JOERG = person("Joerg Mueller").model_copy(update={"mail": "joerg.mueller@northwind.example"})

WAYS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "with line ends of Unix": lambda feed: feed.replace(b"\r\n", b"\n"),
    "with line ends of networks": lambda feed: feed.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "with a byte order mark": lambda feed: b"\xef\xbb\xbf" + feed,
    "folded at each tenth letter": lambda feed: b"\r\n".join(
        b"\r\n ".join(line[at : at + 10] for at in range(0, len(line), 10) or [0])
        for line in re.sub(rb"\r?\n[ \t]", b"", feed).splitlines()
    ),
    "with blank lines at its end": lambda feed: feed + b"\r\n\r\n",
}


@every(
    "name, shifts",
    {
        "outlook-custom-zone": ["11-30 08:00 to 12-07 08:00 bo"],
        "display-name-zone": ["11-30 08:00 to 12-07 08:00 bo"],
        "until-local": [f"12-0{day} 23:00 to 12-0{day + 1} 04:00 bo" for day in (1, 2, 3)],
        "until-utc-across-dst": [
            *(f"10-{day} 11:00 to 10-{day} 12:00 bo" for day in (22, 23, 24)),
            *(f"10-{day} 12:00 to 10-{day} 13:00 bo" for day in (25, 26, 27)),
        ],
        "until-date-with-time": [f"12-0{day} 01:00 to 12-0{day} 05:00 bo" for day in (2, 3, 4)],
        "orphan-recurrence-id": ["12-01 13:00 to 12-01 13:30 bo", "12-02 14:00 to 12-02 15:00 dee"],
        "date-exdate-of-timed": ["12-06 09:00 to 12-06 14:00 bo", "12-20 09:00 to 12-20 14:00 bo"],
        "folded-attendee": ["12-07 00:00 to 12-08 00:00 joerg"],
    },
)
def test_a_calendar_is_read(name: str, shifts: list[str]) -> None:
    content, names = (CASES / f"{name}.ics").read_bytes(), Names(PEOPLE | {"joerg": JOERG})
    for way, change in WAYS.items():
        found = ical.read(change(content), LONDON, names, utc("2026-10-15"), utc("2027-01-10")).shifts
        assert [f"{s.begin:%m-%d %H:%M} to {s.end:%m-%d %H:%M} {s.person}" for s in found] == shifts, way


# Webhooks -------------------------------------------------------------------------------------


def sent(body: bytes, encoding: str = "", content_type: str = "application/json") -> Mapped:
    """As the door reads it."""
    read = payload.read(payload.unpacked(body, encoding), content_type)
    return generic(read, Arrival(northwind(), "generic", EVENING))


@every(
    "name, known",
    {
        "mail-case": {"number": "n-19", "requester": "kim", "client": "harbor"},
        "mail-case-sibling": {"number": "n-18", "requester": "kim", "client": "harbor"},
        "bom": {"number": "BOM-1"},
        "number-as-integer": {"number": "4711"},
        "raw-newline": {"description": "<p>1</p>\n<p>2</p>"},
        "nul": {"title": "CPU is over 90%", "description": "ab"},
        "emoji": {"title": "\N{GRINNING FACE}" * 200},
    },
)
def test_a_webhook_is_read(name: str, known: dict[str, Any]) -> None:
    body = (CASES / f"{name}.json").read_bytes()
    text = body.decode("utf-8-sig")
    mapped = sent(body)
    assert {field: getattr(mapped.opening, field) for field in known} == known
    assert mapped.opening.facts.system == "office mail"
    for same in (
        sent(b"\xef\xbb\xbf" + text.encode()),
        sent(text.encode("utf-16")),
        sent(text.encode(), content_type='application/json; charset="UTF-8"'),
        sent(gzip.compress(body), "gzip"),
    ):
        assert same == mapped


def test_what_is_too_long_to_be_found_by_is_cut_and_named() -> None:
    """System and category, whatever letters they are in: Temporal never takes more than 2,048 bytes."""
    body = (CASES / "long-field.json").read_bytes()
    assert sent(body).unknown == ("system",)
    for long in ("\N{FIRE}" * 900, "字" * 700):
        text = body.decode().replace("x" * 5000, long)
        mapped = sent(text.encode())
        assert mapped.unknown == ("system",)
        assert len(mapped.opening.facts.system) < len(long)


# Holidays --------------------------------------------------------------------------------------


def test_a_country_with_regions_and_none_given_is_a_thing_to_look_at(tmp_path: Path) -> None:
    clients = ON_CALL["clients"]
    harbor = clients["harbor"] | {"holidays": {"country": "GB"}}
    folder = procedure_in(tmp_path / "rung", **ON_CALL | {"clients": clients | {"harbor": harbor}})
    told = CliRunner().invoke(cli, ["check", str(folder)]).output
    assert "Harbor Trading: its holidays are those that all of GB has; " in told
