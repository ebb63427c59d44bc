"""A procedure folder is read as a whole or not at all, and every mistake says what to write instead."""

from __future__ import annotations

import json
import os
import re
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedure.book.procedure import Procedure
from runtime.procedure_files import MAX_BYTES, FileMistake, ProcedureError, read, schema
from runtime.procedure_folder import ProcedureFolder
from tests.tries import examples

EXAMPLES = Path(__file__).parents[3] / "examples"

PROCEDURE = """\
name: Northwind
time_zone: Europe/London
mail:
  sender: {name: Desk, mail: desk@northwind.example}
last_resort:
  person: ida
  again_every: 10 minutes
severities:
  critical:
    meaning: The business stands still.
    starts_at: engineering
    acknowledge: 5 minutes
  high: {meaning: Much is blocked., starts_at: first level, acknowledge: 10 minutes}
  medium: {meaning: Trouble., starts_at: first level, acknowledge: 1 hour}
  low: {meaning: A wish., starts_at: first level, acknowledge: 4 hours}
tiers:
  - name: first level
    people: [ana, ben]
    lead: ben
  - name: engineering
    people: [cy]
    lead: ida
commitments:
  critical: {first level: 15 minutes, engineering: 2 hours}
  high: {first level: 30 minutes, engineering: 4 hours}
  medium: {first level: 2 hours, engineering: 2 business days}
  low:
    first level: 1 business day
    engineering: 3 business days
criteria:
  warn_at_percent: 75
  complexity:
    failed disk: engineering
  impact:
    severities: [critical, high]
    users_from: 25
    tier: engineering
  pattern: {times: 3, within_days: 30, tier: engineering}
  customer_request:
    answer_within: 30 minutes
confirm_within: 2 business days
pause_at_most: 3 days
helpdesks:
  generic:
    kind: generic
    verified_by: hmac
    secret: {env: RUNG_SECRET_GENERIC}
    clients: [harbor]
"""
PEOPLE = """\
ana: {name: Ana Ruiz, mail: ana@northwind.example}
ben:
  name: Ben Okafor
  mail: ben@northwind.example
cy: {name: Cy Tanaka, mail: cy@northwind.example}
ida: {name: Ida Northcott, mail: ida@northwind.example}
"""
CLIENT = """\
name: Harbor Trading
time_zone: Europe/London
contacts:
  kim: {name: Kim Harlow, mail: kim@harbor.example}
systems:
  trading:
    rules:
      - severity: critical
        state: [down]
        workaround: false
      - severity: medium
        users_from: 5
otherwise: medium
"""
AUTHORITY = """\
authority:
  currency: GBP
  answer_within: {critical: 10 minutes, high: 30 minutes, medium: 2 hours, low: 8 hours}
  undecided: ida
  actions:
    restart:
      meaning: Restart a server.
      may:
        - {tier: first level, downtime: 10 minutes}
        - {tier: engineering, without_limit: true}
      consent: [downtime in hours]
    failover:
      may:
        - tier: engineering
          cost: 500
          downtime: 2 hours
        - {tier: first level, when: emergency, downtime: 1 hour}
      two_people: true
  options:
    go over:
      action: failover
      carried_out_by: first level
    decline:
      action: restart
      resolves: true
"""
AGREED = """\
authority:
  - contact: kim
    downtime: 3 hours
    actions: [restart]
consent:
  failover: [cost]
"""
BOOK, WHO, HARBOR = "procedure.yaml", "people.yaml", "clients/harbor.yaml"
FILES: dict[str, str] = {BOOK: PROCEDURE, WHO: PEOPLE, HARBOR: CLIENT}


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files into a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def mistakes(folder: Path) -> tuple[FileMistake, ...]:
    """What is wrong in a folder that must not check."""
    with pytest.raises(ProcedureError) as refused:
        read(folder)
    return refused.value.mistakes


def changed(folder: Path, file: str, old: str, new: str) -> tuple[FileMistake, ...]:
    """The mistakes of a good procedure in which one thing is changed."""
    assert FILES[file].count(old) == 1, f"{old!r} must stand once in {file}"
    write(folder, {**FILES, file: FILES[file].replace(old, new)})
    return mistakes(folder)


def rota(*lines: str) -> tuple[str, str]:
    """What is changed, and into what, so that the procedure has a rota of these lines, from line 51 on."""
    last = "    clients: [harbor]\n"
    return last, last + "rotas:\n  seniors:\n" + "".join(f"    {line}\n" for line in lines)


