"""The technical chain: a ticket is presented to a tier, and climbs when its time runs out.

Each function takes the ticket as it stands and gives the next one. What the people of a
tier say is in ``procedure.holding``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from procedure.calendars import instant
from procedure.commitments import begin
from procedure.durations import Duration, spoken
from procedure.ladder import ALWAYS, Ladder, due_from
from procedure.spans import Stopwatch
from procedure.standing import Question, Standing
from procedure.ticket import Handover, Notice, NoticeKind, Pause, Ticket

# Presenting ---------------------------------------------------------------------------


def question(ticket: Ticket, now: datetime) -> Question:
    """What has to be known to present the ticket to the rung it stands on."""
    people = ticket.people
    return Question(
        agreement=ticket.agreement,
        client=ticket.client,
        severity=ticket.severity,
        tier=ticket.tier,
        commitment=ticket.commitment.resumed(now),
        now=now,
        fresh=not ticket.tiers.presented,
        acknowledged=ticket.acknowledged,
        holder=ticket.holder if ticket.acknowledged else "",
        paged=people.rungs[: people.at] if people else (),
        current=people.rung if people and people.presented else "",
        answer_by=people.due if people else None,
        granted=ticket.granted,
        wait=ticket.wait,
        names=ticket.names or {},
    )


def present(ticket: Ticket, standing: Standing, now: datetime) -> Ticket:
    """Put the ticket before the people of its rung; with nobody there it goes on at once."""
    if ticket.wait:
        return _until(ticket, standing.due)
    ticket = replace(ticket, names={**(ticket.names or {}), **standing.names}, stale=False)
    if ticket.tiers.presented:
        return _restart(ticket, standing, now)
    for text in standing.missing:
        ticket = ticket.noted(now, f"{ticket.place}: {text}")
    if not standing.chain:
        return climb(ticket, now, f"Nobody at {ticket.place} can be reached")
    first = not ticket.holder
    late = now - ticket.tiers.planned > to_acknowledge(ticket, standing.chain[0]) / 10
    ticket = replace(
        ticket,
        standing=standing,
        granted=standing.due if late else None,
        tiers=ticket.tiers.present(standing.chain[0], standing.due),
        people=Ladder(standing.chain, planned=standing.opens or ticket.tiers.planned),
    )
    if standing.opens:
        return _wait(ticket, now, standing.opens)
    ticket = _page(ticket, now)
    if ticket.again:
        return ticket
    return ticket.tell_customer(NoticeKind.RECEIVED if first else NoticeKind.NOW_WITH)


def _until(ticket: Ticket, end: datetime) -> Ticket:
    """A wait that was agreed in business days ends then."""
    if ticket.pause:
        return replace(ticket, pause=replace(ticket.pause, until=end))
    return replace(ticket, confirm_by=end)


def _wait(ticket: Ticket, now: datetime, opens: datetime) -> Ticket:
    """The client's coverage has it wait for the client's hours: it stands with who gets it then."""
    ticket = replace(ticket, holder=ticket.tiers.holder)
    text = f"Out of hours: waits until {instant(opens)}, then {ticket.name(ticket.holder)} is paged"
    return ticket.noted(now, text).tell_customer(NoticeKind.WAITS)


def _restart(ticket: Ticket, standing: Standing, now: datetime) -> Ticket:
    """It stands where it was, but the clock starts again, or other people are on duty."""
    before = ticket.standing
    ends = before.until if before and before.until and before.until <= now else None
    ticket = replace(ticket, standing=standing)
    if ticket.status == "open":
        ticket = replace(ticket, tiers=ticket.tiers.present(ticket.holder, standing.due))
    if ticket.handover and (ticket.handover.to not in standing.chain or ticket.holder in standing.chain):
        ticket = _withdraw(ticket, now)
    if ticket.people is None or ticket.people.settled:
        return _relieve(ticket, now, ends)
    if ticket.handover:
        return _go_on_offering(ticket, ticket.handover, standing)
    if ticket.status != "open":
        return ticket
    if standing.opens and standing.chain:
        return _wait_again(ticket, standing, now, standing.opens)
    ticket = _go_on_paging(ticket, standing, now)
    return _page_on_every_channel(ticket) if before and not before.every_channel else ticket


def _go_on_offering(ticket: Ticket, offered: Handover, standing: Standing) -> Ticket:
    """The offer stands; who comes after them is who is on duty now."""
    people = Ladder(standing.chain, planned=offered.at, at=standing.chain.index(offered.to))
    return replace(ticket, people=people.present(offered.to, offered.due))


def _wait_again(ticket: Ticket, standing: Standing, now: datetime, opens: datetime) -> Ticket:
    """What waits now although it was paged before (its severity has changed), or who gets it then."""
    people = ticket.people
    paged = people.rungs[: people.at] if people else ()
    rest = [person for person in standing.chain if person not in paged] or list(standing.chain)
    waited = people is not None and not people.presented
    ladder = Ladder((*paged, *rest), planned=opens, at=len(paged))
    ticket = replace(ticket, people=ladder, holder=rest[0], tiers=replace(ticket.tiers, holder=rest[0]))
    return ticket if waited else _wait(ticket, now, opens)


def _page_on_every_channel(ticket: Ticket) -> Ticket:
    """It has become critical: who was paged by mail is paged in every other way, too."""
    people, standing = ticket.people, ticket.standing
    if not people or not people.presented or people.settled or not standing or not standing.every_channel:
        return ticket
    return ticket if "" in ticket.failed else ticket.page(people.rung, *ticket.channels(people.rung))


def _go_on_paging(ticket: Ticket, standing: Standing, now: datetime) -> Ticket:
    """Whoever was paged keeps the time to answer; when they are off duty, who is on is paged at once."""
    people = ticket.people
    if people is None:
        return ticket
    paged, current = people.rungs[: people.at], people.rung if people.presented else ""
    if current and current not in standing.chain:
        paged, current = (*paged, current), ""
    rest = [person for person in standing.chain if person not in paged and person != current]
    if current:
        due = standing.answering.after(now, to_acknowledge(ticket, current))
        due = standing.due if ticket.tiers.exhausted else min(due, people.due or due)
        people = replace(people, rungs=(*paged, current, *rest), at=len(paged))
        return replace(ticket, people=people.present(current, due))
    if not rest:
        return climb(ticket, now, f"Nobody else is on duty at {ticket.place}")
    people = Ladder((*paged, *rest), planned=now, at=len(paged))
    return _page(replace(ticket, people=people), now)


def _withdraw(ticket: Ticket, now: datetime) -> Ticket:
    """Who has it is on duty again, or who it is offered to has gone off duty, too."""
    name = ticket.name(ticket.handover.to) if ticket.handover else ""
    people = ticket.people.settle() if ticket.people else None
    ticket = replace(ticket, handover=None, people=people)
    return ticket.noted(now, f"Not offered to {name} any more, who has not accepted it")


def _relieve(ticket: Ticket, now: datetime, ends: datetime | None) -> Ticket:
    """What somebody holds whose duty is over is offered to who is on duty now.

    ``ends`` is when the duty ended, if that is why it is looked at. What was kept is offered again
    only after its holder was on duty meanwhile.
    """
    chain = ticket.standing.chain if ticket.standing else ()
    if ticket.holder in chain:
        return replace(ticket, kept_from="")
    closed = ticket.standing is None or ticket.standing.closed
    if not ticket.acknowledged or ticket.tiers.exhausted or not chain or closed:
        return ticket
    to = chain[0]
    if to == ticket.kept_from:
        return ticket
    # All that one person hands over at one change of shifts makes one list.
    since = ends or now.replace(second=0, microsecond=0)
    due = _answering(ticket).after(now, to_acknowledge(ticket, to))
    ticket = replace(
        ticket,
        handover=Handover(ticket.holder, to, since, due),
        people=Ladder(chain, planned=now).present(to, due),
    )
    text = f"{ticket.name(ticket.holder)}'s duty is over: offered to {ticket.name(to)}"
    ticket = ticket.noted(now, f"{text}, to accept by {instant(due)}").tell(NoticeKind.HANDOVER, to)
    if ticket.standing and ticket.standing.every_channel:
        return ticket.page(to, *ticket.channels(to), kind=NoticeKind.OFFERED)
    return ticket


def _page(ticket: Ticket, now: datetime) -> Ticket:
    people = ticket.people
    if people is None:
        raise AssertionError("nobody to page: the ticket was not presented")
    person, answering = people.rung, _answering(ticket)
    wait = to_acknowledge(ticket, person)
    due = due_from(people.planned, answering.after(people.planned, wait), now, wait, answering)
    if ticket.tiers.exhausted and ticket.tiers.due:
        due = ticket.tiers.due  # the last resort is not paged past, only paged again
    ticket = replace(ticket, people=people.present(person, due), holder=person, failed=())
    every = ticket.channels(person) if ticket.standing and ticket.standing.every_channel else ()
    return _page_noted(ticket, now, due).page(person, "", *every)


def _page_noted(ticket: Ticket, now: datetime, due: datetime) -> Ticket:
    """One line a page; the last resort's repetitions share one, however many they are."""
    name = ticket.name(ticket.holder)
    if not ticket.again:
        substituted = ticket.standing.instead_of.get(ticket.holder, "") if ticket.standing else ""
        instead = f" instead of {ticket.name(substituted)}, who is away" if substituted else ""
        return ticket.noted(now, f"{name} ({ticket.place}) paged{instead}, to acknowledge by {instant(due)}")
    repeated = f"{name} (last resort) paged again, times so far: "
    if ticket.record[-1].text.startswith(repeated):
        ticket = replace(ticket, record=ticket.record[:-1])
    return ticket.noted(now, f"{repeated}{ticket.again}")


