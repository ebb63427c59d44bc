"""The options of management: what it can decide when a ticket has come up to it as a business decision."""

from __future__ import annotations

from dataclasses import dataclass

from procedure.approval.deciders import consent_terms
from procedure.book.authority import (
    Action,
    Authority,
    Consent,
    Option,
    lines_of,
)
from procedure.book.procedure import Client, Procedure
from procedure.duty.on_duty import Watch

_CONSENT: dict[Consent, str] = {
    "cost": "if it costs anything",
    "downtime": "if anything is down",
    "downtime in hours": "if anything is down in their hours",
}


@dataclass(frozen=True)
class WayOut:
    """An option of management's, and what it needs."""

    name: str
    meaning: str
    needs: tuple[str, ...]


def ways_out(watch: Watch) -> tuple[WayOut, ...]:
    """What management can decide for this client, and what each option needs."""
    authority, terms = watch.book.authority, watch.book.clients.get(watch.client)
    if authority is None or terms is None:
        return ()
    return tuple(
        WayOut(
            name,
            option.meaning or authority.actions[option.action].meaning,
            _needs(watch, option, authority, terms),
        )
        for name, option in authority.options.items()
    )


def _needs(watch: Watch, option: Option, authority: Authority, terms: Client) -> tuple[str, ...]:
    """Who has to agree to an option, and what follows from it."""
    needs = [
        _msp_decides(watch.book, authority.actions[option.action], authority),
        _client_agrees(watch, option.action, authority, terms),
    ]
    if option.until:
        needs.append("It holds until a date, which has to be named.")
    if option.carried_out_by:
        needs.append(f"The ticket goes back down to {option.carried_out_by}.")
    if option.resolves:
        needs.append("The ticket is resolved with it: the customer reads what exactly you write.")
    return tuple(needs)


def _msp_decides(book: Procedure, action: Action, authority: Authority) -> str:
    lines = [line for line in action.may if line.when != "emergency"]
    may = "; ".join(f"{line.tier}, {line.reach(authority.currency)}" for line in lines)
    two = "two different people, neither of them you: " if action.two_people else ""
    return f"{book.name} decides: {two}{may}."


def _client_agrees(watch: Watch, action: str, authority: Authority, terms: Client) -> str:
    when = consent_terms(watch, action)
    if not when:
        return f"{terms.name} need not agree."
    # "Always" leaves nothing to say of the other reasons.
    reasons = "" if "always" in when else f" {', or '.join(_CONSENT[one] for one in when)}"
    may = "; ".join(
        f"{terms.contacts[line.contact].name}, {line.reach(authority.currency)}"
        for line in lines_of(action, terms.authority)
        if line.contact in terms.contacts
    )
    return f"{terms.name} must agree{reasons}. {f'There may: {may}.' if may else 'Nobody there may.'}"
