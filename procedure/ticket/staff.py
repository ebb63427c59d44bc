"""What the people of a tier say: I have it, here is what I found, this belongs elsewhere, solved.

Each function takes the ticket as it stands and gives the next one, or raises ``Refused``
with what the person who asked should know. ``visit`` is the tier's visit a message is
about (0: as it stands), ``via`` what it came through, for the record.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from procedure.book.criteria import calls
from procedure.book.severity import (
    Facts,
    Severity,
    assess,
    at_least,
    find_system,
)
from procedure.clocks.durations import Duration
from procedure.kinds import Kind
from procedure.record import Entry, Refused
from procedure.ticket.pauses import go_on, stop_clock, wait_at_most
from procedure.ticket.state import Note, NoticeKind, Ticket
from procedure.ticket.tiers import climb, resolved


def acknowledge(ticket: Ticket, by: str, visit: int, now: datetime, via: str = "") -> Ticket:
    """ "I have it": paging stops, and the tier's commitment goes on."""
    must_be_on_tier(ticket, by, visit)
    if ticket.here.handover and by != ticket.holder:
        return accept(ticket, by, now, via)
    if ticket.here.acknowledged:
        if ticket.holder == by:
            return ticket
        raise Refused(f"{ticket.name(ticket.holder)} has it already.")
    people = ticket.here.people
    paged = people.rungs[: people.at + 1] if people and not ticket.opens else ()
    chain = ticket.here.standing.chain if ticket.here.standing else ()
    ticket = replace(
        ticket,
        holder=by,
        # With the last resort the next time it is asked again moves; a tier's commitment goes on.
        tiers=ticket.tiers.suspend() if ticket.tiers.exhausted else ticket.tiers,
        here=replace(
            ticket.here.settled(),
            acknowledged=True,
            # Who takes it after their own duty has ended keeps it.
            kept_from=chain[0] if chain and by not in chain else "",
        ),
    )
    ticket = ticket.noted(Entry(now, Kind.HAS_IT, by, via))
    return ticket.tell(NoticeKind.TAKEN, *(person for person in paged if person != by))


def accept(ticket: Ticket, by: str, now: datetime, via: str = "") -> Ticket:
    """At a change of shifts: who comes on takes what the one who leaves has held."""
    offered = ticket.here.handover
    if not offered and ticket.here.acknowledged and ticket.holder == by:
        return ticket
    if not offered:
        raise Refused(f"It is not offered to anybody: {ticket.name(ticket.holder)} has it.")
    if not ticket.on_tier(by):
        raise Refused(f"It is offered to {ticket.name(offered.to)}.")
    ticket = replace(
        ticket,
        holder=by,
        tiers=replace(ticket.tiers, holder=by),
        here=replace(ticket.here.settled(), kept_from=""),
    )
    return ticket.noted(Entry(now, Kind.ACCEPTED, by, via, person=offered.of))


def keep(ticket: Ticket, by: str, now: datetime, via: str = "") -> Ticket:
    """At a change of shifts: who is just working on it stays with it."""
    offered = ticket.here.handover
    if not offered:
        raise Refused(f"It is not offered to anybody: {ticket.name(ticket.holder)} has it.")
    if by != offered.of:
        raise Refused(f"{ticket.name(offered.of)} has it, and could keep it.")
    ticket = replace(ticket, here=replace(ticket.here.settled(), kept_from=offered.to))
    return ticket.noted(Entry(now, Kind.KEPT, by, via))


def progress(ticket: Ticket, by: str, visit: int, note: str, now: datetime, via: str = "") -> Ticket:
    """What was found; the first such note at a tier may buy time, as the procedure allows."""
    must_be_open(ticket)
    ticket = taken(ticket, by, visit, now, via)
    ticket = ticket.with_note(Note(now, by, _required(note, "what was found")))
    ticket = ticket.noted(Entry(now, Kind.PROGRESS, by, via, words=note))
    percent = ticket.agreement.criteria.progress.extends_by_percent
    if not percent or ticket.here.extended or ticket.tiers.exhausted:
        return ticket
    ticket = replace(
        ticket,
        tiers=ticket.tiers.suspend(),
        here=replace(
            ticket.here,
            extended=True,
            warned=False,
            commitment=replace(ticket.here.commitment, extra=percent),
        ),
    )
    budget = str(ticket.here.commitment.budget)
    return ticket.noted(Entry(now, Kind.EXTENDED, place=ticket.tier, what=budget, number=str(percent)))


