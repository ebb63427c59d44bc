"""The people: those of the MSP, and the contacts of its clients.

Only ids of people stand in a ticket's history; the activity that sends looks the
address up at that moment.
"""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator

from procedure.block import Block

_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def _mail_address(text: str) -> str:
    """Refuses what no mail server could take; whether it accepts mail is known only by sending."""
    if not _ADDRESS.fullmatch(text) or ".." in text:
        raise ValueError(f'{text!r} is not a mail address: write one like "ana@northwind.example"')
    return text


MailAddress = Annotated[str, AfterValidator(_mail_address)]


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


class Person(Block):
    """Somebody who can be told something."""

    name: str
    """The name that pages and mails show."""
    mail: MailAddress
    """Where mail reaches them."""
    title: str = ""
    """What they do, for those who don't know them."""


class Staff(Person):
    """Somebody of the MSP, who can be paged."""

    known_as: tuple[str, ...] = ()
    """Other names a rota's calendar may use for them."""
    channels: dict[str, SecretSource] = {}
    """Where else they can be paged (sms, voice, chat, push ...): each the place of an Apprise URL."""
    leave: tuple[Leave, ...] = ()
    """When they are away, and who stands in."""
