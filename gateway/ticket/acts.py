"""What can be done on a ticket's page: each thing is a form of its own, which asks for what it needs.

What the page is for stands open on top; the others are folded below it.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.acts import Act, Acts, Choice, Select
from procedure.ticket.state import Ticket

READ_AT_ONCE = "Whoever has the ticket reads it at once."
STAYS = "Whoever had the ticket reads it. It stays as it is."


def _one(
    value: str,
    label: str,
    hint: str,
    *selects: Select,
    words: str = "",
    needed: bool = True,
    legend: str = "",
) -> Act:
    choice = Choice(value, label, hint)
    return Act(value, legend or label, (choice,), selects, words, needed and bool(words))


# Of the MSP's people ---------------------------------------------------------------------


def staff_acts(ticket: Ticket, person: str, here: bool, asked: bool) -> Acts:
    """What somebody of the MSP can do: ``here`` says that they may act on it where it stands, ``asked`` that
    they may answer the customer's wish to escalate."""
    if ticket.status in ("resolved", "closed"):
        return Acts()
    answers, moves = tuple(_answer(asked)), tuple(_take(ticket, person) if here else ())
    others = tuple(_work(ticket) if here else ())
    if ticket.request and ticket.request.asked_of == person:
        return Acts((*answers, *moves), others)
    return Acts(moves, (*answers, *others))


def _take(ticket: Ticket, person: str) -> Iterator[Act]:
    """What is asked of whoever it is with: to take it, to accept it or to keep it."""
    offer = ticket.here.handover
    if offer and offer.of == person:
        hint = "Over the change of shifts: you are just working on it. Nothing needs to be written."
        yield _one("keep", "I keep it", hint, legend="Do you keep it?")
    elif offer:
        hint = f"From {ticket.name(offer.of)}, whose duty is over. Nothing needs to be written."
        yield _one("accept", "I accept it", hint, legend="Do you accept it?")
    elif not ticket.here.acknowledged:
        hint = "Nobody else is paged. Nothing needs to be written."
        yield _one("acknowledge", "I have it", hint, legend="Do you take it?")


def _answer(asked: bool) -> Iterator[Act]:
    if asked:
        yield Act(
            "answer",
            "The customer's wish to escalate",
            (
                Choice("grant", "Grant it", "The ticket goes one tier up now."),
                Choice("refuse", "Keep it here", "Write why: the customer reads it, with your name."),
            ),
            words="Why: needed if you keep it here",
        )


def _work(ticket: Ticket) -> Iterator[Act]:
    yield _one("progress", "Progress", _adds_time(ticket), words="What you found or tried")
    hint = "The customer reads what was done, and is asked whether it is solved."
    yield _one("resolve", "It is solved", hint, words="What was done")
    if ticket.unlisted:
        yield _which_system(ticket)
    yield from _moves(ticket)
    hint = "The customer reads it as you write it. The clock stops until they answer."
    yield _one("ask_customer", "Ask the customer", hint, words="Your question")
    if ticket.here.pause:
        yield _one("resume", "Start the clock again", "Nothing needs to be written.")
    else:
        hint = f"After {ticket.agreement.pause_at_most} at most it goes on by itself."
        yield _one("pause", "Stop the clock", hint, words="What it waits for")


def _adds_time(ticket: Ticket) -> str:
    percent = ticket.agreement.criteria.progress.extends_by_percent
    if not percent or ticket.here.extended or not ticket.tier:
        return "It is recorded, for whoever has the ticket next."
    return f"It is recorded. The first time at a tier this adds {percent} % to its time."


def _which_system(ticket: Ticket) -> Act:
    systems = {system: system for system in ticket.agreement.systems}
    return _one(
        "name_system",
        "I know which system it is",
        "How bad it is follows from its rules.",
        Select("system", "Which system it is", systems, "Not chosen"),
    )


def _moves(ticket: Ticket) -> Iterator[Act]:
    """To the tiers above it, and to those below that have not handed it back to here yet."""
    tiers = ticket.tiers
    higher = tiers.rungs[tiers.at + 1 :]
    lower = [tier for tier in tiers.rungs[: tiers.at] if tier not in ticket.handed_back]
    if higher:
        to = Select("tier", "To which tier", {tier: tier for tier in higher}, "The next one up", needed=False)
        conditions = {
            condition: f"{condition} ({tier})"
            for condition, tier in ticket.agreement.criteria.complexity.items()
            if tier in higher
        }
        why = Select("condition", "Why it has to go up", conditions, "None of these", needed=False)
        selects = [why, to] if conditions else [to]
        hint = "To a higher tier, now. A reason that names a tier goes to that one."
        found = "What you tried and found"
        yield _one("hand_on", "Hand it on", hint, *selects, words=found, needed=False)
    if lower:
        to = Select("tier", "To which tier", {tier: tier for tier in lower}, "Choose a tier")
        hint = "To a lower tier, once for each."
        yield _one("hand_back", "Hand it back", hint, to, words="Why it belongs there")


# Of the customer -------------------------------------------------------------------------


def customer_acts(ticket: Ticket, question: str) -> Acts:
    """What the customer can do; ``question`` is what they are asked, if anything is."""
    if ticket.closed:
        return Acts()
    if ticket.status == "resolved":
        return Acts((_is_it_solved(ticket),), (_tell("Something else", STAYS),))
    others = tuple(_wish(ticket))
    if question:
        return Acts((_tell("My answer", legend="What do you answer?"),), others)
    return Acts((), (_tell("Something about the ticket"), *others))


def _tell(label: str, hint: str = READ_AT_ONCE, legend: str = "") -> Act:
    return _one("reply", label, hint, words="Your words", legend=legend)


def _is_it_solved(ticket: Ticket) -> Act:
    if ticket.here.declined:
        return Act(
            "confirm",
            "Do you accept it?",
            (
                Choice("solved", "I accept", "The ticket closes. Nothing needs to be written."),
                Choice("not_yet", "I don't agree", "It is opened again. Please write why."),
            ),
            words="Why you don't agree: whoever decides reads it",
        )
    return Act(
        "confirm",
        "Is it solved?",
        (
            Choice("solved", "Yes, it is solved", "The ticket closes. Nothing needs to be written."),
            Choice("not_yet", "Not yet", "It is opened again, one level up."),
        ),
        words="What does not work, if it is not solved",
    )


def _wish(ticket: Ticket) -> Iterator[Act]:
    if ticket.tier and not ticket.request:
        within = ticket.agreement.criteria.customer_request.answer_within
        hint = f"One level up. A named person answers within {within}; without an answer it goes up."
        yield _one("escalate", "Please escalate", hint, words="Why, if you want to say so", needed=False)
