"""Who has a ticket, for how long, and when it goes up."""

from __future__ import annotations

from collections.abc import Iterator

from procedure.book.agreement import AgreedSeverity, agree
from procedure.book.procedure import Procedure
from procedure.book.severity import SEVERITIES
from procedure.clocks.durations import Duration, spoken
from procedure.document.content import Row, Rung, Section, Table, listed, points
from procedure.document.naming import in_turn, name
from procedure.duty.on_duty import Watch

LAST_RESORT = "last resort"


def path(watch: Watch) -> Section:
    """Who has a ticket at each tier, and for how long."""
    book = watch.book
    return Section(
        "Who has it, and for how long",
        "Somebody by name always has your ticket. The one who is told says “I have it”, or the next one is "
        "told. When the time of a level is over and it is not solved, it goes up to the next one by itself.",
        (
            Table(
                "Times", ("", "begins at", "“I have it” within", *_tiers(book), "counted"), (*_times(watch),)
            ),
            points("Who it is in your hours" if watch.hours else "Who it is", *_people(book)),
            points("What else you can count on", *_promises(watch)),
        ),
        pictured=True,
    )


def rungs(watch: Watch) -> tuple[Rung, ...]:
    """The path as a picture has it."""
    book, agreed = watch.book, agree(watch.book, watch.client, 1).severities
    names = _tiers(book)
    tiers = [
        Rung(
            tier.name,
            name(book, tier.chain[0]),
            tuple(
                (severity, str(terms.stay[place]))
                for severity, terms in agreed.items()
                if names.index(terms.starts_at) <= place
            ),
            tuple(severity for severity, terms in agreed.items() if terms.starts_at == tier.name),
        )
        for place, tier in enumerate(book.tiers)
    ]
    return (*tiers, Rung(LAST_RESORT, name(book, book.last_resort.person)))


def _tiers(book: Procedure) -> tuple[str, ...]:
    return tuple(tier.name for tier in book.tiers)


def _times(watch: Watch) -> Iterator[Row]:
    tiers = _tiers(watch.book)
    for severity, terms in agree(watch.book, watch.client, 1).severities.items():
        runs = Watch(watch.book, watch.client, severity).runs == "hours" and watch.hours
        counted = "in your hours" if runs else "day and night"
        stays = (_stay(terms, tiers, place) for place in range(len(tiers)))
        yield Row(severity, (terms.starts_at, str(terms.acknowledge), *stays, counted))


def _stay(terms: AgreedSeverity, tiers: tuple[str, ...], place: int) -> str:
    handed_back = place < tiers.index(terms.starts_at)
    return f"{terms.stay[place]}, if it is handed back" if handed_back else str(terms.stay[place])


def _people(book: Procedure) -> Iterator[tuple[str, str]]:
    for tier in book.tiers:
        yield tier.name, f"{in_turn(book, tier.chain)}, who answers for it"
    resort = book.last_resort
    told = f"{name(book, resort.person)}, told again every {resort.again_every} until somebody has it"
    yield f"when all of them are silent ({LAST_RESORT})", told


def _promises(watch: Watch) -> Iterator[tuple[str, str]]:
    book = watch.book
    criteria, more = book.criteria, book.criteria.progress.extends_by_percent
    day = watch.business.length(Duration(business_days=1))
    yield "a business day", f"{spoken(day)} of your hours" if watch.hours else spoken(day)
    yield "a reminder", f"whoever has it is reminded when {criteria.warn_at_percent} % of their time is used"
    if more:
        extra = (
            f"whoever has it may take {more} % more time once on each level, with a note of what was found"
        )
        yield "more time", extra
    yield (
        "when we wait for you, for a part or for a decision",
        f"our clock stands still, and says so; never for longer than {book.pause_at_most} at once",
    )
    yield (
        "when we say that it is solved",
        f"you have {book.confirm_within} to say “not yet”: then it goes on, one level higher. "
        "If you say nothing, it is closed.",
    )
    goes = (
        "whom it goes to at each level, up to the last resort"
        if book.customers_see_chain
        else "what comes next"
    )
    yield "what you read on your ticket's page", f"who has it, by when, and {goes}"
    loud = [severity for severity in SEVERITIES if Watch(book, watch.client, severity).every_channel]
    yield (
        "how we are told",
        f"at {listed(loud)} on every channel at once; else by mail, and by the others if that fails",
    )


def going_up(watch: Watch) -> Section:
    """When a ticket goes up, besides time."""
    criteria = watch.book.criteria
    found = Table(
        "What is found",
        ("what is found", "goes at least to"),
        tuple(Row(condition, (tier,)) for condition, tier in criteria.complexity.items()),
    )
    return Section(
        "When it goes up",
        "It is not only time that moves a ticket. You always read why it moved, and who has it now.",
        (points("Reasons", *_reasons(watch)), *([found] if found.rows else [])),
    )


def _reasons(watch: Watch) -> Iterator[tuple[str, str]]:
    criteria = watch.book.criteria
    yield "time", "a level's time is over, or nobody there says “I have it”"
    if criteria.complexity:
        yield "what it is", "some things are not for every level; they stand in the table below"
    if impact := criteria.impact:
        severities = listed(list(impact.severities), "or")
        who = f"{impact.users_from} people or more" if impact.users_from > 1 else "anybody"
        yield "how many it hits", f"at {severities}, if it hits {who}, it goes to {impact.tier}"
    if pattern := criteria.pattern:
        yield (
            "the same again",
            f"the same trouble with the same system {pattern.times} times in {pattern.within_days} days: "
            f"the last one goes to {pattern.tier}, to find the cause",
        )
    yield (
        "you ask for it",
        "press “Please escalate” on your ticket's page; every mail about it has the link. Whoever leads the "
        f"level that has it answers within {criteria.customer_request.answer_within}, by name and with a "
        "reason; without an answer it goes up",
    )