def hand_on(
    ticket: Ticket,
    by: str,
    visit: int,
    now: datetime,
    *,
    tier: str = "",
    condition: str = "",
    note: str = "",
    via: str = "",
) -> Ticket:
    """To a higher tier, with what was tried and found. A condition of the catalogue names its own tier."""
    must_be_open(ticket)
    must_be_on_tier(ticket, by, visit)
    criteria = ticket.agreement.criteria
    if condition and condition not in criteria.complexity:
        raise Refused(f"{condition!r} is not in the catalogue: {', '.join(criteria.complexity)}.")
    target = tier or criteria.complexity.get(condition, "")
    to = _tier_index(ticket, target) if target else ticket.tiers.at + 1
    if to >= len(ticket.tiers.rungs):
        raise Refused(f"{ticket.place} is the top: there is no higher tier to hand it to.")
    if to <= ticket.tiers.at:
        raise Refused(f"{target} is not above {ticket.place}: name a higher tier, or hand it back.")
    if note:
        ticket = ticket.with_note(Note(now, by, note))
    why = Entry(now, Kind.HANDED_ON, by, via, what=condition)
    return climb(ticket, why if condition else replace(why, words="its people ask for it"), to=to)


def hand_back(
    ticket: Ticket, by: str, visit: int, tier: str, reason: str, now: datetime, via: str = ""
) -> Ticket:
    """ "This belongs to the first level", with the reason; each tier gets a ticket back once at most."""
    must_be_open(ticket)
    must_be_on_tier(ticket, by, visit)
    _required(reason, "why it belongs there")
    _required(tier, "which tier it belongs to")
    if ticket.request:
        raise Refused("The customer asks for it to go up: answer that first.")
    to = _tier_index(ticket, tier)
    if to >= ticket.tiers.at:
        raise Refused(f"{tier} is not below {ticket.place}: hand it on instead.")
    if tier in ticket.handed_back:
        raise Refused(f"{tier} has had it handed back once already: keep it, or hand it on.")
    ticket = replace(ticket, handed_back=(*ticket.handed_back, tier))
    ticket = ticket.with_note(Note(now, by, f"Handed back: {reason}"))
    return climb(ticket, Entry(now, Kind.HANDED_BACK, by, via, words=reason), to=to)


def pause(
    ticket: Ticket,
    by: str,
    reason: str,
    now: datetime,
    *,
    visit: int = 0,
    at_most: Duration | None = None,
    for_customer: bool = False,
    via: str = "",
) -> Ticket:
    """Stop the clock, never for longer than the procedure allows: then it goes on by itself."""
    must_be_open(ticket)
    if ticket.status == "paused":
        raise Refused("The clock is stopped already.")
    ticket = taken(ticket, by, visit, now, via)
    longest, lasts = ticket.agreement.pause_at_most, ticket.agreement.lasts
    wait = at_most if at_most and lasts(at_most) < lasts(longest) else longest
    paused = wait_at_most(ticket, wait, _required(reason, "what it waits for"), now)
    return stop_clock(ticket, replace(paused, for_customer=for_customer), by, via)


def resume(ticket: Ticket, by: str, now: datetime, via: str = "") -> Ticket:
    """The clock goes on with what is left."""
    if ticket.status != "paused":
        raise Refused("The clock is not stopped.")
    return go_on(ticket, Entry(now, Kind.STARTED_AGAIN, by, via))


def resolve(ticket: Ticket, by: str, visit: int, solution: str, now: datetime, via: str = "") -> Ticket:
    """Solved, says who has it; the customer is asked whether that is so."""
    must_be_open(ticket)
    ticket = taken(ticket, by, visit, now, via)
    return resolved(ticket, _required(solution, "what solved it"), now, by, via)


