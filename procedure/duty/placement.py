"""Who stands on a tier now, and when its time runs out.

A pure function of the procedure, a question and the instant. A workflow asks it through
an activity, so that the answer stands in the ticket's history and a later change of
people, rotas, calendars or time zones can never break a replay.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from procedure.book.agreement import Tiers
from procedure.book.procedure import Procedure
from procedure.book.severity import Severity
from procedure.clocks.calendars import AlwaysOpen, Clock, Span
from procedure.clocks.commitments import Commitment, begin
from procedure.clocks.durations import Duration
from procedure.clocks.spans import OpenSpans, Stopwatch
from procedure.duty.on_duty import Duty, Watch, stands_in
from procedure.ladder import Ahead, due_from
from procedure.record import Missing


@dataclass(frozen=True)
class Standing:
    """Who is to be paged at a tier, in order; when its time runs out; what comes after.

    At the last resort the due instant is when they are told again.
    ``names`` gives the names of the ids used here that the ticket did not know, ``missing``
    says why somebody is not in the chain, ``instead_of`` whom a substitute stands in for.
    ``answers`` says how long those have to answer who have another time than the severity's,
    ``channels`` where they can be paged besides mail: all at once with ``every_channel``, else
    only when mail does not reach them.

    ``opens`` is when anybody is paged, if the client's coverage has this wait for its hours.
    ``open`` are the stretches in which the commitment's clock runs (empty: always), as far as
    they matter; ``answers_in_hours`` says that answers are owed in them only, ``closed`` that it is
    not in them now. ``until`` is when other people stand here, if that is before the ticket leaves,
    however long it is paused.
    """

    chain: tuple[str, ...]
    due: datetime
    warn: datetime | None = None
    ahead: tuple[Ahead, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()
    instead_of: dict[str, str] = field(default_factory=dict)
    answers: dict[str, timedelta] = field(default_factory=dict)
    channels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    every_channel: bool = False
    opens: datetime | None = None
    open: tuple[Span, ...] = ()
    answers_in_hours: bool = False
    closed: bool = False
    until: datetime | None = None

    @property
    def lead(self) -> str:
        """Who answers for the tier: the last of those who are there; empty when nobody is."""
        return self.chain[-1] if self.chain else ""

    @property
    def answering(self) -> Stopwatch:
        """The clock on which those who are paged owe their answer."""
        if self.answers_in_hours and self.open:
            return OpenSpans(self.open, to_opening=True)
        return AlwaysOpen()


@dataclass(frozen=True)
class Question:
    """Where the ticket stands: at ``tier`` (empty: the last resort), with this much of its time used.

    ``fresh`` marks a rung that is newly presented: its holder gets at least the full
    acknowledgement time. ``paged`` are those of the tier who were paged in vain before
    ``current``, who has to answer by ``answer_by``; ``holder`` is who has it. ``granted`` is until
    when it may stay at least, because it came late. With ``wait`` only the end of a wait is asked
    for, which begins now and is agreed in business days.
    """

    agreed: Tiers
    client: str
    severity: Severity
    tier: str
    commitment: Commitment
    now: datetime
    fresh: bool = True
    acknowledged: bool = False
    holder: str = ""
    paged: tuple[str, ...] = ()
    current: str = ""
    answer_by: datetime | None = None
    granted: datetime | None = None
    wait: Duration | None = None
    names: dict[str, str] = field(default_factory=dict)


def stand(book: Procedure, asked: Question) -> Standing:
    """Answer the question from the procedure as it is now."""
    return look_up(Watch(book, asked.client, asked.severity, asked.agreed.pace), asked)


def look_up(watch: Watch, asked: Question) -> Standing:
    """Answer the question by the watch of its client and severity."""
    if asked.wait:
        return Standing((), watch.business.after(asked.now, watch.business.length(asked.wait)))
    if not asked.tier:
        return _last_resort(watch, asked)
    closed = watch.opens(asked.now)
    opens = None if asked.acknowledged else closed
    duty = watch.duty(asked.tier, asked.now)
    clock = watch.clock(asked.commitment.budget)
    due = _due(watch, asked, duty, clock)
    leaves = due if asked.acknowledged else min(due, _silent_until(watch, asked, duty, opens))
    ahead = _ahead(watch, asked, leaves)
    others = (*(place.instead_of for place in duty.places), *(one.person for one in duty.missing))
    people = (*duty.chain, *others, *(step.who for step in ahead))
    return Standing(
        chain=duty.chain,
        due=due,
        warn=asked.commitment.runs_out(clock, asked.agreed.warn_at_percent),
        ahead=ahead,
        names=_names(watch.book, asked, people),
        missing=duty.missing,
        instead_of={place.person: place.instead_of for place in duty.places if place.instead_of},
        answers=_answers(watch, asked, duty),
        channels=watch.channels(duty.chain),
        every_channel=watch.every_channel,
        opens=opens,
        open=clock.spans(asked.commitment.ledger[-1].begin, _horizon(clock, leaves, due, ahead)),
        answers_in_hours=watch.answers_in_hours,
        closed=closed is not None,
        until=closed or watch.changes(asked.tier, asked.now, _paused_until(watch, asked, due), asked.holder),
    )


def _due(watch: Watch, asked: Question, duty: Duty, clock: Clock) -> datetime:
    due = asked.commitment.runs_out(clock)
    if not asked.fresh:
        return max(due, asked.granted or due)
    if not duty.places:
        return due
    first = watch.lasts(duty.places[0].within)
    return due_from(asked.commitment.ledger[-1].begin, due, asked.now, first, watch.answering)


def _last_resort(watch: Watch, asked: Question) -> Standing:
    """Told again at an interval until they take it; then asked again when the top tier's time is over."""
    book = watch.book
    person = _last(book, asked.now)
    planned = asked.commitment.ledger[-1].begin
    wait = asked.agreed.lasts(asked.agreed.again_every)
    due = due_from(planned, planned + wait, asked.now, wait)
    if asked.acknowledged:
        stay = asked.agreed.stay[-1]
        due = watch.clock(stay).after(asked.now, watch.clock(stay).length(stay))
    return Standing(
        chain=(person,),
        due=due,
        names=_names(book, asked, (person, book.last_resort.person)),
        instead_of={person: book.last_resort.person} if person != book.last_resort.person else {},
        channels=watch.channels((person,)),
        every_channel=watch.every_channel,
    )


