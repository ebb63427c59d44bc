"""A client that is corrected in the helpdesk: one ticket goes on, whatever comes in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as some

from procedure.book.agreement import agree
from procedure.book.severity import Facts
from procedure.ticket.correcting import (
    LONG_AGO,
    Namesake,
    corrected,
    counts,
    goes_on_as,
    knowing,
    namesake,
    takes_over,
)
from procedure.ticket.helpdesk import Event, receive, reopens
from procedure.ticket.opening import Opening, open_ticket, start_of
from procedure.ticket.staff import progress, reassess
from procedure.ticket.state import Ticket
from tests.northwind import northwind
from tests.procedure.ticket.lives import HIGH, NOON, Life, life

CONTACTS = {"harbor": "kim", "lindqvist": "nora"}


def put_down_for(client: str, facts: Facts = HIGH, description: str = "") -> Opening:
    return Opening(client, "desk", "42", "Nobody can log in", CONTACTS[client], description, facts)


def opens(opening: Opening, *namesakes: Namesake) -> Ticket:
    """As its workflow opens it."""
    agreement = agree(northwind(), opening.client, 1)
    known = knowing(opening, agreement, namesakes)
    ticket = open_ticket(known, agreement, start_of(known, agreement, 0), {}, NOON)
    return takes_over(ticket, namesakes, NOON)


def as_namesake(ticket: Ticket) -> Namesake:
    return namesake(ticket.id, ticket, northwind().people)


def at_harbor() -> Life:
    """Harbor's ticket: Ana has it, and has found that only two are concerned."""
    story = life(HIGH)
    ticket = receive(story.ticket, Event("d1", NOON, facts=HIGH, contact="kim", text="help us"), NOON)
    ticket = progress(ticket, "ana", 0, "the licence has expired", NOON)
    story.becomes(reassess(ticket, "ana", Facts(users=2, category="network"), NOON))
    story.heard()
    return story


# What becomes of the first one ----------------------------------------------------------------


def test_what_was_another_clients_is_closed_and_its_holder_and_customer_hear_of_it() -> None:
    story = at_harbor()
    story.becomes(corrected(story.ticket, "ticket-lindqvist-desk-42", NOON + timedelta(hours=1), story.now))
    assert story.ticket.closed
    assert story.record[-1] == (
        "The client is corrected in the helpdesk: it goes on as ticket-lindqvist-desk-42"
    )
    assert not story.ticket.record[-1].public, "Harbor's people read of no other client"
    assert story.heard() == [("moved-on", "ana"), ("closed", "kim")]
    story.passes(days=30)
    assert story.heard() == []


def test_a_correction_that_is_older_or_repeated_changes_nothing() -> None:
    story = at_harbor()
    assert corrected(story.ticket, "ticket-lindqvist-desk-42", LONG_AGO, NOON) == story.ticket
    once = corrected(story.ticket, "ticket-lindqvist-desk-42", NOON + timedelta(hours=1), NOON)
    assert corrected(once, "ticket-lindqvist-desk-42", NOON + timedelta(hours=2), NOON) == once


def test_only_a_later_word_of_the_helpdesk_brings_it_back_and_then_at_its_tier() -> None:
    story = at_harbor()
    story.becomes(corrected(story.ticket, "ticket-lindqvist-desk-42", NOON + timedelta(hours=1), NOON))
    before = Event("d2", NOON + timedelta(minutes=59), state="open")
    after = Event("d3", NOON + timedelta(minutes=61), text="it is Harbor's after all")
    assert not reopens(story.ticket, before)
    assert reopens(story.ticket, after)
    story.heard()
    story.becomes(receive(story.ticket, after, NOON))
    assert (story.ticket.status, story.ticket.tier, story.ticket.corrected_to) == ("open", "first level", "")
    assert story.heard() == [("page", "ana"), ("now-with", "kim")]


# What goes along ------------------------------------------------------------------------------