def reassess(
    ticket: Ticket,
    by: str,
    news: Facts,
    now: datetime,
    *,
    severity: Severity | None = None,
    reason: str = "",
    via: str = "",
) -> Ticket:
    """New facts, or a severity that a person sets with a reason: what was used of the time is kept."""
    if ticket.closed:
        raise Refused("The ticket is closed.")
    news = replace(news, system=find_system(ticket.agreement.systems, news.system))
    facts = ticket.facts.updated(news)
    if severity:
        found, why = severity, f"set by {ticket.name(by)}: {_required(reason, 'why this severity')}"
    else:
        found, why = assessed(ticket, facts)
    before, ticket = ticket.severity, replace(ticket, facts=facts, severity=found, reason=why)
    kind = Kind.REASSESSED if found != before else Kind.ASSESSED_ALIKE
    ticket = ticket.noted(Entry(now, kind, by, via, was=before, what=found, words=why))
    if ticket.status == "resolved" or ticket.tiers.exhausted:
        return ticket
    if found != before:
        ticket = _with_budget(ticket, now)
    return _called_up(ticket, now, by, via)


def assessed(ticket: Ticket, facts: Facts) -> tuple[Severity, str]:
    """The severity of these facts, and why; an emergency stays one until a person says otherwise."""
    found = assess(ticket.agreement.systems, ticket.agreement.otherwise, facts)
    if ticket.caller and not at_least(found.severity, ticket.severity):
        return ticket.severity, f"reported as an emergency by {ticket.caller}"
    return found.severity, found.reason


def _with_budget(ticket: Ticket, now: datetime) -> Ticket:
    """The time of the new severity, which may run on another clock; what was used is kept."""
    commitment = ticket.here.commitment
    if commitment.running:
        commitment = commitment.suspended(now, ticket.stopwatch).resumed(now)
    commitment = replace(commitment, budget=ticket.agreement.stay(ticket.severity, ticket.tier))
    stale = ticket.status == "paused"  # other people may come on duty at other times
    return replace(
        ticket,
        tiers=ticket.tiers.suspend(),
        here=replace(ticket.here, commitment=commitment, warned=False, stale=stale),
    )


def _called_up(ticket: Ticket, now: datetime, by: str, via: str) -> Ticket:
    """Climb at once if the severity or a criterion calls for a higher tier."""
    usual = ticket.agreement.severities[ticket.severity].starts_at
    found = [(usual, f"{ticket.severity} starts at {usual}")]
    found += [(c.tier, c.reason) for c in calls(ticket.agreement.criteria, ticket.severity, ticket.facts)]
    tier, reason = max(found, key=lambda call: ticket.agreement.tiers.index(call[0]))
    if not ticket.agreement.higher(tier, ticket.tier):
        return ticket
    why = Entry(now, Kind.CALLED_UP, by, via, words=reason)
    return climb(ticket, why, to=ticket.agreement.tiers.index(tier))


def taken(ticket: Ticket, by: str, visit: int, now: datetime, via: str) -> Ticket:
    """Whoever works on it has it: acting on a ticket acknowledges it."""
    must_be_on_tier(ticket, by, visit)
    if ticket.here.acknowledged:
        return ticket
    return acknowledge(ticket, by, visit, now, via)


def must_be_open(ticket: Ticket) -> None:
    if ticket.status in ("resolved", "closed"):
        raise Refused(f"The ticket is {ticket.status}.")


def must_be_on_tier(ticket: Ticket, by: str, visit: int) -> None:
    """A message acts on the rung it was about, and only for those who stand there."""
    must_be_open(ticket)
    if not ticket.tiers.about(visit):
        raise Refused(f"It has moved on: {ticket.name(ticket.holder)} ({ticket.place}) has it now.")
    if ticket.status == "open" and not ticket.tiers.presented:
        raise Refused(f"It is just on its way to {ticket.place}: try again in a moment.")
    if not ticket.on_tier(by) and by != ticket.holder:
        raise Refused(
            f"{ticket.name(by)} does not stand at {ticket.place}; {ticket.name(ticket.holder)} has it."
        )


def _tier_index(ticket: Ticket, tier: str) -> int:
    if tier not in ticket.tiers.rungs:
        raise Refused(f"There is no tier {tier!r}: {', '.join(ticket.tiers.rungs)}.")
    return ticket.tiers.rungs.index(tier)


def _required(text: str, what: str) -> str:
    if not text.strip():
        raise Refused(f"Say {what}.")
    return text.strip()