# what it is, file, what is changed, into what, line, key, what the text says
TABLE = [
    # Keys.
    ("an unknown key with a near one", BOOK, "\ntiers:\n", "\ntier:\n", 16, "tier",
     "there is no key 'tier': did you mean 'tiers'?"),
    ("an unknown key with none near", BOOK, "warn_at_percent: 75", "colour: red", 31,
     "criteria.colour", "there is no key 'colour': write one of warn_at_percent, progress, complexity"),
    ("an unknown key in a list", BOOK, "  - name: engineering", "  - nmae: engineering", 20,
     "tiers.2.nmae", "did you mean 'name'?"),
    ("an unknown key of a client", HARBOR, "otherwise: medium", "otherwise: medium\nfax: 1", 14,
     "fax", "there is no key 'fax': write one of name, known_as"),
    ("an unknown key of a person", WHO, "  name: Ben Okafor\n", "  name: Ben Okafor\n  tel: 1\n", 4,
     "ben.tel", "write one of name, mail, title"),
    ("the version, which is not written", BOOK, "name: Northwind", "name: Northwind\nversion: 2", 2,
     "version", "there is no key 'version': write one of name"),
    ("clients in procedure.yaml", BOOK, "name: Northwind", "name: Northwind\nclients: {}", 2,
     "clients", "write them as clients/<id>.yaml"),
    ("people in two places", BOOK, "name: Northwind", "name: Northwind\npeople: {}", 2, "people",
     "there is people.yaml too: write all people in one of the two"),
    ("a key that is there twice", BOOK, "pause_at_most: 3 days",
     "pause_at_most: 3 days\nname: Southwind", 43, "name", "'name' is there twice, first in line 1"),
    ("a person who is there twice", WHO, "cy: {name: Cy Tanaka", "ana: {name: Cy Tanaka", 5, "ana",
     "'ana' is there twice, first in line 1"),
    ("a key that is a list", WHO, "cy: {name", "[a, b]: 1\ncy: {name", 5, "?",
     "a key must be a plain word: put texts with [ ] { } or * in quotes"),
    # Missing.
    ("a missing key at the top", BOOK, "confirm_within: 2 business days\n", "", 1, "confirm_within",
     "is missing: write a number and a unit, such as"),
    ("a missing key in a block", BOOK, "    acknowledge: 5 minutes\n", "", 9,
     "severities.critical.acknowledge", "is missing: write a number and a unit"),
    ("a missing key in a list", BOOK, "    lead: ida\n", "", 20, "tiers.2.lead",
     "is missing: write a text"),
    ("a missing block", BOOK, "  customer_request:\n    answer_within: 30 minutes\n", "", 30,
     "criteria.customer_request", "is missing: write its keys on the lines below, indented: answer_within"),
    ("a missing key of a client", HARBOR, "otherwise: medium\n", "", 1, "otherwise",
     "is missing: write one of critical, high, medium, low, or rules as a system has them"),
    ("rules for all else that leave something out", HARBOR, "otherwise: medium",
     "otherwise:\n  rules:\n    - {severity: high, state: [down]}", 13, "otherwise",
     "the last of its rules must fit all the rest: write one more, with a severity only"),
    ("a lower severity above a higher one for all else", HARBOR, "otherwise: medium",
     "otherwise:\n  rules:\n    - {severity: low, state: [down]}\n    - severity: high", 16,
     "otherwise.rules.2.severity", "put the higher severity first"),
    ("a key without a value", BOOK, "pause_at_most: 3 days", "pause_at_most:", 42, "pause_at_most",
     "has no value: write a number and a unit"),
    ("an empty text", BOOK, "name: Northwind", "name: ''", 1, "name", "is empty: write a text"),
    ("a missing severity", BOOK,
     "  low: {meaning: A wish., starts_at: first level, acknowledge: 4 hours}\n", "", 8, "severities",
     "low is missing: say what it means and where it starts"),
    ("a missing commitment of a severity", BOOK,
     "  high: {first level: 30 minutes, engineering: 4 hours}\n", "", 23, "commitments",
     "high is missing: give each tier its time"),
    ("a missing commitment of a tier", BOOK, "    first level: 1 business day\n", "", 27,
     "commitments.low", 'first level is missing: write how long, such as "first level: 2 hours"'),
    # Wrong values.
    ("a wrong unit", BOOK, "acknowledge: 5 minutes", "acknowledge: 30 minuts", 12,
     "severities.critical.acknowledge", "'30 minuts' is not a length of time: write a number and a unit"),
    ("a number without a unit", BOOK, "again_every: 10 minutes", "again_every: 10", 7,
     "last_resort.again_every", "'10' is not a length of time: write a number and a unit"),
    ("a time of day that YAML would make 750", BOOK, "pause_at_most: 3 days",
     "pause_at_most: 12:30", 42, "pause_at_most", "'12:30' is not a length of time: write a number"),
    ("a length in a list", BOOK, "pause_at_most: 3 days", "pause_at_most: [3 days]", 42,
     "pause_at_most", "a list is not a length of time: write a number and a unit"),
    ("business days mixed with hours", BOOK, "first level: 1 business day",
     "first level: 1 business day 2 hours", 28, "commitments.low.first level", "use one of the two"),
    ("a length beyond a year", BOOK, "pause_at_most: 3 days", "pause_at_most: 400 days", 42,
     "pause_at_most", "'400 days' is too long: write at most 366 days"),
    ("a length beyond all counting", BOOK, "pause_at_most: 3 days",
     f"pause_at_most: {'9' * 30} days", 42, "pause_at_most", "is too long: write at most 366 days"),
    ("a word for a number", BOOK, "users_from: 25", "users_from: many", 36,
     "criteria.impact.users_from", "'many' is not a whole number: write a whole number, such as 5"),
    ("a yes for a number", BOOK, "users_from: 25", "users_from: yes", 36,
     "criteria.impact.users_from", "'yes' is not a whole number"),
    ("a number that is too small", BOOK, "users_from: 25", "users_from: 0", 36,
     "criteria.impact.users_from", "0 is too small: write 1 or more"),
    ("a number that is too big", BOOK, "warn_at_percent: 75", "warn_at_percent: 100", 31,
     "criteria.warn_at_percent", "100 is too big: write 99 or less"),
    ("a word for true or false", HARBOR, "workaround: false", "workaround: maybe", 10,
     "systems.trading.rules.1.workaround", "'maybe' is not true or false: write true or false"),
    ("a text for a list", HARBOR, "state: [down]", "state: down", 9,
     "systems.trading.rules.1.state", "'down' is not a list: write a list, each line with a dash"),
    ("a text for a block", WHO, "cy: {name: Cy Tanaka, mail: cy@northwind.example}", "cy: Cy Tanaka", 5,
     "cy", "'Cy Tanaka' is not a block of keys: write its keys on the lines below, indented: name, mail"),
    ("a block for a text", BOOK, "name: Northwind", "name: {first: North}", 1, "name",
     "a block of keys is not a text: write a text"),
    ("an unknown word where few are known", HARBOR, "state: [down]", "state: [broken]", 9,
     "systems.trading.rules.1.state.1", "'broken' is not known here: write one of down, impaired, limited"),
    ("an unknown severity", BOOK, "  high: {meaning", "  urgent: {meaning", 13, "severities.urgent",
     "'urgent' is not known here: write one of critical, high, medium, low"),
    ("an unknown kind of helpdesk", BOOK, "kind: generic", "kind: zendesk", 45,
     "helpdesks.generic.kind", "'zendesk' is not known here: write one of generic, django-helpdesk"),
    ("an empty list", BOOK, "severities: [critical, high]", "severities: []", 35,
     "criteria.impact.severities", "is empty: name at least one"),
    ("a bad mail address", WHO, "  mail: ben@northwind.example", "  mail: ben at northwind", 4, "ben.mail",
     "'ben at northwind' is not a mail address: write one like"),
    ("an address that no mail can be sent to", WHO, "cy@northwind.example", "cy.@northwind.example",
     5, "cy.mail", "'cy.@northwind.example' is not a mail address: write one like"),
    ("an address of the sender in letters that not all servers take", BOOK, "mail: desk@", "mail: désk@", 4,
     "mail.sender.mail", "'désk@northwind.example' has letters before the @ that not all mail servers take"),
    ("an unknown time zone", BOOK, "time_zone: Europe/London", "time_zone: Atlantis", 2, "time_zone",
     "there is no time zone 'Atlantis': write a name such as"),
    ("an unknown time zone of a client", HARBOR, "Europe/London", "Europe/Lodnon", 2, "time_zone",
     "write a name such as Europe/London"),
    ("a name with two lines", WHO, "Ben Okafor", '"Ben\\nBcc: x@y.example"', 3, "ben.name",
     "has more than one line: write the name on one"),
    ("a text that is too long", BOOK, "name: Northwind", f"name: {'x' * 2001}", 1, "name",
     "this text is too long: write at most 2000 characters"),
    # What the parts say of each other.
    ("a tier with nobody", BOOK, "people: [cy]", "people: []", 21, "tiers.2.people",
     "engineering has nobody: name at least one person"),
    ("an unknown person", BOOK, "people: [cy]", "people: [cyy]", 21, "tiers.2.people.1",
     "there is no person 'cyy': write one of ana, ben, cy, ida"),
    ("a person whose id YAML would make false", BOOK, "people: [cy]", "people: [no]", 21,
     "tiers.2.people.1", "there is no person 'no': write one of"),
    ("an unknown last resort", BOOK, "person: ida", "person: idda", 6, "last_resort.person",
     "there is no person 'idda': write one of"),
    ("an unknown tier", BOOK, "starts_at: engineering", "starts_at: engineers", 11,
     "severities.critical.starts_at", "there is no tier 'engineers': write one of first level, engineering"),
    ("a commitment of an unknown tier", BOOK, "    engineering: 3 business days",
     "    engineering: 3 business days\n    board: 1 hour", 30, "commitments.low.board",
     "there is no tier 'board': write one of first level, engineering"),
    ("two tiers of one name", BOOK, "  - name: engineering\n",
     "  - name: first level\n    people: [ana]\n    lead: ana\n  - name: engineering\n", 20, "tiers.2.name",
     "'first level' is there twice: each tier has its own name"),
    ("a lower severity above a higher one", HARBOR, "severity: critical", "severity: low", 11,
     "systems.trading.rules.2.severity", "put the higher severity first"),
    ("a secret without a place", BOOK, "{env: RUNG_SECRET_GENERIC}", "{}", 47,
     "helpdesks.generic.secret", 'name one place for the secret: "env: NAME" or "file: PATH"'),
    ("a helpdesk without clients", BOOK, "    clients: [harbor]\n", "", 44, "helpdesks.generic.clients",
     'is missing: write "all", or a list of ids of clients, such as [harbor]'),
    ("a helpdesk of no client", BOOK, "[harbor]", "[]", 48, "helpdesks.generic.clients",
     'is empty: name at least one; write "all", or a list'),
    ("a helpdesk of an unknown client", BOOK, "[harbor]", "[harbour]", 48, "helpdesks.generic.clients.1",
     "there is no client 'harbour': write all, or some of harbor"),
    ("a word for the clients of a helpdesk", BOOK, "[harbor]", "every", 48, "helpdesks.generic.clients",
     "'every' is not a list: write \"all\", or a list"),
    ("a contact with the id of somebody else", HARBOR, "  kim:", "  ana:", 4, "contacts.ana",
     "'ana' is taken by the MSP's people: give this contact another id"),
    # Hours, holidays, leave.
    ("hours that are none", HARBOR, "otherwise: medium", "hours:\n  monday: nine to five\notherwise: medium",
     14, "hours.monday", "'nine to five' are no working hours: write when it begins and ends"),
    ("a window in a list that is none", HARBOR, "otherwise: medium",
     "hours:\n  monday:\n    - 9-12\n    - noon\notherwise: medium", 14, "hours.monday",
     "'noon' are no working hours: write when it begins and ends"),
    ("no working day at all", HARBOR, "otherwise: medium", "hours:\n  monday: closed\notherwise: medium",
     13, "hours", "no working day at all: write at least one, such as weekdays"),
    ("an unknown country", HARBOR, "otherwise: medium",
     "hours: {weekdays: 9-17}\nholidays:\n  country: Atlantis\notherwise: medium", 15, "holidays.country",
     "'Atlantis' is no country whose holidays are known"),
    ("an unknown region", HARBOR, "otherwise: medium",
     "hours: {weekdays: 9-17}\nholidays:\n  country: GB\n  region: XYZ\notherwise: medium", 16,
     "holidays.region", "'XYZ' is no region of GB: write one of"),
    ("a holiday that is no date", HARBOR, "otherwise: medium",
     "hours: {weekdays: 9-17}\nholidays:\n  also:\n    Christmas: closed\notherwise: medium", 16,
     "holidays.also.Christmas", "'Christmas' is not a date: write a date such as 2026-12-24"),
    ("a leave that is no date", WHO, "  mail: ben@northwind.example",
     "  mail: ben@northwind.example\n  leave:\n    - first: tomorrow\n      last: 2026-12-24", 6,
     "ben.leave.1.first", "'tomorrow' is not a date: write a date such as 2026-12-24"),
    ("a number for a date", WHO, "  mail: ben@northwind.example",
     "  mail: ben@northwind.example\n  leave:\n    - first: 24.12.2026\n      last: 2026-12-24", 6,
     "ben.leave.1.first", "'24.12.2026' is not a date: write a date such as 2026-12-24"),
    ("a channel without a place", WHO, "  mail: ben@northwind.example",
     "  mail: ben@northwind.example\n  channels:\n    sms: {}", 6, "ben.channels.sms", "name one place"),
    # Rotas.
    ("an unknown person in a rotation", BOOK, *rota("people: [ana, bo]", "starts: 2026-11-02"), 51,
     "rotas.seniors.people.2", "there is no person 'bo': write one of ana, ben, cy, ida"),
    ("a rotation without a start", BOOK, *rota("people: [ana, ben]"), 50, "rotas.seniors.starts",
     "is missing: write a Monday on which ana is handed the duty"),
    ("a start on another day", BOOK, *rota("people: [ana, ben]", "starts: 2026-11-04"), 52,
     "rotas.seniors.starts", "2026-11-04 is a Wednesday, and the handover is on Monday: write 2026-11-02"),
    ("a start that is no date", BOOK, *rota("people: [ana, ben]", "starts: 2026-13-01"), 52,
     "rotas.seniors.starts", "'2026-13-01' is not a date: write a date such as 2026-12-24"),
    ("a handover that is none", BOOK, *rota("people: [ana]", "handover: noon"), 52, "rotas.seniors.handover",
     "'noon' is not a day and a time: write them such as \"Monday 09:00\""),
    ("a turn of no weeks", BOOK, *rota("people: [ana]", "weeks: 0"), 52, "rotas.seniors.weeks",
     "0 is too small: write 1 or more"),
    ("a rota nowhere", BOOK, *rota("people: [ana]", "time_zone: Europe/Lodnon"), 52,
     "rotas.seniors.time_zone", "write a name such as Europe/London"),
    ("a rota of nobody", BOOK, *rota("weeks: 2"), 50, "rotas.seniors.people", "nobody is in this rota"),
    ("a rotation and a calendar", BOOK, *rota("people: [ana]", "calendar: {url: https://x.example/a.ics}"),
     52, "rotas.seniors.calendar", "write a rotation or a calendar, not both"),
    ("an override that ends before it begins", BOOK,
     *rota("people: [ana]", "overrides:", "  - begins: 2026-12-24 18:00", "    ends: 2026-12-24",
           "    person: ben"), 54, "rotas.seniors.overrides.1.ends", "is not after it begins"),
    ("an override at no time, and another", BOOK,
     *rota("people: [ana]", "overrides:", "  - {begins: Christmas, ends: 2026-12-26, person: ben}",
           "  - {begins: 2026-12-27 08:00, ends: 2026-12-28, person: cy}"), 53,
     "rotas.seniors.overrides.1.begins", "'Christmas' is not a date and a time: write it as on the wall"),
    ("an override by a stranger", BOOK,
     *rota("people: [ana]", "overrides:", "  - {begins: 2026-12-24, ends: 2026-12-26, person: bo}"), 53,
     "rotas.seniors.overrides.1.person", "write one of ana, ben, cy, ida, or nobody"),
    ("an empty calendar", BOOK, *rota("calendar: {}"), 51, "rotas.seniors.calendar", "name one place for it"),
    ("a feed at no address", BOOK, *rota("calendar: {url: calendar.example}"), 51,
     "rotas.seniors.calendar.url", "write one such as https://calendar.example/rota.ics"),
    ("a secret feed in two places", BOOK, *rota("calendar: {secret_url: {env: A, file: b}}"), 51,
     "rotas.seniors.calendar.secret_url", "name one place"),
    ("a calendar that is not there", BOOK, *rota("calendar: {file: seniors.ics}"), 51,
     "rotas.seniors.calendar.file", "there is no file 'seniors.ics' in this folder: put it there"),
    ("a calendar above the folder", BOOK, *rota("calendar: {file: ../seniors.ics}"), 51,
     "rotas.seniors.calendar.file", "'../seniors.ics' lies outside this folder"),
    ("a calendar anywhere", BOOK, *rota("calendar: {file: /etc/hostname}"), 51,
     "rotas.seniors.calendar.file", "'/etc/hostname' lies outside this folder"),
    ("a calendar of an impossible name", BOOK, *rota(f"calendar: {{file: {'x' * 999}.ics}}"), 51,
     "rotas.seniors.calendar.file", "in this folder: put it there"),
    ("a calendar with a null in its name", BOOK, *rota('calendar: {file: "a\\0.ics"}'), 51,
     "rotas.seniors.calendar.file", "lies outside this folder"),
    # Ids.
    ("a person called nobody", WHO, "cy: {name", "nobody: {name: N, mail: n@n.example}\ncy: {name", 5,
     "nobody", "'nobody' can't be the id of a person"),
    ("an id of a person with capitals", WHO, "cy: {name", "CY: {name: C, mail: c@c.example}\ncy: {name", 5,
     "CY", "'CY' can't be the id of a person: write lower-case letters and digits, with single hyphens"),
    ("an id with two hyphens", HARBOR, "  kim:", "  kim--harlow:", 4, "contacts.kim--harlow",
     "can't be the id of a contact: write lower-case letters and digits, with single hyphens"),
    ("an id that ends with a hyphen", HARBOR, "  kim:", "  kim-:", 4, "contacts.kim-",
     "can't be the id of a contact: write lower-case letters"),
    ("a very long id", HARBOR, "  kim:", f"  {'k' * 51}:", 4, f"contacts.{'k' * 51}",
     "50 characters at most"),
    ("an id of a contact with a blank", HARBOR, "  kim:", "  kim harlow:", 4, "contacts.kim harlow",
     "can't be the id of a contact: write lower-case letters"),
    ("an id of a helpdesk that begins with a digit", BOOK, "  generic:\n", "  1st:\n", 44,
     "helpdesks.1st", "can't be the id of a helpdesk: write lower-case letters"),
    # YAML itself.
    ("a colon too many", BOOK, "name: Northwind", "name: Northwind: IT", 1, "",
     "there is a colon where none can be: check the indentation, or put the text in quotes"),
    ("a tab", BOOK, "  person: ida", "\tperson: ida", 6, "", "never with tabs"),
    ("a bracket never closed", BOOK, "people: [ana, ben]", "people: [ana, ben", 18, "",
     "is never closed: close it"),
    ("a quotation mark never closed", HARBOR, "otherwise: medium", "otherwise: 'medium", 13, "",
     "a quotation mark is opened here and never closed: close it"),
    ("a wrong indentation", WHO, "  mail: ben@", " mail: ben@", 4, "", "check the indentation"),
    ("a control character", WHO, "Ben Okafor", "Ben \x07", 3, "", "control character that can't be read"),
    ("a second document", WHO, "cy: {name", "---\ncy: {name", 5, "", "a second document begins here"),
    ("blocks without end", WHO, "ana: {name", f"zed: {'[' * 5000}\nana: {{name", 1, "",
     "more than 20 deep: write it flatter"),
    ("an alias", BOOK, "    engineering: 3 business days", "    engineering: *long", 29,
     "commitments.low.engineering", "'*long' points to another place: write the value itself here"),
    ("a merge key", BOOK, "  again_every: 10 minutes", "  again_every: 10 minutes\n  <<: *base", 8,
     "last_resort.<<", "'*base' points to another place: write the value itself"),
    ("a tag", WHO, "name: Ben Okafor", "name: !!python/name:os.system x", 3, "ben.name",
     "are not used here: write the value alone"),
    ("a procedure that is a list", HARBOR, CLIENT, "- name: Harbor\n", 1, "",
     "a list is not a block of keys: write its keys"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "key", "says"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_one_mistake_is_told_once_with_its_place_and_its_cure(
    tmp_path: Path, file: str, old: str, new: str, line: int, key: str, says: str
) -> None:
    """Exactly one mistake, in the right file, line and key, that says what to write."""
    found = changed(tmp_path, file, old, new)
    shown = "\n".join(map(str, found))
    told = [m for m in found if m.key not in ALSO.get((file, key), ())]
    assert [(m.file, m.line, m.key) for m in told] == [(file, line, key)], shown
    assert says in told[0].text, shown


# Where one change is honestly two mistakes: what was renamed is missing, too.
ALSO = {
    ("procedure.yaml", "severities.urgent"): ("severities",),
    ("people.yaml", "ana"): ("tiers.2.people.1",),
}


def test_the_procedure_checks_before_anything_is_changed(tmp_path: Path) -> None:
    """The table above starts from files without a mistake."""
    book = read(write(tmp_path, dict(FILES)))
    assert (book.name, list(book.people), list(book.clients)) == (
        "Northwind",
        ["ana", "ben", "cy", "ida"],
        ["harbor"],
    )
    assert book.clients["harbor"].systems["trading"].rules[0].workaround is False


def test_a_mistake_is_written_as_file_line_key_and_text(tmp_path: Path) -> None:
    """The line that people see can be clicked in an editor."""
    (mistake,) = changed(tmp_path, "procedure.yaml", "acknowledge: 5 minutes", "acknowledge: 30 minuts")
    assert str(mistake) == (
        "procedure.yaml:12: severities.critical.acknowledge: '30 minuts' is not a length of time: "
        'write a number and a unit, such as "30 minutes", "2 hours", "1 business day"'
    )


def test_all_mistakes_of_all_files_come_in_one_go(tmp_path: Path) -> None:
    """One reading tells everything, also what only the whole can show, in reading order."""
    procedure = PROCEDURE.replace("starts_at: engineering", "starts_at: engineers")
    procedure = procedure.replace("pause_at_most: 3 days", "pause_at_most: 3 dais")
    people = PEOPLE.replace("ana@northwind.example", "ana").replace("cy: {", "zoe: {")
    client = CLIENT.replace("otherwise: medium", "otherwise: so-so").replace("Europe/London", "Utopia")
    broken = {"clients/lindqvist.yaml": "name: 'Lindqvist\n"}
    write(
        tmp_path, {**FILES, "procedure.yaml": procedure, "people.yaml": people, "clients/harbor.yaml": client}
    )
    found = mistakes(write(tmp_path, dict(broken)))
    assert [(m.file, m.line, m.key) for m in found] == [
        ("procedure.yaml", 11, "severities.critical.starts_at"),
        ("procedure.yaml", 21, "tiers.2.people.1"),
        ("procedure.yaml", 42, "pause_at_most"),
        ("people.yaml", 1, "ana.mail"),
        ("clients/harbor.yaml", 2, "time_zone"),
        ("clients/harbor.yaml", 13, "otherwise"),
        ("clients/lindqvist.yaml", 1, ""),
    ]


def test_what_is_not_known_makes_no_further_mistakes(tmp_path: Path) -> None:
    """With people.yaml unreadable nobody is called unknown; with a tier unnamed no tier is."""
    procedure = PROCEDURE.replace("  - name: engineering\n", "  - people: [cy]\n").replace(
        "    people: [cy]\n", ""
    )
    write(tmp_path, {**FILES, "procedure.yaml": procedure, "people.yaml": "ana: 'Ana"})
    assert [(m.file, m.key) for m in mistakes(tmp_path)] == [
        ("procedure.yaml", "tiers.2.name"),
        ("people.yaml", ""),
    ]


def test_clients_that_can_not_be_read_make_no_further_mistakes(tmp_path: Path) -> None:
    """Two broken clients are two mistakes, and nothing is said of what they might hold."""
    broken: dict[str, str | bytes] = {"clients/acme.yaml": "name: [", "clients/bolt.yaml": ""}
    found = mistakes(write(tmp_path, {**FILES, **broken}))
    assert [(m.file, m.key) for m in found] == [("clients/acme.yaml", ""), ("clients/bolt.yaml", "")]


def test_people_may_stand_in_procedure_yaml(tmp_path: Path) -> None:
    """people.yaml is there for convenience; mistakes then stand where the people stand."""
    inside = PROCEDURE + "people:\n" + "".join(f"  {line}\n" for line in PEOPLE.splitlines())
    files = {"procedure.yaml": inside, "clients/harbor.yaml": CLIENT}
    assert list(read(write(tmp_path, dict(files))).people) == ["ana", "ben", "cy", "ida"]
    write(tmp_path, {"procedure.yaml": inside.replace("ben@northwind.example", "ben")})
    assert [(m.file, m.line, m.key) for m in mistakes(tmp_path)] == [
        ("procedure.yaml", 53, "people.ben.mail")
    ]


def test_words_that_yaml_takes_for_something_else_are_what_they_look_like(tmp_path: Path) -> None:
    """A person may be called no or on, and a name may be a number or a date."""
    people = PEOPLE.replace("cy: {name: Cy Tanaka", "no: {name: 2024-01-01").replace("ida: {", "on: {")
    procedure = (
        PROCEDURE.replace("[cy]", "[no]").replace("ida", "on").replace("users_from: 25", "users_from: '25'")
    )
    client = CLIENT.replace("workaround: false", "workaround: no")
    book = read(
        write(tmp_path, {"procedure.yaml": procedure, "people.yaml": people, "clients/harbor.yaml": client})
    )
    assert (book.tiers[1].people, book.last_resort.person) == (("no",), "on")
    assert book.people["no"].name == "2024-01-01"
    assert book.criteria.impact is not None and book.criteria.impact.users_from == 25
    assert book.clients["harbor"].systems["trading"].rules[0].workaround is False


# what it is, the files that are other than good ones (None: not there), file and line, what the text says
FILE_TABLE = [
    ("no procedure.yaml", {"procedure.yaml": None}, "procedure.yaml", 1, "this file is missing: write it"),
    ("no client", {"clients/harbor.yaml": None}, "clients", 1, "write one each, as clients/harbor.yaml"),
    ("an empty procedure", {"procedure.yaml": "# soon\n"}, "procedure.yaml", 1, "is empty: write its keys"),
    ("an empty client", {"clients/new.yaml": ""}, "clients/new.yaml", 1, "is empty: write its keys"),
    ("empty people", {"people.yaml": ""}, "people.yaml", 1, "is empty: write its keys"),
    ("a procedure that is a text", {"procedure.yaml": "Hello"}, "procedure.yaml", 1, "write its keys"),
    ("another encoding", {"people.yaml": b"ana: 1\nben: \xe9\n"}, "people.yaml", 2, "encoding UTF-8"),
    ("a file that is too big", {"people.yaml": b"#" * (MAX_BYTES + 1)}, "people.yaml", 1, "bigger than 1 MB"),
    ("the other ending", {"clients/new.yml": CLIENT}, "clients/new.yml", 1, "rename it to clients/new.yaml"),
    ("a client's id with capitals",
     {"clients/Acme.yaml": CLIENT.replace("kim", "joe").replace("Harbor Trading", "Acme")},
     "clients/Acme.yaml", 1, "can't be the id of a client: rename the file: write lower-case letters"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "file", "line", "says"), [row[1:] for row in FILE_TABLE], ids=[row[0] for row in FILE_TABLE]
)
def test_a_file_that_can_not_be_used_is_one_mistake(
    tmp_path: Path, files: dict[str, str | bytes | None], file: str, line: int, says: str
) -> None:
    """Whatever is wrong with a whole file, it is told once and says what to do."""
    write(tmp_path, {name: text for name, text in (FILES | files).items() if text is not None})
    (mistake,) = mistakes(tmp_path)
    assert (mistake.file, mistake.line, mistake.key) == (file, line, "")
    assert says in mistake.text


def test_a_folder_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """A wrong setting is told in the same words as a wrong file."""
    (mistake,) = mistakes(tmp_path / "nowhere")
    assert (mistake.file, mistake.line, mistake.key) == (".", 1, "")
    assert "name the one that holds procedure.yaml" in mistake.text


def test_a_folder_in_the_place_of_a_file_is_a_mistake(tmp_path: Path) -> None:
    """A client's file that is a folder is not passed over."""
    (write(tmp_path, dict(FILES)) / "clients" / "acme.yaml").mkdir()
    (mistake,) = mistakes(tmp_path)
    assert (mistake.file, mistake.text) == ("clients/acme.yaml", "this is not a file: write one of this name")


def test_a_folder_that_can_not_be_listed_is_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing rights are told like everything else, and never take a running worker down."""
    write(tmp_path, dict(FILES))

    def forbidden(folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("runtime.procedure_files.file_names", forbidden)
    (mistake,) = mistakes(tmp_path)
    assert str(mistake) == ".:1: this folder can't be read (Permission denied): let Rung read it"


def test_a_file_whose_name_is_no_text_is_a_mistake(tmp_path: Path) -> None:
    """A name in another encoding is no id, and can still be shown."""
    name = os.fsdecode(b"clients/m\xfcller.yaml")
    found = mistakes(
        write(tmp_path, {**FILES, name: CLIENT.replace("kim", "joe").replace("Harbor Trading", "Acme")})
    )
    assert all(str(mistake).encode("utf-8") for mistake in found)
    assert "can't be a name: write it with plain letters and digits" in str(found[-1])


def test_a_thousand_aliases_of_aliases_are_refused_at_once(tmp_path: Path) -> None:
    """The billion laughs: nothing is ever expanded."""
    laughs = (f"{x}: &{x} [*{w}, *{w}, *{w}]\n" for w, x in pairwise("abcdefgh"))
    found = mistakes(write(tmp_path, {**FILES, "people.yaml": "a: &a [ha, ha]\n" + "".join(laughs)}))
    assert sum("points to another place: write the value itself here" in m.text for m in found) == 21


def test_hidden_files_of_editors_are_passed_over(tmp_path: Path) -> None:
    """A lock file or a backup is no client."""
    good = read(write(tmp_path, dict(FILES)))
    write(tmp_path, {"clients/.#harbor.yaml": "x", "clients/harbor.yaml~": "x", "clients/README.md": "x"})
    assert read(tmp_path) == good


def test_the_version_follows_the_text_and_nothing_else(tmp_path: Path) -> None:
    """The same files are the same version anywhere; one byte more is another."""
    first = read(write(tmp_path / "one", dict(FILES)))
    same = read(write(tmp_path / "two", dict(reversed(FILES.items()))))
    other = read(write(tmp_path / "three", {**FILES, "people.yaml": PEOPLE + "#"}))
    assert re.fullmatch("[0-9a-f]{12}", first.version)
    assert (first.version == same.version, first.version == other.version) == (True, False)


# Hours, and calendars by file.

ICAL = """\
BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
SUMMARY:Ana Ruiz
DTSTART:20000103T090000Z
DTEND:20000110T090000Z
RRULE:FREQ=WEEKLY
END:VEVENT
END:VCALENDAR
"""
SENIORS = PROCEDURE.replace(*rota("calendar: {file: rotas/seniors.ics}"))
WITH_CALENDAR: dict[str, str | bytes] = {**FILES, BOOK: SENIORS, "rotas/seniors.ics": ICAL}


def test_a_calendar_of_the_folder_gives_its_rota_shifts(tmp_path: Path) -> None:
    """From 40 days ago to 400 days ahead."""
    (shift,) = read(write(tmp_path, WITH_CALENDAR)).almanac.shifts["seniors"]

    assert shift.person == "ana"
    assert shift.end - shift.begin == timedelta(days=440)
    assert timedelta(days=40) <= datetime.now(UTC) - shift.begin < timedelta(days=42)


def test_the_version_follows_the_calendars_too(tmp_path: Path) -> None:
    """A calendar is a part of the procedure as every other file is."""
    first = read(write(tmp_path, WITH_CALENDAR)).version
    write(tmp_path, {"rotas/seniors.ics": ICAL.replace("UID:1", "UID:2")})
    assert read(tmp_path).version != first


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (ICAL.replace("Ana Ruiz", "Zed"), 2,
         "the event 'Zed' of 2000-01-03 (UID 1): 'Zed' is nobody known: name one of Ana Ruiz, Ben Okafor"),
        (ICAL.replace("WEEKLY", "HOURLY"), 7, "the event 'Ana Ruiz' of 2000-01-03 (UID 1): its rule"),
        (ICAL.replace("0000Z", "0000"), 5, "DTSTART 20000103T090000 has no time zone"),
        ("<html>", 1, "this is no iCal calendar"),
        (b"#" * (MAX_BYTES + 1), 1, "this file is bigger than 1 MB: export less of the past"),
    ],
)  # fmt: skip
def test_a_calendar_that_can_not_be_trusted_is_one_mistake(
    tmp_path: Path, content: str | bytes, line: int, says: str
) -> None:
    """With its file, the line, and the event's name."""
    (mistake,) = mistakes(write(tmp_path, {**WITH_CALENDAR, "rotas/seniors.ics": content}))
    assert (mistake.file, mistake.line, mistake.key) == ("rotas/seniors.ics", line, "")
    assert says in mistake.text


def test_a_calendar_is_not_read_with_people_who_are_not_known(tmp_path: Path) -> None:
    """Whoever it names may stand in the file that can't be read."""
    found = mistakes(write(tmp_path, {**WITH_CALENDAR, WHO: "ana: 'Ana"}))
    assert [m.file for m in found] == [WHO]


def test_a_link_out_of_the_folder_is_no_calendar(tmp_path: Path) -> None:
    """Nothing outside is read, by whatever way it is named."""
    write(tmp_path / "outside", {"seniors.ics": ICAL})
    folder = write(tmp_path / "inside", {**WITH_CALENDAR, "rotas/other.ics": ICAL})
    (folder / "rotas" / "seniors.ics").unlink()
    (folder / "rotas" / "seniors.ics").symlink_to(tmp_path / "outside" / "seniors.ics")
    (mistake,) = mistakes(folder)
    assert (mistake.key, "lies outside this folder" in mistake.text) == ("rotas.seniors.calendar.file", True)


def test_a_link_to_itself_is_no_calendar(tmp_path: Path) -> None:
    """It is told as every other file that can't be read."""
    folder = write(tmp_path, dict(WITH_CALENDAR))
    (folder / "rotas" / "seniors.ics").unlink()
    (folder / "rotas" / "seniors.ics").symlink_to("seniors.ics")
    (mistake,) = mistakes(folder)
    assert mistake.text == "this is not a file: write one of this name"


def test_a_client_with_hours_gets_its_clock(tmp_path: Path) -> None:
    """With the holidays of its country from last year to ten years ahead, and its own days."""
    this = datetime.now(UTC).year
    monday = next(day for n in range(1, 8) if (day := date(this, 11, n)).weekday() == 0)
    holidays = f"holidays: {{country: GB, region: ENG, also: {{{monday}: 9-12}}}}\n"
    hours = f"hours: {{weekdays: 09:00-17:00}}\n{holidays}"
    client = CLIENT.replace("kim", "joe").replace("Harbor Trading", "Acme")
    book = read(write(tmp_path, {**FILES, HARBOR: CLIENT + hours, "clients/acme.yaml": client}))
    clock = book.almanac.hours["harbor"]

    assert list(book.almanac.hours) == ["harbor"]
    years = range(this - 1, this + 11)
    assert {day.year for day in clock.special} == {*years}
    assert not any(clock.is_open(datetime(year, 12, 25, 12, tzinfo=UTC)) for year in years)
    assert clock.is_open(datetime.combine(monday + timedelta(days=7), time(9), UTC))
    assert clock.is_open(datetime.combine(monday, time(10), UTC))
    assert not clock.is_open(datetime.combine(monday, time(13), UTC))


# The example and its schemas.


def test_the_example_checks() -> None:
    """Northwind is a procedure that runs."""
    book = read(EXAMPLES / "northwind")
    assert [tier.name for tier in book.tiers] == [
        "first level",
        "senior specialist",
        "engineering",
        "management",
    ]
    assert (list(book.clients), list(book.helpdesks)) == (
        ["harbor", "lindqvist"],
        ["generic", "django-helpdesk"],
    )


def test_the_schemas_beside_the_examples_are_up_to_date() -> None:
    """Who changes a model writes the schemas again."""
    for name, content in schema().items():
        assert json.loads((EXAMPLES / name).read_text(encoding="utf-8")) == content, f"write {name} again"


def test_the_schema_of_a_procedure_has_only_what_the_file_may_have() -> None:
    """Clients have files of their own, the version is not written, people may stand elsewhere."""
    procedure = schema()["procedure.schema.json"]
    assert not {"clients", "version"} & set(procedure["properties"])
    assert not {"clients", "version", "people"} & set(procedure["required"])
    assert "Client" not in procedure["$defs"]


@pytest.mark.parametrize("file", ["procedure.yaml", "clients/harbor.yaml", "clients/lindqvist.yaml"])
def test_an_example_file_leads_an_editor_to_its_schema(file: str) -> None:
    """The path in the first line is a schema we have."""
    path = EXAMPLES / "northwind" / file
    found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
    assert found and (path.parent / found[1]).resolve().parent == EXAMPLES
    assert Path(found[1]).name in schema()


# The folder in force.


class Watch:
    """A folder in force, and a clock that goes on when told."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, self.now = path, 100.0
        monkeypatch.setattr("runtime.procedure_folder.time", SimpleNamespace(monotonic=lambda: self.now))
        self.folder = ProcedureFolder(write(path, dict(FILES)))

    def save(self, file: str, text: str) -> None:
        """Save a file, with a time of its own even where the disk's clock is coarse."""
        write(self.path, {file: text})
        self.now += 5
        os.utime(self.path / file, (self.now, self.now))

    @property
    def name(self) -> str:
        return self.folder.current().name


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(tmp_path, monkeypatch)


def test_a_changed_folder_is_read_again(watch: Watch) -> None:
    """A good new version is in force as soon as it is looked at, a new client too."""
    before = watch.folder.current().version
    watch.save("procedure.yaml", PROCEDURE.replace("Northwind", "Southwind"))
    watch.save("clients/acme.yaml", CLIENT.replace("kim", "joe").replace("Harbor Trading", "Acme"))
    assert (watch.name, list(watch.folder.current().clients)) == ("Southwind", ["acme", "harbor"])
    assert (watch.folder.current().version != before, watch.folder.fault) == (True, "")


def test_a_version_that_does_not_check_is_not_loaded(watch: Watch) -> None:
    """The last good one stays in force, and the folder says why, until the files are good again."""
    good = watch.folder.current()
    watch.save("procedure.yaml", PROCEDURE.replace("name: Northwind", "nam: Southwind"))
    assert watch.folder.current() is good
    assert good.version in watch.folder.fault
    assert "procedure.yaml:1: nam: there is no key 'nam': did you mean 'name'?" in watch.folder.fault
    watch.save("procedure.yaml", PROCEDURE)
    assert (watch.folder.current(), watch.folder.fault) == (good, "")


def test_a_version_that_does_not_check_is_complained_about_once(watch: Watch) -> None:
    """One warning for each state of the files, however often somebody asks."""
    with structlog.testing.capture_logs() as logs:
        for text in ("nam: x\n", "name: [\n"):
            watch.save("procedure.yaml", text)
            for _ in range(5):
                watch.now += 2
                watch.folder.current()
    assert [(log["event"], log["log_level"]) for log in logs] == [("procedure not loaded", "warning")] * 2


def test_a_folder_that_goes_away_leaves_the_last_good_version(watch: Watch) -> None:
    """Also when there is nothing left to read."""
    good = watch.folder.current()
    for file in FILES:
        (watch.path / file).unlink()
    watch.now += 5
    assert watch.folder.current() is good
    assert "procedure.yaml:1: this file is missing" in watch.folder.fault


def test_a_changed_calendar_is_read_again(watch: Watch) -> None:
    """As a new version, in force at the next look; one that can't be trusted is not."""
    watch.save("rotas/seniors.ics", ICAL)
    watch.save("procedure.yaml", SENIORS)
    assert watch.folder.current().almanac.shifts["seniors"][0].person == "ana"
    watch.save("rotas/seniors.ics", ICAL.replace("Ana Ruiz", "Ben Okafor"))
    good = watch.folder.current()
    assert good.almanac.shifts["seniors"][0].person == "ben"
    watch.save("rotas/seniors.ics", ICAL.replace("Ana Ruiz", "Zed"))
    assert watch.folder.current() is good
    assert "rotas/seniors.ics:2: the event 'Zed' of 2000-01-03" in watch.folder.fault
    watch.save("rotas/seniors.ics", ICAL)
    assert watch.folder.current().almanac.shifts["seniors"][0].person == "ana"
    assert watch.folder.fault == ""


def test_calendars_are_read_again_on_another_day(watch: Watch) -> None:
    """So that what is known of the days ahead never runs out."""
    watch.save("rotas/seniors.ics", ICAL)
    watch.save("procedure.yaml", SENIORS)
    watch.folder.current()
    watch.now += 5
    watch.folder.current()  # the calendar's own state is seen for the first time
    before = watch.folder.current()
    watch.now += 5
    assert watch.folder.current() is before
    watch.folder._day -= timedelta(days=1)
    watch.now += 5
    assert watch.folder.current() is not before
    assert watch.folder.current() == before


def test_a_calendar_that_was_missing_is_read_when_it_comes(watch: Watch) -> None:
    """Although no version that names it was ever in force."""
    watch.save("procedure.yaml", SENIORS)
    assert watch.folder.current().rotas == {}
    assert "there is no file 'rotas/seniors.ics'" in watch.folder.fault
    watch.save("rotas/seniors.ics", ICAL)
    assert (list(watch.folder.current().rotas), watch.folder.fault) == (["seniors"], "")


def test_files_are_looked_at_once_a_second_at_most(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """In between the answer costs nothing."""
    looks: list[Path] = []
    monkeypatch.setattr("runtime.procedure_folder._state", lambda path, *_: looks.append(path))
    monkeypatch.setattr("runtime.procedure_folder.read", lambda *_: watch.folder._book)
    for _ in range(100):
        watch.now += 0.1
        watch.folder.current()
    assert 9 <= len(looks) <= 10


def test_a_folder_whose_first_version_does_not_check_is_refused(tmp_path: Path) -> None:
    """Nothing starts on a procedure with a mistake."""
    with pytest.raises(ProcedureError, match=r"procedure\.yaml:1: this file is missing"):
        ProcedureFolder(write(tmp_path, {"clients/harbor.yaml": CLIENT}))


# Whatever is written, the answer is a procedure or a list of mistakes.

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates()
    | st.sampled_from(["30 minutes", f"{'9' * 40} days", "ana", "engineering", "no", "12:30", "*a", "x@y.z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
FUZZ = settings(examples(75), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [here, *(place for key, child in children for place in places(child, (*here, key)))]


SHIFTS = """\
    people: [ana, ben]
    starts: 2026-11-02
    handover: Monday 09:00
    weeks: 2
    overrides:
      - {begins: 2026-12-24 18:00, ends: 2026-12-26, person: cy}
    gaps_meant:
      - {begins: 2026-12-27, ends: 2026-12-28, because: moving}
  juniors:
    calendar: {file: rotas/seniors.ics}
"""
HOURS = """\
hours: {weekdays: "09:00-12:00, 13:00-17:00", friday: [9-12, 13-16]}
holidays: {country: GB, region: ENG, also: {2026-12-24: closed}}
"""
RICH = {
    BOOK: PROCEDURE + AUTHORITY + "rotas:\n  seniors:\n" + SHIFTS,
    WHO: PEOPLE + "zoe:\n  name: Z\n  mail: z@z.example\n  leave: [{first: 2026-12-24, last: 2026-12-26}]\n",
    HARBOR: CLIENT + AGREED + HOURS,
}
PLACES = [(file, place) for file, text in RICH.items() for place in places(yaml.load(text, yaml.CSafeLoader))]


def replaced(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The document with another value in one place."""
    if not place:
        return value
    part = document
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    return document


def read_or_refused(files: dict[str, str | bytes]) -> Procedure | ProcedureError:
    """What becomes of these files; nothing but a ProcedureError may be raised."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return read(write(Path(folder), {**RICH, "rotas/seniors.ics": ICAL, **files}))
        except ProcedureError as error:
            assert error.mistakes
            assert all(m.file and m.line >= 1 and m.text for m in error.mistakes), str(error)
            assert "stand-in" not in str(error)
            return error


@FUZZ
@given(st.sampled_from(PLACES), VALUES)
def test_any_value_in_the_place_of_any_other_is_read_or_refused(place: tuple[str, Any], value: Any) -> None:
    """No value, however odd, breaks the reader."""
    file, keys = place
    document = replaced(yaml.load(RICH[file], yaml.CSafeLoader), keys, value)
    read_or_refused({file: yaml.safe_dump(document, allow_unicode=True)})


@FUZZ
@given(st.sampled_from(list(FILES)), st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_in_the_place_of_a_file_is_read_or_refused(file: str, text: str | bytes) -> None:
    """No text and no bytes break the reader."""
    read_or_refused({file: text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text})


@FUZZ
@given(
    st.sampled_from(list(FILES)),
    st.integers(0, 2000),
    st.integers(0, 9),
    st.text("\n\t -:[]{}&*!|>'\"#%@`,?a1\\", max_size=6),
)
def test_any_slip_of_the_keyboard_is_read_or_refused(file: str, at: int, lost: int, typed: str) -> None:
    """Some characters lost and others typed, anywhere in a good file."""
    at %= len(RICH[file])
    read_or_refused({file: RICH[file][:at] + typed + RICH[file][at + lost :]})


@pytest.mark.parametrize(
    "people",
    [
        "ana: {name: Ana, mail: ana@x.example, channels: {push: 'tgram://1:s3cret/9'}}",
        "ana: {name: Ana, mail: ana@x.example, channels: 'tgram://1:s3cret/9'}",
        "ana: {name: Ana, mail: ana@x.example, channels: {push: {env: 'tgram://1:s3cret/9'}}}",
        "ana: {name: Ana, mail: ana@x.example, channels: {push: {'tgram://1:s3cret/9': x}}}",
        "ana: {name: Ana, mail: ana@x.example, channels: {push: [s3cret]}}",
    ],
)
def test_a_secret_that_was_written_by_mistake_is_not_said_again(tmp_path: Path, people: str) -> None:
    write(tmp_path, {**FILES, "people.yaml": people + "\n"})
    with pytest.raises(ProcedureError) as error:
        read(tmp_path)
    assert "s3cret" not in str(error.value)
    assert "channels" in str(error.value)
