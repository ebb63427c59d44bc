"""The mails that reach somebody in a test, as they read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from typing import Self

from aiosmtpd.smtp import Envelope

from runtime.links import PAGES

_LINK = re.compile(rf"http://(?:rung\.test|127\.0\.0\.1:\d+)(?:{'|'.join(PAGES.values())})/\S+")
_CODE = re.compile(r"\b[A-Z2-9]{3}-[A-Z2-9]{3}\b")


@dataclass(frozen=True)
class Received:
    """A mail as it reached somebody."""

    to: str
    message: EmailMessage

    @classmethod
    def of(cls, envelope: Envelope) -> Self:
        """The mail in an envelope, as it came over the line."""
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        return cls(envelope.rcpt_tos[0], message)

    @cached_property
    def ident(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def ticket(self) -> str:
        return self.ident.removeprefix("<").rpartition("@")[0].rpartition(".")[0]

    @property
    def who(self) -> str:
        return self.to.partition("@")[0]

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())

    @property
    def link(self) -> str:
        return link_in(self.text)

    @property
    def code(self) -> str:
        found = _CODE.findall(self.text)
        assert len(found) == 1, f"one code a mail, not {len(found)}"
        return str(found[0])


def link_in(text: str) -> str:
    """The link of a mail."""
    found = _LINK.findall(text)
    assert len(found) == 1, f"one link a mail, not {len(found)}: {text}"
    return str(found[0])
