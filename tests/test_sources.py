"""What the helpdesks send, as it really arrives, in our words; and that its order does not matter."""

from __future__ import annotations

import copy
import itertools
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.guards import MOST_FIELDS
from gateway.limits import PAGE_BODY, WEBHOOK_BODY
from gateway.sources import (
    MOST_FOLLOW_UPS,
    MOST_HEADERS,
    Arrival,
    CannotMap,
    GenericComplaint,
    GenericEvent,
    GenericTicket,
    Mapped,
    django_helpdesk,
    generic,
)
from procedure.book.agreement import agree
from procedure.book.procedure import Procedure
from procedure.book.severity import NOTHING_KNOWN, Facts
from procedure.complaint.raising import number as complaint_number
from procedure.complaint.state import Raised
from procedure.duty.placement import stand
from procedure.incoming import (
    LONGEST_LINE,
    LONGEST_NUMBER,
    LONGEST_TEXT,
    LONGEST_USERS,
    LONGEST_WHAT,
    MOST_CONDITIONS,
    MOST_PEOPLE,
    MOST_USERS,
    Bound,
)
from procedure.ticket.helpdesk import Event, receive
from procedure.ticket.opening import Opening, open_ticket, start_of
from procedure.ticket.presenting import present, question
from procedure.ticket.state import Ticket
from procedure.wording import CUT
from tests.northwind import PROCEDURE, northwind
from tests.tables import every
from workflows.messages.complaint import ComplaintInput
from workflows.messages.ticket import HelpdeskEvent, TicketInput

PAYLOADS = Path(__file__).parent / "payloads"

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def book() -> Procedure:
    return northwind()


def from_django(body: object, book: Procedure) -> Mapped | None:
    return django_helpdesk(body, Arrival(book, "django-helpdesk", NOON))


def from_generic(body: object, book: Procedure) -> Mapped:
    return generic(body, Arrival(book, "generic", NOON))


# generic ---------------------------------------------------------------------------------------


def test_a_generic_ticket_says_all_that_its_opening_needs(book: Procedure) -> None:
    """Kim's ticket comes in with client, contact, system and facts in our own words."""
    opening, event, complaint = from_generic(payload("generic_new"), book)[:3]
    assert (opening.id, opening.client, opening.requester) == ("ticket-harbor-generic-4711", "harbor", "kim")
    assert (opening.title, opening.description) == (
        "Nobody can trade",
        "The screens froze when London opened.",
    )
    assert opening.facts == Facts("trading platform", "impaired", 6, False, "network")
    said_at = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
    assert event == Event(
        "8f0c1d9e", said_at, facts=opening.facts, requester="kim", requester_name="Kim Harlow"
    )
    assert complaint is None


def test_a_generic_comment_is_the_customers_only_if_it_says_so(book: Procedure) -> None:
    """From the customer it is theirs, by their contact's id; otherwise it is whoever wrote it there."""
    body = payload("generic_comment")
    theirs = from_generic(body, book).event
    assert (theirs.contact, theirs.text, theirs.facts.users) == ("kim", "Now it is all of us.", 14)
    staff = from_generic({**body, "from_customer": False, "by": "Jo"}, book).event
    assert (staff.contact, staff.by) == ("", "Jo")


def test_a_generic_change_of_state_is_told(book: Procedure) -> None:
    """Closed there, by somebody, with words."""
    event = from_generic(payload("generic_closed"), book).event
    assert (event.state, event.by, event.text) == ("closed", "Jo of the service desk", "The line is back.")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"event_id": ""}, "event_id"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-11-23T08:10:00"}, "at"),
        ({"state": "exploded"}, "state"),
        ({"ticket": {}}, "ticket.number"),
        ({"ticket": {"number": "../../etc", "title": "T", "client": "harbor"}}, "ticket.number"),
        ({"ticket": {"number": "1", "title": " ", "client": "harbor"}}, "ticket.title"),
        ({"ticket": {"number": "1", "title": "T", "client": "harbor", "users": -1}}, "ticket.users"),
        ({"ticket": {"number": "1", "title": "T", "client": "nobody"}}, "ticket.client"),
        ({"ticket": {"number": "1", "title": "T"}}, "ticket.client"),
    ],
)
def test_what_can_not_be_meant_is_refused_by_its_field(
    book: Procedure, change: dict[str, Any], field: str
) -> None:
    """The sender learns which field is wrong."""
    with pytest.raises(CannotMap) as refused:
        from_generic({**payload("generic_new"), **change}, book)
    assert refused.value.field == field


@pytest.mark.parametrize("body", [None, [], "text", 7])
def test_a_body_that_is_no_object_is_refused(book: Procedure, body: object) -> None:
    """JSON, but nothing that says a ticket."""
    with pytest.raises(CannotMap):
        from_generic(body, book)
    with pytest.raises(CannotMap):
        from_django(body, book)


def test_unknown_fields_are_left_alone(book: Procedure) -> None:
    """A helpdesk may say more than we ask for, today or after its next update."""
    body = payload("generic_new")
    body["ticket"]["colour"] = body["mood"] = "blue"
    assert from_generic(body, book) == from_generic(payload("generic_new"), book)


def test_an_unknown_requester_is_stood_in_for_by_the_first_contact(book: Procedure) -> None:
    """Mail goes only to people in the files."""
    body = payload("generic_new")
    body["ticket"]["requester"] = "stranger@elsewhere.example"
    assert from_generic(body, book).opening.requester == "kim"


def test_a_contact_of_another_client_is_no_contact_here(book: Procedure) -> None:
    """Nora writes about Harbor's ticket: Harbor's own first contact hears of it, not she."""
    body = payload("generic_new")
    body["ticket"]["requester"] = "nora@lindqvist.example"
    opening = from_generic(body, book).opening
    assert (opening.client, opening.requester) == ("harbor", "kim")


