"""The people: those of the MSP, and the contacts of its clients.

Only ids of people stand in a ticket's history; the activity that sends looks the
address up at that moment.
"""

import re
from typing import Annotated

from pydantic import AfterValidator

from procedure.entry import Entry

_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def _mail_address(text: str) -> str:
    """Refuses what no mail server could take; whether it accepts mail is known only by sending."""
    if not _ADDRESS.fullmatch(text) or ".." in text:
        raise ValueError(f'{text!r} is not a mail address: write one like "ana@northwind.example"')
    return text


MailAddress = Annotated[str, AfterValidator(_mail_address)]


class Person(Entry):
    """Somebody who can be told something."""

    name: str
    """The name that pages and mails show."""
    mail: MailAddress
    """Where mail reaches them."""
    title: str = ""
    """What they do, for those who don't know them."""
