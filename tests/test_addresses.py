"""Mail addresses: one judge, who is asked by `check`, at the start and at sending time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from aiosmtplib.email import quote_address
from hypothesis import example, given
from hypothesis import strategies as st
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.mail import UNDELIVERABLE, Mail
from gateway.sources import Arrival, generic
from procedure.book.people import folded, mail_address
from procedure.book.procedure import Procedure
from procedure.complaint.raising import contact_of
from procedure.record import Notice
from procedure.ticket.state import NoticeKind
from runtime.ical import Names
from runtime.links import Links
from runtime.settings import Settings
from tests.northwind import PROCEDURE, northwind
from tests.procedure.ticket.lives import life
from tests.tables import every
from tests.workflows.house import Postbox, smtp_server
from workflows.letters import letter

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

REFUSED = {
    "a dot before the @": "dee.@northwind.example",
    "a dot first": ".kim@harbor.example",
    "two dots": "a..b@northwind.example",
    "letters that not all servers take": "jörg@harbor.example",
    "letters that not all servers take, of the sender": "désk@northwind.example",
    "no @": "ana",
    "two @": "ana@b@northwind.example",
    "nobody": "@northwind.example",
    "no domain": "ana@",
    "a domain that begins with a hyphen": "ana@-northwind.example",
    "a label that ends with a hyphen": "ana@northwind-.example",
    "an empty label": "ana@northwind..example",
    "a dot last": "ana@northwind.example.",
    "a label that is too long": f"ana@{'n' * 64}.example",
    "a domain that is another one to older programs": "ana@faß.example",
    "quotes": '"ana ruiz"@northwind.example',
    "a name with it": "Ana <ana@northwind.example>",
    "a comment": "ana(desk)@northwind.example",
    "two of them": "ana@northwind.example,ben@northwind.example",
    "another line": "ana@northwind.example\nBcc: all@northwind.example",
    "a control character": "a\x00na@northwind.example",
}
TAKEN = {
    "ana@northwind.example": "ana@northwind.example",
    "Ana.Ruiz+desk@Northwind.Example": "Ana.Ruiz+desk@northwind.example",
    "o'neil@harbor.example": "o'neil@harbor.example",
    "jorg@müller.example": "jorg@xn--mller-kva.example",
    "jorg@MU\u0308LLER.example": "jorg@xn--mller-kva.example",
    "jorg@xn--mller-kva.example": "jorg@xn--mller-kva.example",
    "ana@xn--fa-hia.example": "ana@xn--fa-hia.example",
    "ana@localhost": "ana@localhost",
}


@every("written", REFUSED)
def test_an_address_that_no_mail_can_be_sent_to_is_refused(written: str) -> None:
    """With what to write instead; also that of the sender."""
    with pytest.raises(ValueError, match="write"):
        mail_address(written)
    with pytest.raises(ValueError, match="write"):
        northwind(mail={"sender": {"name": "Desk", "mail": written}})


@every("written, sent", TAKEN)
def test_an_address_is_as_the_mail_servers_have_it(written: str, sent: str) -> None:
    """Domains in other letters work, however they are written."""
    assert mail_address(written) == sent
    assert folded(f" {written.upper()} ") == sent.casefold()


@given(
    st.text("ab9.+-'/%é\"\x7f") | st.text(),
    st.text("ab9.-üßñя٠") | st.text(),
    st.text(max_size=20),
)
@example("ana", "müller.example", 'Müller, "Ana" <ana>')
def test_to_whatever_is_taken_a_mail_can_be_written(local: str, domain: str, name: str) -> None:
    """It goes to that mailbox alone, over any mail server, whatever the name is."""
    try:
        address = mail_address(f"{local}@{domain}")
    except ValueError:
        return
    assert quote_address(address) == f"<{address}>"
    assert mail_address(address) == address
    shown = " ".join(filter(str.isprintable, name.split()))
    message = EmailMessage()
    message["To"] = Address(shown, addr_spec=address)
    raw = message.as_bytes(policy=SMTP)
    assert raw.isascii()
    (mailbox,) = message_from_bytes(raw, policy=default)["To"].addresses
    assert mailbox.addr_spec == address


def with_mail(person: str, written: str) -> Procedure:
    """The procedure with this address for somebody, as nobody has checked it."""
    book = northwind()
    people = book.people | {person: book.people[person].model_copy(update={"mail": written})}
    return book.model_copy(update={"people": people})


async def sent(book: Procedure, postbox: Postbox, to: str = "ana") -> None:
    """A page to somebody, as the worker sends it to a real mail server."""
    async with smtp_server(postbox) as port:
        mail = Mail(lambda: book, Links(["0" * 32], "http://rung.test"), Settings(smtp_port=port))
        story = life()
        environment = ActivityEnvironment()
        environment.info = replace(environment.info, scheduled_time=story.now)
        await environment.run(mail.send, letter(story.ticket, Notice(1, NoticeKind.PAGE, to)))


async def test_a_mail_arrives_at_a_domain_in_other_letters() -> None:
    """At a server that takes only ASCII, as most do."""
    people = PROCEDURE["people"] | {"ana": {"name": "Ana Müller, Desk", "mail": "ana@müller.example"}}
    postbox = Postbox()
    await sent(northwind(people=people), postbox)
    (mail,) = postbox.mails
    assert mail.to == "ana@xn--mller-kva.example"
    assert mail.message["To"].addresses[0].display_name == "Ana Müller, Desk"


@pytest.mark.parametrize("written", ["dee.@northwind.example", "jörg@harbor.example", "ana@faß.example"])
async def test_what_no_mail_can_be_sent_to_is_undeliverable_at_once(written: str) -> None:
    """The next person's turn, and no word of the address for the record."""
    postbox = Postbox()
    with pytest.raises(ApplicationError) as refused:
        await sent(with_mail("ana", written), postbox)
    assert (refused.value.type, refused.value.non_retryable) == (UNDELIVERABLE, True)
    assert "@" not in str(refused.value)
    assert postbox.mails == []


async def test_what_a_mail_server_says_is_recorded_without_the_address() -> None:
    """Servers like to repeat it, or the one behind an alias."""
    postbox = Postbox()
    postbox.refuse["ana@northwind.example"] = (
        "550 5.1.1 <ana@northwind.example>: no mailbox a.ruiz@old.example"
    )
    with pytest.raises(ApplicationError) as refused:
        await sent(northwind(), postbox)
    assert "says 550 5.1.1 <(the address)>: no mailbox (the address)" in str(refused.value)


def test_an_address_is_recognised_however_it_is_written() -> None:
    """By the helpdesk's sender, the words of a caller, and a calendar's attendee."""
    harbor = PROCEDURE["clients"]["harbor"]
    contacts = harbor["contacts"] | {"joe": {"name": "Joe", "mail": "joe@müller.example"}}
    staff = PROCEDURE["people"] | {"ana": {"name": "Ana", "mail": "ana@müller.example"}}
    book = northwind(people=staff, clients=PROCEDURE["clients"] | {"harbor": harbor | {"contacts": contacts}})
    for written in ("JOE@Müller.example", "joe@xn--mller-kva.example"):
        event = {"event_id": "1", "at": NOON.isoformat()}
        ticket = {"number": "1", "title": "Down", "requester": written}
        mapped = generic(event | {"ticket": ticket}, Arrival(book, "generic", NOON))
        assert mapped.opening.requester == "joe"
        assert contact_of(book.clients["harbor"], f"Joe <{written}>") == "joe"
    assert Names(book.people)("Ana@MÜLLER.example") == "ana"