# Whose tickets a helpdesk sends ------------------------------------------------------------------


def serving(clients: object) -> Procedure:
    """The procedure whose helpdesks send the tickets of these clients."""
    desks = {name: desk | {"clients": clients} for name, desk in PROCEDURE["helpdesks"].items()}
    return northwind(helpdesks=desks)


NAMED = {"named": "harbor", "by its name": "Harbor Trading", "by another name": "Acme Ltd", "not named": ""}


@every("name", NAMED)
def test_a_helpdesk_opens_nothing_for_a_client_that_is_not_its_own(name: str) -> None:
    """To it there is no such client, by no name and by no contact's address; nor is any told of."""
    body = payload("generic_new")
    body["ticket"]["client"] = name
    ticket = payload("django_helpdesk_new_ticket")
    ticket["ticket"] |= {"custom_customer": name, "submitter_email": "kim@harbor.example"}
    for source, sent in ((from_generic, body), (from_django, ticket)):
        with pytest.raises(CannotMap, match="of this helpdesk") as refused:
            source(sent, serving(["lindqvist"]))
        assert refused.value.text.endswith("write one of lindqvist")
        for clients in ("all", ["harbor"], ["lindqvist", "harbor"]):
            mapped = source(sent, serving(clients))
            assert mapped is not None
            assert mapped.opening.client == "harbor"


def test_a_complaint_comes_from_a_helpdesk_of_its_client_only() -> None:
    body = payload("generic_new") | {"complaint": {"kind": "conduct", "by": "raj@harbor.example"}}
    with pytest.raises(CannotMap):
        from_generic(body, serving(["lindqvist"]))
    assert raised(from_generic(body, serving(["harbor"]))).by == "raj"


# django-helpdesk ---------------------------------------------------------------------------------


def test_a_new_ticket_of_django_helpdesk(book: Procedure) -> None:
    """As captured: no event name, no delivery id; the client by its custom field."""
    mapped = from_django(payload("django_helpdesk_new_ticket"), book)
    assert mapped is not None
    opening, event, complaint = mapped[:3]
    assert opening.id == "ticket-harbor-django-helpdesk-1"
    assert (opening.title, opening.description) == ("Branch office offline", "No internet since 08:10")
    # ana@acme.test is nobody's contact.
    assert opening.requester == "kim"
    assert (event.delivery, event.text, event.state) == ("new", "", None)
    assert event.at == datetime(2026, 11, 23, 7, 30, 7, 825196, tzinfo=UTC)
    assert complaint is None


def test_a_follow_up_of_django_helpdesk(book: Procedure) -> None:
    """As captured: the whole ticket again; the event is the follow-up that followup_id names."""
    mapped = from_django(payload("django_helpdesk_followup"), book)
    assert mapped is not None
    event = mapped.event
    assert (event.delivery, event.by, event.contact) == ("followup-4", "user 3", "")
    assert (event.text, event.state) == ("Router replaced", "resolved")
    assert event.at == datetime(2026, 11, 23, 7, 30, 9, 122972, tzinfo=UTC)


def test_our_own_notes_are_not_events(book: Procedure) -> None:
    """What user 2, ours, wrote into the helpdesk comes back as a webhook and is let go."""
    body = payload("django_helpdesk_followup")
    body["followup_id"] = 3
    assert from_django(body, book) is None


def test_a_follow_up_without_a_user_is_the_customers(book: Procedure) -> None:
    """Mail and the public page have no user."""
    body = payload("django_helpdesk_followup")
    body["ticket"]["followup_set"][3] |= {"user": None, "new_status": None, "comment": "Still dead."}
    mapped = from_django(body, book)
    assert mapped is not None
    assert (mapped.event.contact, mapped.event.by, mapped.event.text) == ("kim", "", "Still dead.")


def test_facts_come_from_the_custom_fields_kindly_read(book: Procedure) -> None:
    """Whatever the form's fields are made of, a ticket is never lost over them."""
    for written, facts in [
        ({"custom_users": 12}, Facts(users=12)),
        ({"custom_users": "about 12"}, Facts(users=12)),
        ({"custom_users": ""}, NOTHING_KNOWN),
        ({"custom_state": "Down "}, Facts(state="down")),
        ({"custom_state": "on fire"}, NOTHING_KNOWN),
        ({"custom_workaround": True}, Facts(workaround=True)),
        ({"custom_workaround": "no"}, Facts(workaround=False)),
        ({"custom_workaround": "maybe"}, NOTHING_KNOWN),
        ({"custom_system": None, "custom_category": "network"}, Facts(category="network")),
    ]:
        body = payload("django_helpdesk_new_ticket")
        body["ticket"] |= written
        mapped = from_django(body, book)
        assert mapped is not None
        assert mapped.opening.facts == facts, written


def test_a_follow_up_that_is_not_in_the_ticket_is_refused(book: Procedure) -> None:
    """The body contradicts itself: nothing is guessed."""
    body = payload("django_helpdesk_followup")
    body["followup_id"] = 99
    with pytest.raises(CannotMap, match="99"):
        from_django(body, book)


@pytest.mark.parametrize("payload_name", ["django_helpdesk_new_ticket", "django_helpdesk_followup"])
def test_any_part_of_a_body_may_be_missing(book: Procedure, payload_name: str) -> None:
    """Take away any one field: the rest is understood, or the refusal names a field; nothing breaks."""
    whole = payload(payload_name)
    for part in ("ticket", *whole["ticket"]):
        body = copy.deepcopy(whole)
        if part == "ticket":
            del body["ticket"]
        else:
            del body["ticket"][part]
        try:
            from_django(body, book)
        except CannotMap as refused:
            assert refused.field.startswith("ticket")