def to_acknowledge(ticket: Ticket, person: str) -> timedelta:
    """The real time somebody has to say that they have it, from when they are paged."""
    usual = ticket.agreement.lasts(ticket.agreement.severities[ticket.severity].acknowledge)
    return ticket.standing.answers.get(person, usual) if ticket.standing else usual


def _answering(ticket: Ticket) -> Stopwatch:
    return ticket.standing.answering if ticket.standing else ALWAYS


# Time ---------------------------------------------------------------------------------


class Wake(NamedTuple):
    """When the ticket wants to be looked at again, and what happens then if nobody acts."""

    at: datetime
    why: str


def wake(ticket: Ticket) -> Wake | None:
    """The next thing that time will do; None only for a closed ticket or one about to be presented."""
    wakes = list(_wakes(ticket))
    return min(wakes, key=lambda wake: wake.at) if wakes else None


def _wakes(ticket: Ticket) -> list[Wake]:
    if ticket.status == "paused" and ticket.pause and ticket.pause.until:
        goes_on = Wake(ticket.pause.until, f"paused, {ticket.pause.reason}: goes on by itself")
        return [goes_on, *_request_wake(ticket), *_duty_wakes(ticket)]
    if ticket.status == "resolved" and ticket.confirm_by:
        return [Wake(ticket.confirm_by, "resolved: closes if the customer does not answer")]
    if ticket.status != "open" or not ticket.standing:
        return []
    found = [*_request_wake(ticket), *_duty_wakes(ticket)]
    if ticket.tiers.due:
        found.append(Wake(ticket.tiers.due, _runs_out(ticket)))
    if ticket.standing.warn and not ticket.warned:
        found.append(
            Wake(ticket.standing.warn, f"warn {ticket.name(ticket.holder)}: most of the time is used")
        )
    return found


