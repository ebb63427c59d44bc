"""The people: those of the MSP, and the contacts of its clients.

Only ids of people stand in a ticket's history; the activity that sends looks the
address up at that moment.
"""

import re
import unicodedata
from datetime import date
from email.errors import MessageError
from email.headerregistry import Address
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field

from procedure.block import Block

_SHAPE = re.compile(r"([^@\s<>,;:\"()\[\]\\\x00-\x1f\x7f]+)@([^@\s]+)")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")


@lru_cache(10_000)  # The library takes its time, and the same address is read again with each change.
def mail_address(written: str) -> str:
    """An address as mail is sent to it: its domain in small letters, and in ASCII if it has others.

    Judged by the library that writes the mails, so that what stands in a procedure can be sent to; whether
    anybody reads it is known only by sending. ValueError says what to write instead.
    """
    shape = _SHAPE.fullmatch(written)
    local, domain = shape.groups() if shape else ("", "")
    if not local.isascii():
        # Mail servers may take them (SMTPUTF8), but one on the way that does not returns the mail.
        raise ValueError(f"{written!r} has letters before the @ that not all mail servers take: write a to z")
    try:
        return Address(addr_spec=f"{local}@{_in_ascii(domain)}").addr_spec
    except (MessageError, ValueError):
        text = f'{written!r} is not a mail address: write one like "ana@northwind.example"'
    if local.strip(".") != local or ".." in local:
        text += "; before the @ no dot stands first, last or beside another"
    elif not domain.isascii():
        text += ", and a domain with letters beyond a to z as the DNS has it, beginning with xn--"
    raise ValueError(text)


def folded(words: str) -> str:
    """A text to compare with addresses: however an address is written, it is the same in the end."""
    try:
        return mail_address(words.strip()).casefold()
    except ValueError:
        return words.strip().casefold()


def _in_ascii(domain: str) -> str:
    """A domain as the DNS has it. ValueError for what is none, or another one by another reading of it."""
    small = unicodedata.normalize("NFC", domain).lower()
    found = small.encode("idna").decode("ascii")
    # Python's rules are those of 2003, to which "ß" is "ss": a letter that they change is not theirs to read.
    if not _HOST.fullmatch(found) or not (small.isascii() or found.encode().decode("idna") == small):
        raise ValueError(domain)
    return found


MailAddress = Annotated[str, AfterValidator(mail_address)]


class SecretSource(Block):
    """Where a secret is found; the secret itself never stands in these files. Name one of the two."""

    env: str = ""
    """The name of an environment variable that holds it."""
    file: str = ""
    """The path of a file that holds it."""


class Leave(Block):
    """Days on which somebody is away, from midnight to midnight where the MSP is."""

    first: date
    """The first day away, such as 2026-12-21."""
    last: date
    """The last day away."""
    substitute: str = ""
    """Who stands in wherever this person would; left out: nobody does, and they are passed over."""


class Mailbox(Block):
    """A name with an address, as mails have it."""

    name: str
    """The name that pages and mails show."""
    mail: MailAddress
    """Where mail reaches them."""


class Person(Mailbox):
    """Somebody who can be told something."""

    title: str = ""
    """What they do, for those who don't know them."""
    links_taken_back: int = Field(0, ge=0)
    """How many times their links were taken back: one more, and no link counts that they were sent before."""


class Absence(Block):
    """Days on which a contact is away, from midnight to midnight where the client is."""

    first: date
    """The first day away, such as 2026-12-21."""
    last: date
    """The last day away."""


class Contact(Person):
    """Somebody of a client."""

    leave: tuple[Absence, ...] = ()
    """When they are away: who else may agree is asked then."""


class Staff(Person):
    """Somebody of the MSP, who can be paged."""

    known_as: tuple[str, ...] = ()
    """Other names a rota's calendar may use for them."""
    channels: dict[str, SecretSource] = {}
    """Where else they can be paged (sms, voice, chat, push ...): each the place of an Apprise URL."""
    leave: tuple[Leave, ...] = ()
    """When they are away, and who stands in."""


_BETWEEN_WORDS = re.compile(r"[\s<>()\[\],;:\"']+")


def addresses_in(words: str) -> tuple[str, ...]:
    """The mail addresses in somebody's words, to compare with; then without what was added to them.

    "Kim Harlow <kim+it@harbor.example>" has kim+it@harbor.example, which is kim@harbor.example sorted into a
    folder.
    """
    parts = (part.strip(".") for part in _BETWEEN_WORDS.split(words))
    found = [folded(part) for part in parts if "@" in part]
    split = (address.rpartition("@") for address in found)
    plain = (f"{name.partition('+')[0]}@{domain}" for name, _, domain in split)
    return tuple(dict.fromkeys((*found, *plain)))
