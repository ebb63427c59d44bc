"""Who decides what, up to what cost and downtime, on both sides."""

from __future__ import annotations

from collections.abc import Iterator

from procedure.approval.deciders import consent_terms
from procedure.book.authority import Action, Authority, AuthorityLine, Consent, Option, lines_of
from procedure.book.severity import SEVERITIES
from procedure.document.content import LINES, Row, Section, Table, listed, points
from procedure.document.naming import name
from procedure.duty.on_duty import Watch

_ASKED: dict[Consent, str] = {
    "always": "always",
    "cost": "if it costs anything",
    "downtime": "if anything is down",
    "downtime in hours": "if anything is down in your hours",
}


def decisions(watch: Watch) -> Section | None:
    """Who may decide what; None where nothing can be asked for."""
    book, authority = watch.book, watch.book.authority
    if authority is None:
        return None
    return Section(
        "Who decides what",
        "Some steps cost money or take something down: somebody has to decide them. On our side the lowest "
        "level that may is asked, then those above it; on yours whoever stands first in the table. "
        "No answer is never a yes.",
        (
            Table(
                "What may be decided, and by whom",
                ("what", "what it is", f"at {book.name}", "you are asked", "who of you may agree"),
                tuple(_action(watch, authority, *one) for one in authority.actions.items()),
            ),
            points("How it is decided", *_rules(watch, authority)),
            Table(
                "What management can decide when a ticket comes up to it",
                ("what", "what it is", "who has to agree", "what follows"),
                tuple(
                    Row(called, _option(authority, option)) for called, option in authority.options.items()
                ),
            ),
        ),
    )


def _action(watch: Watch, authority: Authority, called: str, action: Action) -> Row:
    currency = authority.currency
    ours = [f"{line.tier}: {_reach(line, currency)}" for line in action.may]
    two = "two different people, neither of them the one who asks:\n" if action.two_people else ""
    asked = consent_terms(watch, called)
    when = "always" if "always" in asked else listed([_ASKED[one] for one in asked], "or")
    theirs = [
        f"{name(watch.book, line.contact)}: {_reach(line, currency)}"
        for line in lines_of(called, watch.book.clients[watch.client].authority)
    ]
    return Row(
        called,
        (action.meaning, f"{two}{LINES.join(ours)}", when or "no", LINES.join(theirs) if asked else ""),
    )


def _option(authority: Authority, option: Option) -> tuple[str, ...]:
    follows = [
        "it holds until a date, which is named" if option.until else "",
        f"{option.carried_out_by} carries it out" if option.carried_out_by else "",
        "you read why, and are asked whether that settles it" if option.resolves else "",
    ]
    meaning = option.meaning or authority.actions[option.action].meaning
    return meaning, f"as for “{option.action}” above", "; ".join(filter(None, follows))


def _reach(line: AuthorityLine, currency: str) -> str:
    """How far a line reaches, as a contact reads it."""
    return line.held("", "", currency).allows(contact=True)


def _rules(watch: Watch, authority: Authority) -> Iterator[tuple[str, str]]:
    book = watch.book
    within = [f"{authority.answer_within[severity]} ({severity})" for severity in SEVERITIES]
    yield "time to answer", f"{', '.join(within)}; then the next one is asked"
    owner = name(book, authority.owner or book.last_resort.person)
    yield (
        "when no level may decide it",
        f"or nobody else who may is there, {owner} is asked, whatever it costs or takes down; where two "
        f"people have to agree and only one is there, {owner} is the other one",
    )
    person = name(book, authority.undecided or book.last_resort.person)
    yield "when nobody has decided", f"{person} is told, and it is not done"
    yield "who asks", "never decides it themselves, unless their own level may"
    risky = [called for called, action in authority.actions.items() if action.risky]
    costs = "what costs anything"
    what = f"{costs}, and {listed(risky)}, take" if risky else f"{costs} takes"
    yield "a code", f"{what} a code from the mail, so that a link in other hands decides nothing"
    if any(line.when == "emergency" for action in authority.actions.values() for line in action.may):
        yield (
            "first in an emergency",
            "on a critical ticket it may be done first; whoever would have been asked is told at once, and "
            "can object",
        )