def _request_wake(ticket: Ticket) -> list[Wake]:
    request = ticket.request
    return [Wake(request.due, f"{ticket.name(request.asked_of)}'s answer to the customer")] if request else []


def _duty_wakes(ticket: Ticket) -> list[Wake]:
    """What goes on while a clock stands still too: the end of a duty, and what is offered to the next."""
    found = []
    if ticket.people and ticket.people.due:
        found.append(Wake(ticket.people.due, f"{ticket.name(ticket.people.rung)}'s time to acknowledge"))
    if ticket.standing and ticket.standing.until:
        text = "the client's hours begin" if ticket.opens else "other people come on duty"
        found.append(Wake(ticket.standing.until, text))
    return found


def _runs_out(ticket: Ticket) -> str:
    if ticket.tiers.exhausted:
        return f"{ticket.name(ticket.holder)} is told again"
    return f"{ticket.tier}'s {ticket.commitment.budget}"


def tick(ticket: Ticket, now: datetime) -> Ticket:
    """Do the one thing that is due now, if any. Called again until nothing is.

    The order matters when several are: after an outage the missed commitment climbs once,
    and what was owed below it is moot.
    """
    if ticket.status == "paused" and ticket.pause and ticket.pause.until and now >= ticket.pause.until:
        return resume_clock(ticket, now, "The longest pause is over")
    if ticket.status == "resolved" and ticket.confirm_by and now >= ticket.confirm_by:
        return _close_unanswered(ticket, now)
    if ticket.request and now >= ticket.request.due:
        return grant_unanswered(ticket, now)
    if ticket.status not in ("open", "paused") or ticket.unpresented or not ticket.standing:
        return ticket
    if ticket.tiers.overdue(now):
        return _climb_by_time(ticket, now)
    if ticket.standing.until and now >= ticket.standing.until:
        return replace(ticket, stale=True)
    if ticket.people and ticket.people.overdue(now):
        return _unanswered(ticket, now)
    if ticket.status == "paused":
        return ticket
    if ticket.standing.warn and not ticket.warned and now >= ticket.standing.warn:
        return _warn(ticket, now)
    return ticket


