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

from gateway.sources import (
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
from procedure.ticket.helpdesk import Event, receive
from procedure.ticket.opening import Opening, open_ticket, start_of
from procedure.ticket.presenting import present, question
from procedure.ticket.state import Ticket
from tests.northwind import PROCEDURE, northwind
from tests.tables import every

PAYLOADS = Path(__file__).parent / "payloads"

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def book() -> Procedure:
    return northwind()


def from_django(body: object, book: Procedure) -> Mapped | None:
    return django_helpdesk(body, book, "django-helpdesk")


def from_generic(body: object, book: Procedure) -> Mapped:
    return generic(body, book, "generic")


# generic ---------------------------------------------------------------------------------------


def test_a_generic_ticket_says_all_that_its_opening_needs(book: Procedure) -> None:
    """Kim's ticket comes in with client, contact, system and facts in our own words."""
    opening, event, complaint = from_generic(payload("generic_new"), book)
    assert (opening.id, opening.client, opening.requester) == ("ticket-harbor-generic-4711", "harbor", "kim")
    assert (opening.title, opening.description) == (
        "Nobody can trade",
        "The screens froze when London opened.",
    )
    assert opening.facts == Facts("trading platform", "impaired", 6, False, "network")
    assert event == Event("8f0c1d9e", datetime(2026, 11, 23, 8, 10, tzinfo=UTC), facts=opening.facts)
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
    opening, event, complaint = mapped
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
        number=complaint_number("harbor", "generic-4711-8f0c1d9f"),
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
        ("j" * 300, "", ("caller", "j" * 200, "j" * 200)),
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
        ("conduct:" + "y" * 5000, "conduct", "y" * 4000),
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
    assert numbers == {complaint_number("harbor", "django-helpdesk-1")}


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


def test_the_documented_format_is_the_format() -> None:
    """docs/helpdesks.md names every field of the generic format and no other, and its example is taken."""
    text = (Path(__file__).parents[1] / "docs" / "helpdesks.md").read_text(encoding="utf-8")
    part = text.split("## The generic format")[1].split("`state` of the event")[0]
    documented = re.findall(r"^\| `([\w.]+)` \|", part, re.MULTILINE)
    fields = [*GenericEvent.model_fields, *(f"ticket.{name}" for name in GenericTicket.model_fields)]
    fields += [f"complaint.{name}" for name in GenericComplaint.model_fields]
    assert sorted(documented) == sorted(fields)
    example = json.loads(part.split("```json")[1].split("```")[0])
    assert from_generic(example, northwind()).opening.id == "ticket-harbor-generic-4711"