# Complaints --------------------------------------------------------------------------------------

WORDS, SETTLE = "he hung up on me", "a call from his manager"
NO_WORDS = "(raised in the helpdesk, ticket 4711; no words of the customer's)"


def complains(book: Procedure, requester: str = "kim@harbor.example", **complaint: str) -> Mapped:
    """The generic comment, with a complaint."""
    body = payload("generic_comment")
    body["ticket"]["requester"] = requester
    return from_generic({**body, "complaint": {"kind": "conduct", "words": WORDS, **complaint}}, book)


def raised(mapped: Mapped | None) -> Raised:
    assert mapped is not None
    assert mapped.complaint is not None
    return mapped.complaint


def in_django(book: Procedure, written: object, name: str = "custom_complaint", **ticket: object) -> Mapped:
    body = payload("django_helpdesk_followup")
    body["ticket"] |= {name: written, **ticket}
    mapped = from_django(body, book)
    assert mapped is not None
    return mapped


def test_a_generic_complaint_is_about_its_ticket_and_by_who_made_it(book: Procedure) -> None:
    assert raised(complains(book, settle=SETTLE)) == Raised(
        client="harbor",
        number=complaint_number("harbor", "generic 4711 8f0c1d9f"),
        kind="conduct",
        words=WORDS,
        by="kim",
        settle=SETTLE,
        ticket="ticket-harbor-generic-4711",
        ticket_number="4711",
        ticket_title="Nobody can trade",
        via="the helpdesk generic",
    )


def test_the_ticket_hears_nothing_of_what_a_complaint_says(book: Procedure) -> None:
    """Opening and event are what they were without it, in both formats."""
    without = from_generic(payload("generic_comment"), book)
    assert complains(book, settle=SETTLE, by="raj")[:2] == without[:2]
    assert in_django(book, f"conduct: {WORDS}")[:2] == in_django(book, "")[:2]


def test_without_words_the_complaint_says_where_it_comes_from(book: Procedure) -> None:
    assert raised(complains(book, words=" ")).words == NO_WORDS
    assert raised(complains(book, words=" ")).wordless
    assert raised(in_django(book, "conduct")).words == NO_WORDS.replace("4711", "1")


@pytest.mark.parametrize(
    ("requester", "by", "expected"),
    [
        ("raj", "", ("raj", "", "")),
        ("kim@harbor.example", "RAJ@harbor.example", ("raj", "", "")),
        ("kim@harbor.example", "Jo  Smith", ("caller", "Jo Smith", "kim@harbor.example")),
        ("kim@harbor.example", "jo@x.example", ("caller", "jo@x.example", "jo@x.example")),
        ("jo@x.example", "", ("caller", "jo@x.example", "jo@x.example")),
        ("jo@x.example", "Jo Smith", ("caller", "Jo Smith", "jo@x.example")),
        ("nora@lindqvist.example", "", ("caller", "nora@lindqvist.example", "nora@lindqvist.example")),
        ("", "Jo Smith", ("caller", "Jo Smith", "Jo Smith")),
        ("", "", ("caller", "", "raised in the helpdesk, ticket 4711")),
        ("j" * 300, "", ("caller", "j" * 194 + CUT, "j" * 194 + CUT)),
    ],
)
def test_who_is_no_contact_complains_by_the_name_the_helpdesk_has(
    book: Procedure, requester: str, by: str, expected: tuple[str, str, str]
) -> None:
    """Never in the name of the contact who stands in for them on the ticket."""
    found = raised(complains(book, requester, by=by))
    assert (found.by, found.caller, found.reach) == expected


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("kind", "he shouted at me"),
        ("words", "y" * 4001),
        ("settle", "y" * 4001),
        ("by", "y" * 201),
    ],
)
def test_a_complaint_that_can_not_be_meant_is_refused_without_its_words(
    book: Procedure, field: str, written: str
) -> None:
    """The refusal is logged and sent back: it names the field, and repeats nothing."""
    with pytest.raises(CannotMap) as refused:
        complains(book, **{field: written})
    assert refused.value.field == f"complaint.{field}"
    assert written not in str(refused.value)


def test_each_generic_event_has_a_complaint_of_its_own(book: Procedure) -> None:
    """The same event sent again is the same complaint."""
    again, other = ({**payload("generic_comment"), "complaint": {"kind": "other"}} for _ in range(2))
    other["event_id"] = "another"
    numbers = [raised(from_generic(body, book)).number for body in (again, again, other)]
    assert numbers[0] == numbers[1] != numbers[2]


def test_no_two_events_share_a_complaint(book: Procedure) -> None:
    """Wherever their numbers and ids have hyphens."""
    one, other = ({**payload("generic_comment"), "complaint": {"kind": "other"}} for _ in range(2))
    one |= {"event_id": "1-e1", "ticket": one["ticket"] | {"number": "7"}}
    other |= {"event_id": "e1", "ticket": other["ticket"] | {"number": "7-1"}}
    assert raised(from_generic(one, book)).number != raised(from_generic(other, book)).number


@pytest.mark.parametrize(
    ("written", "kind", "words"),
    [
        ("conduct", "conduct", ""),
        (" Response  Time ", "response time", ""),
        ("changed without asking: the firewall: twice", "changed without asking", "the firewall: twice"),
        ("Conduct:", "conduct", ""),
        ("he hung up on me", "other", "he hung up on me"),
        ("rude: he hung up", "other", "rude: he hung up"),
        (True, "other", ""),
        ("yes", "other", ""),
        ("conduct:" + "y" * 5000, "conduct", "y" * 3986 + CUT),
    ],
)
def test_a_complaint_in_django_helpdesk_is_kindly_read(
    book: Procedure, written: object, kind: str, words: str
) -> None:
    """Whatever the field is made of, no complaint is lost over it."""
    found = raised(in_django(book, written))
    assert (found.kind, found.words) == (kind, words or NO_WORDS.replace("4711", "1"))