def _climb_by_time(ticket: Ticket, now: datetime) -> Ticket:
    if ticket.tiers.exhausted:
        return _tell_last_resort_again(ticket, now)
    ran_out = instant(ticket.tiers.due or now)
    extra = f" and the {ticket.commitment.extra} % more for progress" if ticket.commitment.extra else ""
    return climb(ticket, now, f"{ticket.tier}'s {ticket.commitment.budget}{extra} ran out at {ran_out}")


def _tell_last_resort_again(ticket: Ticket, now: datetime) -> Ticket:
    """There is nobody above: the same person is asked once more, whoever that is by now."""
    tiers = ticket.tiers.again(now)
    commitment = begin(ticket.agreement.again_every, tiers.planned)
    return replace(
        ticket,
        tiers=tiers,
        commitment=commitment,
        people=None,
        standing=None,
        acknowledged=False,
        again=ticket.again + 1,
        failed=(),
    )


def _unanswered(ticket: Ticket, now: datetime) -> Ticket:
    """Who was paged, or was offered it at the change of shifts, has not said a word."""
    if ticket.people is None:
        return ticket
    name = ticket.name(ticket.people.rung)
    if not ticket.handover:
        return _next_person(ticket, now, f"{name} did not acknowledge in time")
    return declined(ticket, f"{name} did not accept it in time", now)


def declined(ticket: Ticket, reason: str, now: datetime, to: str = "") -> Ticket:
    """What was offered at the change of shifts (``to`` whom: else as it stands) is not taken: the next."""
    offered = ticket.handover
    if not offered or to not in ("", offered.to):
        return ticket
    ticket = _next_person(replace(ticket, handover=None, acknowledged=False), now, reason)
    # Who comes after them, and when, is another matter than when it was offered.
    ticket = replace(ticket, stale=not ticket.unpresented)
    return (
        ticket if ticket.holder == offered.of else ticket.tell(NoticeKind.MOVED_ON, offered.of, text=reason)
    )


def _next_person(ticket: Ticket, now: datetime, reason: str) -> Ticket:
    if ticket.people is None or ticket.tiers.exhausted:
        return ticket
    people = ticket.people.climb(now)
    if people.exhausted:
        tiers = replace(ticket.tiers, due=ticket.people.due)
        return climb(replace(ticket, tiers=tiers), now, f"{reason}; nobody at {ticket.tier} did")
    ticket = replace(ticket, people=people)
    return _page(ticket.noted(now, f"{reason}: {ticket.name(people.rung)} is next"), now)


def _warn(ticket: Ticket, now: datetime) -> Ticket:
    percent = ticket.agreement.criteria.warn_at_percent
    text = f"{percent} % of {ticket.place}'s {ticket.commitment.budget} is used"
    ticket = replace(ticket, warned=True).noted(now, text)
    lead = ticket.standing.lead if ticket.standing else ""
    return ticket.tell(NoticeKind.WARNING, *dict.fromkeys((ticket.holder, lead)), text=text)