def test_facts_and_notes_go_along_and_no_persons_name_of_the_other_client() -> None:
    opening = put_down_for("lindqvist", HIGH, "Nobody can log in.")
    ticket = opens(opening, as_namesake(at_harbor().ticket))
    assert ticket.facts == replace(HIGH, users=2, category="network", system=""), "as Ana has found them"
    assert [(note.by, note.text) for note in ticket.notes] == [
        ("", "help us"),
        ("ana", "the licence has expired"),
    ]
    assert "kim" not in ticket.names
    assert ticket.record[-1].kind.value == "takes over"
    # What the helpdesk repeats with its first event undoes nothing, either.
    assert receive(ticket, Event("d9", NOON, facts=HIGH), NOON).facts.users == 2


def test_a_system_goes_along_where_the_client_has_it_and_what_is_said_anew_counts() -> None:
    was = Namesake("ticket-lindqvist-desk-42", facts=Facts(system="Trading Platform", users=3))
    ticket = opens(put_down_for("harbor", Facts(users=50)), was)
    assert (ticket.facts.system, ticket.facts.users) == ("trading platform", 50)


def test_one_that_can_not_say_yet_where_it_stands_has_nothing_to_go_along() -> None:
    ticket = opens(put_down_for("lindqvist"), namesake("ticket-harbor-desk-42", None, northwind().people))
    assert (ticket.notes, ticket.facts.users) == ((), HIGH.users)


# Any order ------------------------------------------------------------------------------------


class Desk:
    """A helpdesk's ticket 42 and its workflows: who sees whom, and when what is said arrives, is anybody's
    choice."""

    def __init__(self) -> None:
        self.tickets: dict[str, Ticket] = {}
        self.claims: list[tuple[str, str]] = []

    def hears(self, client: str, event: Event, seen: bool) -> None:
        """The door gives it to the client's ticket. Of two that open at once at least one sees the other."""
        if client not in self.tickets:
            others = [one for one in self.tickets.values() if not one.closed]
            found = [as_namesake(one) if seen else Namesake(one.id) for one in others]
            ticket = opens(put_down_for(client), *found)
            if other := goes_on_as(ticket.id, event.at, found):
                ticket = corrected(ticket, other.id, other.heard, NOON)
            else:
                self.claims += [(client, one.client) for one in others]
        else:
            ticket = self.tickets[client]
            if ticket.closed and not reopens(ticket, event):
                return
        before, ticket = ticket, receive(ticket, event, NOON)
        if before.corrected_to and not ticket.corrected_to:
            self.claims.append((client, before.corrected_to.split("-")[1]))
        self.tickets[client] = ticket

    def passes_on(self, which: int) -> None:
        """One of the claims arrives; an older one is answered."""
        by, to = self.claims.pop(which % len(self.claims))
        heard, ticket = self.tickets[by].said.heard or LONG_AGO, self.tickets[to]
        if counts(ticket, self.tickets[by].id, heard):
            self.tickets[to] = corrected(ticket, self.tickets[by].id, heard, NOON)
        elif not ticket.closed:
            self.claims.append((to, by))


@given(
    events=some.lists(
        some.tuples(some.sampled_from(list(CONTACTS)), some.integers(1, 9)), min_size=1, max_size=9
    ),
    choices=some.randoms(use_true_random=False),
)
def test_of_two_the_one_that_the_helpdesk_has_last_spoken_of_goes_on(
    events: list[tuple[str, int]], choices: Random
) -> None:
    """Late, repeated, corrected and corrected back, and with claims that overtake each other."""
    desk, by_time = Desk(), sorted({at: client for client, at in events}.items())
    sent = [(client, at) for at, client in by_time]
    waiting = [*sent, *choices.choices(sent, k=3)]
    choices.shuffle(waiting)
    while waiting or desk.claims:
        if waiting and (not desk.claims or choices.random() < 0.5):
            client, at = waiting.pop()
            desk.hears(client, Event(f"d{at}", NOON + timedelta(minutes=at)), seen=choices.random() < 0.5)
        else:
            desk.passes_on(choices.randrange(9))
    going_on = [client for client, ticket in desk.tickets.items() if not ticket.closed]
    assert going_on == [sent[-1][0]]