@pytest.mark.parametrize("written", ["", " ", None, False, "no", "False"])
def test_an_empty_field_in_django_helpdesk_is_no_complaint(book: Procedure, written: object) -> None:
    """Nor is a tick box that nobody has ticked."""
    assert in_django(book, written).complaint is None


def test_a_django_ticket_has_one_complaint_whatever_follows(book: Procedure) -> None:
    """The whole ticket comes with every follow-up: opened, answered, and with more in the field."""
    opened = payload("django_helpdesk_new_ticket")
    opened["ticket"]["custom_complaint"] = "conduct"
    numbers = {
        raised(from_django(opened, book)).number,
        raised(in_django(book, "conduct: he shouted")).number,
    }
    assert numbers == {complaint_number("harbor", "django-helpdesk 1")}


def test_who_submitted_a_django_ticket_complains(book: Procedure) -> None:
    stranger, contact = (
        raised(in_django(book, "conduct", submitter_email=mail))
        for mail in ("ana@acme.test", "raj@harbor.example")
    )
    assert (stranger.by, stranger.caller, stranger.reach) == ("caller", "ana@acme.test", "ana@acme.test")
    assert (contact.by, contact.caller, contact.reach) == ("raj", "", "")


def test_the_field_of_django_helpdesk_can_have_another_name() -> None:
    desks = copy.deepcopy(PROCEDURE["helpdesks"])
    desks["django-helpdesk"]["fields"] = {"complaint": "custom_unhappy"}
    book = northwind(helpdesks=desks)
    assert in_django(book, "conduct").complaint is None
    assert raised(in_django(book, "conduct", name="custom_unhappy")).kind == "conduct"


# Who noticed it ---------------------------------------------------------------------------------


@every(
    "of_the_door, written, found_by, unknown",
    [
        (None, None, None, ()),
        (None, "monitoring", "monitoring", ()),
        (None, " Staff", "staff", ()),
        (None, "", None, ()),
        ("monitoring", None, "monitoring", ()),
        ("monitoring", "user", "user", ()),
        # Not guessed, either: it has said something else.
        ("monitoring", "the night guard", None, ("found_by",)),
    ],
)
def test_who_noticed_it_is_what_the_ticket_says_or_the_door(
    of_the_door: str | None, written: str | None, found_by: str | None, unknown: tuple[str, ...]
) -> None:
    """In both formats; the ticket has it as it opens, and nobody else's word is taken for it."""
    desks = copy.deepcopy(PROCEDURE["helpdesks"])
    for desk in desks.values():
        desk["found_by"] = of_the_door
    book, body = northwind(helpdesks=desks), payload("generic_new")
    body["ticket"]["found_by"] = written
    for mapped in (from_generic(body, book), in_django(book, written, name="custom_found_by")):
        assert (mapped.opening.found_by, mapped.unknown) == (found_by, unknown)
        assert opened(mapped.opening, book).found_by == found_by


# Any order, any multiplicity ---------------------------------------------------------------------


def opened(opening: Opening, book: Procedure) -> Ticket:
    """The ticket as it stands just after it has opened."""
    now = NOON
    agreement = agree(book, opening.client, 1)
    ticket = open_ticket(opening, agreement, start_of(opening, agreement, 0), {"kim": "Kim Harlow"}, now)
    return present(ticket, stand(book, question(ticket, now)), now)


def ends(mapped: tuple[Mapped, ...], book: Procedure) -> Ticket:
    """Where the ticket stands when these have come in, in this order; the first one opens it."""
    now, ticket = NOON, opened(mapped[0].opening, book)
    for one in mapped:
        now += timedelta(seconds=20)
        ticket = receive(ticket, one.event, now)
        if ticket.unpresented:
            ticket = present(ticket, stand(book, question(ticket, now)), now)
    return ticket


def seen_from_outside(ticket: Ticket) -> dict[str, object]:
    return {
        "status": ticket.status,
        "severity": ticket.severity,
        "facts": ticket.facts,
        "notes": sorted((note.by, note.text) for note in ticket.notes),
        "seen": sorted(ticket.said.seen),
    }


def must_agree(events: list[Mapped], book: Procedure) -> None:
    """Every order ends in the same state, and so does every order with each event sent twice."""
    expected = seen_from_outside(ends(tuple(events), book))
    for order in itertools.permutations(events):
        assert seen_from_outside(ends(order, book)) == expected, [e.event.delivery for e in order]
        twice = (*order, *reversed(order))
        assert seen_from_outside(ends(twice, book)) == expected, [e.event.delivery for e in twice]


def said_in_generic(*later: dict[str, Any], book: Procedure) -> list[Mapped]:
    """A ticket and what was said about it, a minute apart; each without what the first one knew."""
    new = payload("generic_new")
    ticket = {key: new["ticket"][key] for key in ("number", "client", "title", "description", "requester")}
    at = datetime.fromisoformat(new["at"].replace("Z", "+00:00"))
    bodies = [new]
    for number, event in enumerate(later, start=1):
        known = event.pop("ticket", {})
        bodies.append(
            {
                "event_id": f"e{number}",
                "at": (at + timedelta(minutes=number)).isoformat(),
                "ticket": {**ticket, **known},
                **event,
            }
        )
    return [from_generic(body, book) for body in bodies]