def _close_unanswered(ticket: Ticket, now: datetime) -> Ticket:
    waited = ticket.agreement.confirm_within
    text = f"No answer from {ticket.name(ticket.requester)} within {waited}: closed"
    return close(ticket, now, text).tell_customer(NoticeKind.CLOSED)


# Climbing -----------------------------------------------------------------------------


def climb(
    ticket: Ticket,
    now: datetime,
    reason: str,
    to: int | None = None,
    *,
    by: str = "",
    via: str = "",
    answer: str = "",
) -> Ticket:
    """Move to another tier (the next one unless told otherwise), where it waits to be presented.

    ``reason`` is for the record; ``answer`` is what a customer is told who has asked for it to go up.
    """
    before = ticket
    tiers = ticket.tiers.climb(now) if to is None else ticket.tiers.move(to, now)
    budget = (
        ticket.agreement.again_every
        if tiers.exhausted
        else ticket.agreement.stay(ticket.severity, tiers.rung)
    )
    ticket = replace(
        ticket,
        status="open",
        tiers=tiers,
        commitment=begin(budget, tiers.planned),
        people=None,
        standing=None,
        again=0,
        acknowledged=False,
        handover=None,
        kept_from="",
        granted=None,
        stale=False,
        warned=False,
        extended=False,
        pause=None,
        solution="",
        confirm_by=None,
        why=reason,
    )
    ticket = ticket.noted(now, f"{reason}: to {ticket.place}", by, via)
    if before.acknowledged and before.status != "resolved" and before.holder != by:
        ticket = ticket.tell(NoticeKind.MOVED_ON, before.holder, text=reason)
    if ticket.request:
        text = answer or f"It has gone up to {ticket.place} meanwhile."
        ticket = replace(ticket, request=None).tell_customer(NoticeKind.ANSWERED, text=text)
    return ticket


def reopen(ticket: Ticket, now: datetime, reason: str, by: str = "", via: str = "") -> Ticket:
    """A ticket that was not solved after all goes one tier higher than where it was resolved."""
    to = min(ticket.tiers.at + 1, len(ticket.tiers.rungs) - 1)
    return climb(ticket, now, f"{reason}: reopened", to=to, by=by, via=via)


def grant_unanswered(ticket: Ticket, now: datetime) -> Ticket:
    """Nobody answered the customer's request in time: silence never keeps a ticket down."""
    if not ticket.request:
        return ticket
    who, due = ticket.name(ticket.request.asked_of), instant(ticket.request.due)
    reason = f"The customer asked, and {who} did not answer by {due}"
    return climb(ticket, now, reason, answer="Nobody answered you in time, so it goes up.")


def undeliverable(ticket: Ticket, notice: Notice, why: str, now: datetime) -> Ticket:
    """A notice cannot reach its person: say so, and go on at once instead of waiting out the time.

    As long as another of their channels may reach them, nobody is passed over.
    """
    name = ticket.name(notice.to)
    text = f"{name} is not reached by {why}" if notice.channel else f"Mail to {name} does not arrive: {why}"
    ticket = ticket.noted(now, text)
    if notice.to == ticket.requester and not ticket.closed:
        text = f"{ticket.name(notice.to)} can't be reached by mail: {why}. Try another way."
        return ticket.tell(NoticeKind.UNREACHED, ticket.holder, text=text)
    if not ticket.matters(notice):
        return ticket
    if notice.kind is NoticeKind.WANTS_UP:
        return grant_unanswered(ticket, now)
    waiting = ticket.people and not ticket.people.settled and ticket.people.rung == notice.to
    if notice.kind is not NoticeKind.PAGE or not waiting:
        return ticket
    ticket = replace(ticket, failed=(*ticket.failed, notice.channel))
    channels = ticket.channels(notice.to)
    if set(ticket.failed) >= {"", *channels}:
        return _unreachable(ticket, notice.to, now)
    if not notice.channel and ticket.standing and not ticket.standing.every_channel:
        return ticket.page(notice.to, *channels)
    return ticket


