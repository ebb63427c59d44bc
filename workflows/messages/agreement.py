"""What goes into the workflow that keeps what a client has confirmed."""

from __future__ import annotations

from datetime import datetime

from procedure.document import confirmed
from procedure.document.confirmed import AskedContact, Confirmation, Confirmed
from procedure.document.content import Fact
from procedure.incoming import Key, Line
from workflows.messages import Message, Statement


class AgreementInput(Message):
    """Whose agreement it is; or what it carries."""

    client: str
    carried: Confirmed | None = None


class ConfirmVersion(Statement):
    """This version is what was agreed: I confirm it for my company.

    ``name`` and ``title`` are those of who says it, ``agreed`` is what the version says.
    """

    name: Line
    title: Line = ""
    fingerprint: Key
    version: Key
    agreed: tuple[Fact, ...] = ()

    def apply(self, stands: Confirmed, now: datetime) -> Confirmed:
        one = Confirmation(self.by, self.name, self.title, now, self.via, self.fingerprint, self.version)
        return confirmed.confirm(stands, one, self.agreed)


class AskToConfirm(Statement):
    """This contact is asked by mail to read what their company has agreed, and to confirm it.

    ``name`` is what they are called.
    """

    to: Key
    name: Line

    def apply(self, stands: Confirmed, now: datetime) -> Confirmed:
        return confirmed.ask(stands, AskedContact(self.to, self.name, now))


class AgreementLetter(Message):
    """The mail that asks a contact of a client to confirm their document."""

    client: str
    to: str