STORIES: dict[str, list[dict[str, Any]]] = {
    "comments": [
        {"comment": "One desk is dark."},
        {"comment": "So is mine.", "from_customer": True},
        {"comment": "Looking at it.", "by": "Jo"},
        {"comment": "Any news?", "from_customer": True},
    ],
    "closed and opened again": [
        {"state": "resolved", "comment": "Restarted."},
        {"state": "closed"},
        {"comment": "It is back.", "from_customer": True},
        {"state": "open", "comment": "Opened again."},
    ],
    "opened again and closed": [
        {"state": "closed", "by": "Jo"},
        {"state": "open", "by": "Jo"},
        {"state": "closed", "by": "Jo", "comment": "For good."},
    ],
    "on hold and off again": [
        {"state": "waiting"},
        {"comment": "Here is what you asked for.", "from_customer": True},
        {"state": "open"},
        {"state": "waiting", "by": "Jo"},
    ],
    "it gets worse, then better": [
        {"ticket": {"users": 40}},
        {"ticket": {"state": "down"}},
        {"ticket": {"users": 4}},
        {"ticket": {"state": "limited"}, "comment": "Only the charts now."},
    ],
    "facts and the end": [
        {"ticket": {"users": 9}, "comment": "Nine of us."},
        {"state": "resolved", "comment": "Restarted."},
        {"ticket": {"state": "down"}, "from_customer": True, "comment": "No!"},
        {"state": "closed"},
    ],
}


@pytest.mark.parametrize("story", STORIES)
def test_any_order_of_generic_events_ends_the_same(book: Procedure, story: str) -> None:
    """Late, early, twice: where the ticket stands depends on what happened, not on what arrived when."""
    must_agree(said_in_generic(*copy.deepcopy(STORIES[story]), book=book), book)


def test_any_order_of_captured_webhooks_ends_the_same(book: Procedure) -> None:
    """The new ticket and its follow-ups as django-helpdesk sent them, ours among them."""
    bodies = [payload("django_helpdesk_new_ticket")]
    for number in range(1, 5):
        bodies.append({**payload("django_helpdesk_followup"), "followup_id": number})
    bodies[4]["ticket"]["followup_set"][2]["user"] = None  # the customer's
    found = [from_django(body, book) for body in bodies]
    events = [event for event in found if event]
    assert [event.event.delivery for event in events] == ["new", "followup-4"]
    must_agree(events, book)


def test_a_helpdesk_that_says_the_same_again_changes_nothing(book: Procedure) -> None:
    """With every comment it tells all it knows, in its own words for our systems: no news is no news."""
    new = payload("generic_new")
    first = from_generic(new, book)
    later = {**new, "event_id": "later", "at": "2026-11-23T08:30:00Z"}
    before = opened(first.opening, book)
    after = receive(receive(before, first.event, NOON), from_generic(later, book).event, NOON)
    assert after.record == before.record


def test_any_order_of_a_django_tickets_life_ends_the_same(book: Procedure) -> None:
    """Opened, commented by both sides, closed by the desk, and opened again by the customer's mail."""
    whole = payload("django_helpdesk_followup")
    first = whole["ticket"]["followup_set"][0]
    follow_ups = [
        {**first, "id": 5, "user": 3, "comment": "Router replaced", "new_status": 4},
        {**first, "id": 6, "user": None, "comment": "It is dead again", "new_status": 2},
        {**first, "id": 7, "user": 3, "comment": "Second router", "new_status": None},
        {**first, "id": 8, "user": 3, "comment": "Firmware", "new_status": None},
    ]
    for minute, follow_up in enumerate(follow_ups, start=31):
        follow_up["date"] = f"2026-11-23T07:{minute}:00Z"
    whole["ticket"]["followup_set"] = [first, *follow_ups]
    bodies = [{**whole, "followup_id": follow_up["id"]} for follow_up in follow_ups]
    found = [from_django(body, book) for body in [payload("django_helpdesk_new_ticket"), *bodies]]
    must_agree([event for event in found if event], book)


def test_resolved_after_a_reopening_that_came_last(book: Procedure) -> None:
    """Closed, opened again, resolved: also when the reopening is the last to arrive."""
    states = ({"state": "closed"}, {"state": "open"}, {"state": "resolved", "comment": "Restarted."})
    must_agree(said_in_generic(*states, book=book), book)


HELPDESKS = (Path(__file__).parents[1] / "docs" / "helpdesks.md").read_text(encoding="utf-8")
FORMAT = HELPDESKS.split("\n## The generic format")[1].split("`state` of the event")[0]

FIELDS = {
    prefix + name: field
    for prefix, model in (("", GenericEvent), ("ticket.", GenericTicket), ("complaint.", GenericComplaint))
    for name, field in model.model_fields.items()
}


def test_the_documented_format_is_the_format() -> None:
    """docs/helpdesks.md names every field of the generic format and no other, and its example is taken."""
    documented = re.findall(r"^\| `([\w.]+)` \|", FORMAT, re.MULTILINE)
    assert sorted(documented) == sorted(FIELDS)
    example = json.loads(FORMAT.split("```json")[1].split("```")[0])
    assert from_generic(example, northwind()).opening.id == "ticket-harbor-generic-4711"


@every("name", [*FIELDS])
def test_the_documented_bounds_are_the_bounds(name: str) -> None:
    (row,) = re.findall(rf"^\| `{re.escape(name)}` \|.*$", FORMAT, re.MULTILINE)
    for part in FIELDS[name].metadata:
        if isinstance(part, Bound):
            kept = "are kept" if part.cut else "at most"
            assert f"{part.longest} characters {kept}" in row
        if (most := getattr(part, "le", None) or getattr(part, "max_length", None)) is not None:
            assert f"{most:,} at most" in row