def _last(book: Procedure, at: datetime) -> str:
    """The person of last resort, or who stands in; never nobody."""
    return stands_in(book, book.last_resort.person, at)[0] or book.last_resort.person


def _silent_until(watch: Watch, asked: Question, duty: Duty, opens: datetime | None) -> datetime:
    """When the last one of a tier will have been paged in vain."""
    answering, waits = watch.answering, {place.person: watch.lasts(place.within) for place in duty.places}
    for person in asked.paged:
        waits.pop(person, None)
    end = opens or asked.now
    if asked.current in waits:
        end = answering.after(asked.now, waits.pop(asked.current))
        end = min(end, asked.answer_by or end)
    elif asked.fresh and waits:
        planned, first = opens or asked.commitment.ledger[-1].begin, waits.pop(duty.places[0].person)
        end = due_from(planned, answering.after(planned, first), asked.now, first, answering)
    for wait in waits.values():
        end = answering.after(end, wait)
    return end


def _ahead(watch: Watch, asked: Question, leaves: datetime) -> tuple[Ahead, ...]:
    """The tiers above, each at the moment the one below has had its time, nobody having answered."""
    tiers, steps = asked.agreed.tiers, []
    for name in tiers[tiers.index(asked.tier) + 1 :]:
        opens = watch.opens(leaves) or leaves
        duty = watch.duty(name, leaves)
        if not duty.places:
            continue
        steps.append(Ahead(leaves, name, duty.places[0].person))
        stay = asked.agreed.stay[tiers.index(name)]
        silent = opens
        for place in duty.places:
            silent = watch.answering.after(silent, watch.lasts(place.within))
        leaves = min(begin(stay, leaves).runs_out(watch.clock(stay)), silent)
    steps.append(Ahead(leaves, "", _last(watch.book, leaves)))
    return tuple(steps)


def _answers(watch: Watch, asked: Question, duty: Duty) -> dict[str, timedelta]:
    usual = asked.agreed.lasts(asked.agreed.acknowledge)
    times = {place.person: watch.lasts(place.within) for place in duty.places}
    return {person: time for person, time in times.items() if time != usual}


def _horizon(clock: Clock, leaves: datetime, due: datetime, ahead: tuple[Ahead, ...]) -> datetime:
    """How far a clock's stretches matter: to the last step ahead, if somebody has it as long as they may."""
    return clock.after(max(due, *(step.at for step in ahead)), clock.passed(leaves, due))


def _paused_until(watch: Watch, asked: Question, due: datetime) -> datetime:
    """How long it may stand here at most: a change of shifts concerns what is paused, too."""
    return watch.business.after(due, watch.business.length(asked.agreed.pause_at_most))


def _names(book: Procedure, asked: Question, people: tuple[str, ...]) -> dict[str, str]:
    """The names that the ticket does not know yet, or knows otherwise: each stands in the history once."""
    found = {ident: book.person(ident) for ident in people}
    return {ident: p.name for ident, p in found.items() if p and p.name != asked.names.get(ident)}