def _unreachable(ticket: Ticket, person: str, now: datetime) -> Ticket:
    """The next person at once; while the clock stands still they are paged again when it goes on."""
    if ticket.status == "paused" and (ticket.people is None or ticket.people.due is None):
        return ticket
    ticket = _next_person(ticket, now, f"{ticket.name(person)} can't be reached")
    # All that was foreseen comes earlier now.
    return ticket if ticket.unpresented else replace(ticket, stale=True)


def resolved(ticket: Ticket, solution: str, now: datetime, by: str = "", via: str = "") -> Ticket:
    """Solved, it seems: every clock stops but the one that waits for the customer's word."""
    ticket = replace(
        ticket,
        status="resolved",
        solution=solution,
        confirm_by=_exact_end(ticket, ticket.agreement.confirm_within, now),
        commitment=ticket.commitment.suspended(now, ticket.stopwatch),
        handover=None,
        stale=False,
        tiers=ticket.tiers.settle(),
        people=ticket.people.settle() if ticket.people else None,
        pause=None,
        request=None,
    )
    return ticket.noted(now, f"Resolved: {solution}", by, via).tell_customer(NoticeKind.SOLVED)


def close(ticket: Ticket, now: datetime, reason: str, by: str = "", via: str = "") -> Ticket:
    """It is over: nothing is due any more."""
    ticket = replace(
        ticket,
        status="closed",
        pause=None,
        request=None,
        confirm_by=None,
        handover=None,
        stale=False,
        tiers=ticket.tiers.settle(),
        people=ticket.people.settle() if ticket.people else None,
    )
    return ticket.noted(now, reason, by, via)


def stop_clock(ticket: Ticket, pause: Pause, by: str = "", via: str = "") -> Ticket:
    """The commitment's clock stops, until somebody says so or the pause has lasted long enough."""
    ticket = replace(
        ticket,
        status="paused",
        pause=pause,
        commitment=ticket.commitment.suspended(pause.since, ticket.stopwatch),
        tiers=ticket.tiers.suspend(),
        people=ticket.people.suspend() if ticket.people and not ticket.handover else ticket.people,
    )
    goes_on = f"at {instant(pause.until)} at the latest" if pause.until else f"after {pause.at_most}"
    return ticket.noted(pause.since, f"Clock stopped: {pause.reason}; goes on {goes_on}", by, via)


def wait_at_most(ticket: Ticket, wait: Duration, reason: str, now: datetime) -> Pause:
    """A pause of this length; one in business days ends when the client's calendar says."""
    return Pause(reason, now, _exact_end(ticket, wait, now), at_most=wait if wait.business_days else None)


def _exact_end(ticket: Ticket, wait: Duration, now: datetime) -> datetime | None:
    """When an exact wait ends; None for business days, which have to be looked up."""
    return None if wait.business_days else now + ticket.agreement.lasts(wait)


def look_again(ticket: Ticket, calendar: str, reason: str, now: datetime) -> Ticket:
    """Hours, holidays or rotas have changed: what is left is projected again, what was used is kept."""
    if ticket.closed or ticket.status == "resolved" or calendar == ticket.calendar:
        return ticket
    ticket = replace(ticket, calendar=calendar).noted(now, f"Looked at again: {reason}")
    if ticket.tiers.exhausted:
        return ticket  # who is told again, and when, is looked up each time anyway
    if ticket.status == "paused":
        return replace(ticket, stale=True)
    commitment = ticket.commitment.suspended(now, ticket.stopwatch).resumed(now)
    return replace(ticket, commitment=commitment, tiers=ticket.tiers.suspend())


def resume_clock(ticket: Ticket, now: datetime, reason: str, by: str = "", via: str = "") -> Ticket:
    """The stopped clock goes on with what is left of the commitment, or it goes to the tier that waits."""
    stopped = spoken(now - ticket.pause.since) if ticket.pause else "a while"
    if ticket.pause and ticket.pause.then:
        to = ticket.tiers.rungs.index(ticket.pause.then)
        return climb(ticket, now, f"{reason}, after {stopped}", to=to, by=by, via=via)
    people = ticket.people
    if people and not people.settled and people.due is None:
        people = replace(people, holder="")  # who was paged before is paged again
    ticket = replace(
        ticket, status="open", pause=None, people=people, commitment=ticket.commitment.resumed(now)
    )
    return ticket.noted(now, f"{reason}, after {stopped}", by, via)