BOUNDS = {
    "a title": [LONGEST_LINE],
    "a description": [LONGEST_TEXT],
    "what a person says": [LONGEST_TEXT],
    "a client": [LONGEST_LINE],
    "a ticket's number": [LONGEST_NUMBER],
    "at the emergency door": [LONGEST_WHAT, LONGEST_USERS],
    "conditions": [MOST_CONDITIONS],
    "people affected": [MOST_USERS],
    "follow-ups": [MOST_FOLLOW_UPS],
    "headers": [MOST_HEADERS],
    "fields": [MOST_FIELDS],
    "the body": [WEBHOOK_BODY // 1024**2, PAGE_BODY // 1024],
}
"""How a row of the table of bounds begins, and the numbers in it."""


def test_the_table_of_bounds_is_complete_and_right() -> None:
    """By every door, as docs/helpdesks.md has it."""
    part = HELPDESKS.split("\n## How much may come in")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(BOUNDS)
    for (begin, expected), (what, at_most, _) in zip(BOUNDS.items(), rows, strict=True):
        assert what.startswith(begin)
        assert [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", at_most)] == expected
    assert MOST_CONDITIONS == MOST_PEOPLE


# As they are really sent -------------------------------------------------------------------------


def asked(book: Procedure, **ticket: Any) -> Mapped:
    """The generic ticket, with some of it otherwise; a field that is ... is not there."""
    body = payload("generic_new")
    body["ticket"] = {name: value for name, value in (body["ticket"] | ticket).items() if value is not ...}
    return from_generic(body, book)


OPTIONAL = {
    "ticket": (
        "description",
        "requester",
        "system",
        "state",
        "users",
        "workaround",
        "category",
        "conditions",
        "drill",
    ),
    "": ("by", "comment", "from_customer", "state", "complaint"),
}


def test_null_or_an_empty_text_says_as_little_as_nothing(book: Procedure) -> None:
    """A template fills in null, or nothing, where its helpdesk knows nothing."""
    for part, names in OPTIONAL.items():
        for nothing in (None, "", " "):
            empty, without = payload("generic_new"), payload("generic_new")
            for body, change in ((empty, dict.fromkeys(names, nothing)), (without, {})):
                inner = body["ticket"] if part else body
                for name in names:
                    inner.pop(name, None)
                inner |= change
            assert from_generic(empty, book) == from_generic(without, book), (part, nothing)


def test_null_in_django_helpdesk_says_nothing(book: Procedure) -> None:
    body = payload("django_helpdesk_followup")
    fields = ("description", "submitter_email", "custom_system", "custom_users", "custom_complaint")
    body["ticket"] |= dict.fromkeys(fields)
    body["ticket"]["followup_set"][3] |= {"comment": None, "new_status": None}
    mapped = from_django(body, book)
    assert mapped is not None
    assert (mapped.event.text, mapped.event.state, mapped.unknown) == ("", None, ())


@every(
    "sent, number",
    {
        "a number": (4711, "4711"),
        "with a sign": ("#2026/17", "#2026/17"),
        "with blanks around": (" INC-12 ", "INC-12"),
    },
)
def test_a_ticket_has_the_number_that_its_helpdesk_writes(sent: object, number: str) -> None:
    assert asked(northwind(), number=sent).opening.id == f"ticket-harbor-generic-{number}"


def test_numbers_where_words_are_meant_are_words(book: Procedure) -> None:
    body = payload("generic_new") | {"event_id": 77, "by": 12}
    body["ticket"] |= {"title": 503, "users": "12"}
    opening, event = from_generic(body, book)[:2]
    assert (event.delivery, event.by, opening.title, opening.facts.users) == ("77", "12", "503", 12)


def test_capitals_do_not_matter(book: Procedure) -> None:
    body = payload("generic_new") | {"state": "Resolved", "complaint": {"kind": "Response  Time"}}
    body["ticket"]["state"] = "Down "
    mapped = from_generic(body, book)
    assert (mapped.opening.facts.state, mapped.event.state) == ("down", "resolved")
    assert raised(mapped).kind == "response time"


@every(
    "client",
    ["Harbor  Trading", "HARBOR\u00a0TRADING", " harbor ", "harbor trading\n", "Harb\u200bor Trading\ufeff"],
)
def test_a_client_is_the_same_however_it_is_typed(client: str) -> None:
    assert asked(northwind(), client=client, requester="").opening.client == "harbor"


def test_accents_are_the_same_composed_or_not() -> None:
    """macOS takes letters apart."""
    clients = copy.deepcopy(PROCEDURE["clients"])
    clients["harbor"] |= {"name": "Café Noir"}
    clients["harbor"]["systems"]["Büro"] = clients["harbor"]["systems"]["office mail"]
    mapped = asked(northwind(clients=clients), client="Cafe\u0301 Noir", system="BU\u0308RO")
    assert (mapped.opening.client, mapped.opening.facts.system, mapped.unknown) == ("harbor", "Büro", ())


@every(
    "requester",
    [
        "KIM@Harbor.Example",
        "Kim Harlow <kim@harbor.example>",
        "kim+it@harbor.example",
        "mailto:kim@harbor.example",
        "kim\u200b@harbor.example\u2060",
    ],
)
def test_a_requester_is_known_however_the_address_is_written(requester: str) -> None:
    """Without a client, too: it is the requester's."""
    for source in (asked(northwind(), client="", requester=requester), _django(submitter_email=requester)):
        assert (source.opening.client, source.opening.requester) == ("harbor", "kim")


@pytest.mark.parametrize(
    ("requester", "whose"),
    [("raj", ("raj", "Raj Patel")), ("", ("", "")), ("zoe@elsewhere.example", ("", ""))],
)
def test_every_event_says_whose_ticket_it_is_if_that_is_a_contact(
    requester: str, whose: tuple[str, str]
) -> None:
    """Never who stands in for somebody whom we don't know: a comment would make it theirs."""
    body = payload("generic_comment")
    body["ticket"] |= {"client": "harbor", "requester": requester}
    django = payload("django_helpdesk_new_ticket")
    django["ticket"] |= {"submitter_email": requester, "custom_customer": "harbor"}
    from_them = from_django(django, northwind())
    assert from_them
    for event in (from_generic(body, northwind()).event, from_them.event):
        assert (event.requester, event.requester_name) == whose


def _django(**ticket: object) -> Mapped:
    body = payload("django_helpdesk_new_ticket")
    del body["ticket"]["custom_customer"]
    body["ticket"] |= ticket
    mapped = from_django(body, northwind())
    assert mapped is not None
    return mapped


def test_what_nobody_sees_is_taken_out_wherever_words_come_in(book: Procedure) -> None:
    """NUL, what turns text around, and halves of characters, in every text of both formats."""
    bad, left = "a\x00b\u202ec\ud800", "abc\ufffd"
    body = payload("generic_comment") | {
        "by": bad,
        "comment": bad,
        "complaint": {"kind": "other", "words": bad},
    }
    body["ticket"] |= {"title": bad, "description": bad, "system": bad, "requester": bad}
    opening, event = from_generic(body, book)[:2]
    found = raised(from_generic(body, book))
    words = {event.by, event.text, opening.title, opening.description, opening.facts.system, found.words}
    assert words | {found.caller, found.ticket_title} == {left}
    theirs = _django(title=bad, description=bad, submitter_email="kim@harbor.example", custom_system=bad)
    words = {theirs.opening.title, theirs.opening.description, theirs.opening.facts.system}
    assert words == {left}


# How much of it ----------------------------------------------------------------------------------


def test_what_is_only_to_be_read_is_cut_with_a_mark(book: Procedure) -> None:
    """A helpdesk can't shorten it, and no ticket is lost over it."""
    body = payload("generic_comment") | {"by": "b" * 950_000, "comment": "c" * 950_000}
    body["ticket"] |= {"title": "t" * 950_000, "system": "字" * 700, "category": "k" * 3000}
    opening, event = from_generic(body, book)[:2]
    for text, longest in (
        (event.by, LONGEST_LINE),
        (event.text, LONGEST_TEXT),
        (opening.title, LONGEST_LINE),
        (opening.facts.system, LONGEST_LINE),
        (opening.facts.category, LONGEST_LINE),
    ):
        assert len(text) == longest
        assert text.endswith(CUT)


@every(
    "ticket, field, words",
    {
        "a number": ({"number": "7" * 65}, "ticket.number", "64 characters at most"),
        "a client": ({"client": "h" * 201}, "ticket.client", "200 characters at most"),
        "conditions": ({"conditions": ["x" * 1000] * 880}, "ticket.conditions", "50 at most"),
        "users": ({"users": 10**18}, "ticket.users", "10000000 or less"),
    },
)
def test_what_decides_something_is_refused_with_its_bound(
    ticket: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(CannotMap) as refused:
        asked(northwind(), **ticket)
    assert refused.value.field == field
    assert words in refused.value.text


def test_no_event_weighs_more_than_its_bounds_allow(book: Procedure) -> None:
    """Everything at its longest, in the letters that take most: far from what Temporal refuses."""
    long = "\U0001f525" * 10_000
    body = payload("generic_comment") | {"by": long, "comment": long}
    body["complaint"] = {"kind": "other", "words": long[:4000], "settle": long[:4000], "by": long[:200]}
    body["ticket"] |= dict.fromkeys(("title", "description", "system", "category", "requester"), long)
    body["ticket"]["conditions"] = [f"{number} {long}" for number in range(50)]
    opening, event, complaint = from_generic(body, book)[:3]
    for part in (TicketInput(opening=opening), HelpdeskEvent(event=event), ComplaintInput(raised=complaint)):
        assert len(part.model_dump_json().encode()) < 64 * 1024


# All that is wrong with it -----------------------------------------------------------------------


def test_all_mistakes_are_told_at_once_in_our_words(book: Procedure) -> None:
    body = {
        "event_id": "x" * 201,
        "at": "2026-11-23T08:10:00",
        "state": "exploded",
        "from_customer": "perhaps",
        "ticket": {"number": "a b", "client": "nobody", "title": " ", "users": "many", "conditions": "disk"},
        "complaint": {"kind": "rude", "words": "w" * 4001},
    }
    with pytest.raises(CannotMap) as refused:
        from_generic(body, book)
    assert {one.field: one.text for one in refused.value.mistakes} == {
        "event_id": "is too long: 200 characters at most",
        "at": "write its offset too, such as 2026-12-24T18:00Z or 2026-12-24T18:00+01:00",
        "state": "write one of 'open', 'waiting', 'resolved' or 'closed'",
        "from_customer": "write true or false",
        "ticket.number": "write letters, digits and # / _ - with single dots between them, no blanks",
        "ticket.client": "'nobody' is no client of this helpdesk: write one of harbor, lindqvist",
        "ticket.title": "is missing",
        "ticket.users": "write a whole number, such as 12",
        "ticket.conditions": "write a list",
        "complaint.kind": "write one of 'response time', 'changed without asking', "
        "'does not know our business', 'conduct' or 'other'",
        "complaint.words": "is too long: 4000 characters at most",
    }


def test_of_very_many_mistakes_some_are_told(book: Procedure) -> None:
    body = payload("django_helpdesk_followup")
    body["ticket"]["followup_set"] = [{}] * 1000
    with pytest.raises(CannotMap) as refused:
        from_django(body, book)
    assert refused.value.mistakes[0] == ("ticket.followup_set.0.id", "is missing")
    assert refused.value.mistakes[20:] == (("body", "1980 more mistakes like these"),)


# When it happened --------------------------------------------------------------------------------


def dated(at: object, book: Procedure) -> Mapped:
    return from_generic(payload("generic_new") | {"at": at}, book)


@every(
    "at",
    [
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:00",
        "2026-11-23T12:01:01Z",
        "2026-11-24T12:00:00+00:00",
    ],
)
def test_a_time_in_the_future_is_taken_as_now_and_that_is_said(at: str) -> None:
    """Else nothing that the helpdesk says until then would count."""
    mapped = dated(at, northwind())
    assert mapped.event.at == NOON
    assert mapped.corrected == "its time lies in the future: taken as now, 2026-11-23T12:00:00Z"


def test_a_clock_may_be_a_minute_ahead(book: Procedure) -> None:
    mapped = dated("2026-11-23T12:01:00Z", book)
    assert (mapped.event.at, mapped.corrected) == (NOON + timedelta(minutes=1), "")


@every("at", ["2026-11-16T11:59:59Z", "0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z", 4711])
def test_what_is_too_old_to_know_whether_it_was_heard_is_refused(at: object) -> None:
    """Signed bytes that are sent again, when Temporal has forgotten the ticket, open nothing."""
    with pytest.raises(CannotMap, match="at: is too long ago: events are taken for 7 days") as refused:
        dated(at, northwind())
    assert refused.value.field == "at"


def test_what_is_nearly_too_old_is_taken(book: Procedure) -> None:
    assert dated("2026-11-16T13:00:00+01:00", book).event.at == NOON - timedelta(days=7)


def test_the_follow_up_that_an_event_is_about_is_dated_and_no_other(book: Procedure) -> None:
    """A long ticket has old ones."""
    body = payload("django_helpdesk_followup")
    for number, date in enumerate(("2020-01-01T00:00:00Z", "2026-11-16T00:00:00Z", "2099-01-01T00:00:00Z")):
        body["ticket"]["followup_set"][number] |= {"date": date, "user": None}
    assert from_django(body, book) is not None
    for followup in (1, 2):
        with pytest.raises(CannotMap, match=r"ticket\.followup_set\.date: is too long ago"):
            from_django(body | {"followup_id": followup}, book)
    ahead = from_django(body | {"followup_id": 3}, book)
    assert ahead is not None
    assert (ahead.event.at, bool(ahead.corrected)) == (NOON, True)


# What the procedure has no word for ----------------------------------------------------------------


def test_what_is_unknown_is_taken_and_named(book: Procedure) -> None:
    conditions = ["failed disk", "on fire"]
    known = northwind(categories={"network": {}})
    mapped = asked(known, system="printer", category="printing", state="on fire", conditions=conditions)
    assert mapped.unknown == ("system", "state", "category", "conditions")
    facts = mapped.opening.facts
    assert (facts.system, facts.category, facts.state) == ("printer", "printing", None)
    assert facts.conditions == ("failed disk", "on fire")
    assert asked(known, category="NETWORK", conditions=["Failed  Disk"]).unknown == ()
    assert asked(known, category="NETWORK").opening.facts.category == "network"


def test_what_is_unknown_in_django_helpdesk_is_named(book: Procedure) -> None:
    mapped = in_django(
        book,
        "",
        custom_system="printer",
        custom_state="on fire",
        custom_users="many",
        custom_workaround="maybe",
    )
    assert mapped.unknown == ("system", "state", "users", "workaround")


@every("written, users", {"about 1,200": 1200, "1.200 people": 1200, "12 of 300": 12, "9" * 5000: MOST_USERS})
def test_how_many_people_are_counted(written: str, users: int) -> None:
    assert _django(submitter_email="kim@harbor.example", custom_users=written).opening.facts.users == users


# Answers that no person wrote ----------------------------------------------------------------------


@every(
    "header, value",
    [
        ("Auto-Submitted", "auto-replied"),
        ("auto-submitted", "auto-generated; owner-email=x@y.example"),
        ("Precedence", "bulk"),
        ("PRECEDENCE", "auto_reply"),
        ("X-Autoreply", "yes"),
        ("X-Auto-Response-Suppress", "All"),
        ("Return-Path", "<>"),
        ("From", "Mail Delivery System <MAILER-DAEMON@mx.harbor.example>"),
        ("Content-Type", "multipart/report; report-type=delivery-status"),
    ],
)
def test_an_automatic_answer_is_known_by_its_headers(header: str, value: str) -> None:
    body = payload("generic_comment") | {"headers": {"Subject": "Re: [4711]", "X": None, header: value}}
    assert from_generic(body, northwind()).event.automatic


@every(
    "header, value",
    [
        ("Auto-Submitted", "no"),
        ("Precedence", "normal"),
        ("Return-Path", "<kim@harbor.example>"),
        ("From", "Kim Harlow <kim@harbor.example>"),
        ("Subject", "Auto-Submitted: auto-replied"),
        ("Content-Type", "multipart/alternative"),
        ("X-Autoreply", ""),
    ],
)
def test_a_persons_mail_is_none(header: str, value: str) -> None:
    assert not from_generic(
        payload("generic_comment") | {"headers": {header: value}}, northwind()
    ).event.automatic


def test_a_helpdesk_may_know_by_itself_that_it_is_automatic(book: Procedure) -> None:
    said = from_generic(payload("generic_comment") | {"automatic": True}, book).event.automatic
    assert said == "the helpdesk says so"
    assert not from_generic(payload("generic_comment") | {"automatic": None}, book).event.automatic
