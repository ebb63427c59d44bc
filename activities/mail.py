"""Mail: one recipient each, text and HTML with the same facts, one link."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from html import escape
from typing import NamedTuple

import aiosmtplib
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.failing import Failing
from activities.heartbeat import heartbeats
from activities.letters import Writer, WrittenLetter
from procedure.book.people import Person, mail_address
from procedure.book.procedure import Procedure
from procedure.complaint.state import Complaint, ComplaintNotice
from procedure.duty.on_duty import stands_in
from procedure.path.assignment import Assignment, AssignmentNotice
from procedure.record import Notice
from runtime.links import Links
from runtime.settings import Settings
from workflows.messages.agreement import AgreementLetter
from workflows.messages.approval import ApprovalLetter
from workflows.messages.handover import HandoverLetter
from workflows.messages.ticket import Letter

UNDELIVERABLE = "Undeliverable"
"""The type of the error that says: this address does not work, go on to the next person."""

Deliver = Callable[[EmailMessage], Awaitable[None]]
"""Takes a message on its way; raises what ``smtp`` does."""

_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;:]+")
"""What looks like an address in what a mail server says."""


class Attached(NamedTuple):
    """A page that a mail brings along."""

    name: str
    html: str


class Mail:
    """Sends letters, over SMTP unless it is told otherwise. At least once: the Message-ID of a letter is the
    same on every attempt."""

    def __init__(
        self,
        current: Callable[[], Procedure],
        links: Links,
        settings: Settings,
        deliver: Deliver | None = None,
    ) -> None:
        self._current = current
        self._settings = settings
        self._hand_over = deliver or smtp(settings)
        self._writer = Writer(links)

    @activity.defn
    async def send(self, letter: Letter) -> None:
        """Hand one letter to the mail server; a permanent refusal of the address is not tried again."""
        book = self._current()
        person = _reader(book, letter.notice.to)
        # The same on every attempt, as the Message-ID is.
        written_at = activity.info().scheduled_time
        written = self._writer.write(letter, book, written_at)
        thread = _thread(letter.ticket, letter.notice.to)
        await self._send(person, written, f"{letter.ticket}.{letter.notice.number}", thread, written_at)

    @activity.defn
    async def send_handover(self, letter: HandoverLetter) -> None:
        """Hand the list of a change of shifts to the mail server, on the same terms."""
        book = self._current()
        person = _reader(book, letter.reader)
        info = activity.info()
        written = self._writer.write_handover(letter, book, info.scheduled_time)
        # A list that has ended may begin anew under the same id, and count its mails again.
        message_id = f"{letter.change.id}.{info.workflow_run_id}.{letter.number}"
        await self._send(person, written, message_id, f"{letter.change.id}.staff", info.scheduled_time)

    @activity.defn
    async def send_approval(self, letter: ApprovalLetter) -> None:
        """Hand one letter about an approval to the mail server, on the same terms."""
        book, approval = self._current(), letter.approval
        person = _reader(book, letter.notice.to)
        if book.client_of(letter.notice.to) not in ("", approval.client):
            text = f"they are a contact of {approval.client} no more"
            raise ApplicationError(text, type=UNDELIVERABLE, non_retryable=True)
        written_at = activity.info().scheduled_time
        written = self._writer.write_approval(letter, book, written_at)
        thread = _thread(approval.ticket, letter.notice.to)
        await self._send(person, written, f"{approval.id}.{letter.notice.number}", thread, written_at)

    @activity.defn
    async def send_agreement(self, letter: AgreementLetter) -> None:
        """Hand the mail that asks a contact to confirm a document to the mail server, on the same terms."""
        book, info = self._current(), activity.info()
        person = _reader(book, letter.to)
        if book.client_of(letter.to) != letter.client:
            text = f"they are a contact of {letter.client} no more"
            raise ApplicationError(text, type=UNDELIVERABLE, non_retryable=True)
        written_at = info.scheduled_time
        written = self._writer.write_agreement(letter, book, written_at)
        thread = f"{info.workflow_id}.to-{letter.to}"
        await self._send(person, written, f"{thread}.{written_at:%Y%m%dT%H%M%S}", thread, written_at)

    async def send_complaint(
        self, notice: Notice[ComplaintNotice], complaint: Complaint, done: Sequence[int] = ()
    ) -> None:
        """Hand one letter about a complaint to the mail server, on the same terms.

        Its mails are threads of their own beside the ticket's, where nobody of the tiers reads.
        """
        book, reader = self._current(), notice.to
        person = _reader(book, reader)
        if reader == complaint.by and book.client_of(reader) != complaint.client:
            text = f"they are a contact of {complaint.client} no more"
            raise ApplicationError(text, type=UNDELIVERABLE, non_retryable=True)
        written_at = activity.info().scheduled_time
        written = self._writer.write_complaint(notice, complaint, book, written_at)
        thread = f"{complaint.id}.{written.audience}"
        await self._send(person, written, f"{complaint.id}.{notice.number}", thread, written_at, done)

    async def send_assignment(
        self, notice: Notice[AssignmentNotice], work: Assignment, done: Sequence[int] = ()
    ) -> None:
        """Hand one letter about an assignment to the mail server, on the same terms."""
        book, written_at = self._current(), activity.info().scheduled_time
        person = _reader(book, notice.to)
        written = self._writer.write_assignment(notice, work, book, written_at)
        # A client's next review has the same id, and counts its mails again.
        thread = f"{work.id}.{work.opened:%Y%m%dT%H%M%S}"
        await self._send(person, written, f"{thread}.{notice.number}", f"{thread}.staff", written_at, done)

    async def send_report(self, reader: str, subject: str, text: str, attached: Attached, ident: str) -> None:
        """Hand a report to the mail server, on the same terms: its main figures, and the page as a file."""
        book, at = self._current(), activity.info().scheduled_time
        person = _reader(book, reader)
        html = f'<pre style="font-family:inherit;white-space:pre-wrap">{escape(text)}</pre>'
        written = WrittenLetter(subject, text, html, "staff")
        message = self._message(person, written, ident, ident, at)
        message.add_attachment(attached.html.encode(), "text", "html", filename=attached.name)
        async with heartbeats(()):
            await self._hand_over(message)

    async def alarm(self, failing: Failing, times: int) -> None:
        """Tell the person of last resort that a workflow stands still; ``times`` counts these mails.

        No activity: nothing that runs in Temporal could send it. Raises what SMTP does.
        """
        book, now = self._current(), datetime.now(UTC)
        resort = book.last_resort.person
        person = _reader(book, stands_in(book, resort, now)[0] or resort)
        written = self._writer.write_failing(failing, book, self._settings.pace, now)
        # Several workers see the same, and send the same.
        ident = f"{failing.ident}.{failing.run}.failing"
        message = self._message(person, written, f"{ident}.{times}", ident, now)
        await self._hand_over(message)

    async def _send(
        self,
        person: Person,
        written: WrittenLetter,
        message_id: str,
        thread: str,
        written_at: datetime,
        done: Sequence[int] = (),
    ) -> None:
        async with heartbeats(done):
            await self._hand_over(self._message(person, written, message_id, thread, written_at))

    def _message(
        self, person: Person, written: WrittenLetter, message_id: str, thread: str, written_at: datetime
    ) -> EmailMessage:
        sender, domain = self._current().mail.sender, self._settings.mail_domain
        message = EmailMessage()
        message["From"] = _named(sender.name, sender.mail)
        message["To"] = _recipient(person)
        message["Subject"] = _one_line(written.subject)
        message["Date"] = written_at
        message["Message-ID"] = f"<{message_id}@{domain}>"
        message["In-Reply-To"] = message["References"] = f"<{thread}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(written.text)
        message.add_alternative(written.html, subtype="html")
        return message


def smtp(settings: Settings) -> Deliver:
    """To the mail server of the settings; sender and recipient are those of the message."""

    async def deliver(message: EmailMessage) -> None:
        try:
            await aiosmtplib.send(
                message,
                hostname=settings.smtp_host,
                port=settings.smtp_port,
                use_tls=settings.smtp_security == "tls",
                start_tls=settings.smtp_security == "starttls",
                username=settings.smtp_user or None,
                password=settings.smtp_password.get_secret_value() or None,
                timeout=settings.smtp_timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            refusal = error.recipients[0]
            raise _failure(refusal.code, refusal.message) from None
        except aiosmtplib.SMTPDataError as error:
            raise _failure(error.code, error.message) from None

    return deliver


def _thread(ticket: str, person: str) -> str:
    """What a mail program puts together whatever the subjects: all of one ticket to one person, so that no
    reply joins two of them."""
    return f"{ticket}.to-{person}"


def _reader(book: Procedure, ident: str) -> Person:
    person = book.person(ident)
    if person is None:
        raise ApplicationError("no such person in the procedure", type=UNDELIVERABLE, non_retryable=True)
    return person


def _failure(code: int, words: str) -> ApplicationError:
    """5xx to a recipient or a mail: it will never arrive. Anything else may, later.

    A refusal of ourselves (greeting, sign-in, sender) is nobody's address: it is left to
    be tried again until it is mended.
    """
    # The record keeps these words, and no address.
    text = f"the mail server says {code} {_ADDRESS.sub('(the address)', _one_line(words))}"
    permanent = 500 <= code < 600
    return ApplicationError(text, type=UNDELIVERABLE if permanent else "NotNow", non_retryable=permanent)


def _recipient(person: Person) -> MailAddress:
    try:
        return _named(person.name, mail_address(person.mail))
    except ValueError:
        text = "their address is none that mail can be sent to"
        raise ApplicationError(text, type=UNDELIVERABLE, non_retryable=True) from None


def _named(name: str, address: str) -> MailAddress:
    return MailAddress(_one_line(name), addr_spec=address)


def _one_line(text: str) -> str:
    """Without line breaks and control characters: nothing in a title can start a header of its own."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()
