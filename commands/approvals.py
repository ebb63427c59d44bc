"""Approvals: asked for, found, shown, and what people say about them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

import click
from pydantic import TypeAdapter, ValidationError

from commands import approval_ledger, proposed, session, tables, typed
from commands.session import Failure
from procedure.approval.state import Approval, already
from procedure.incoming import told
from procedure.record import Refused
from procedure.ticket.asking import approval_id
from procedure.ticket.state import Asked, Ticket
from runtime.tickets import Away, NoSuchTicket, Tickets
from workflows.messages import Message
from workflows.messages.approval import OPINIONS
from workflows.messages.ticket import Propose

Result = TypeVar("Result")
Sent = TypeVar("Sent", bound=Message)

VIA = "the command line"

_TIMES = {
    "begins": ("--begins", "To be done"),
    "by_when": ("--by-when", "An answer is needed by"),
    "until": ("--until", "Holds until"),
}
"""What somebody can type as a time, and what it means."""

AT_ONCE = 20
"""How many approvals are asked at the same time where they stand."""


@click.command()
@click.argument("ticket")
@click.option("--by", required=True, help="Who asks: the id of somebody of the ticket's tier.")
@click.option("--action", default="", help="An action of the authority table.")
@click.option("--option", default="", help="At management: one of its ways out, instead of an action.")
@click.option("--what", required=True, help="What exactly is to be done: these words are decided about.")
@click.option("--why", default="", help="Why it is needed.")
@click.option("--cost", default=0, type=click.IntRange(0), help="What it costs, in the table's currency.")
@click.option("--downtime", default="", help='How long something is down: "2 hours".')
@click.option("--begins", default="", help="When it is to be done; at once if left out.")
@click.option("--by-when", default="", help="When the answer is needed.")
@click.option("--otherwise", default="", help="What happens without an answer.")
@click.option("--until", default="", help="The last day, or the time, until which an option holds.")
@click.option("--act-first", is_flag=True, help="In an emergency: it is done at once, and told.")
def ask(ticket: str, **content: Any) -> None:
    """Ask for an approval: whoever may decide it is asked, or it is granted on the spot.

    `starter.py authority` shows beforehand who that is. A time without an offset is the MSP's own:
    2026-12-25T02:10. With one: 2026-12-25T02:10Z.
    """
    if not ticket.startswith("ticket-"):
        raise Failure(f"There is no such ticket {ticket!r}; see: starter.py list")
    if bool(content["action"]) == bool(content["option"]):
        raise Failure("Write an --action of the authority table, or one of management's as --option")
    content = {name: given for name, given in content.items() if given}
    if "downtime" in content:
        content["downtime"] = proposed.exact(content["downtime"], "--downtime")
    times = _times(content)
    message = _message(Propose, **content | {name: at for name, (_, at) in times.items()})

    async def said(tickets: Tickets) -> str:
        text = (await tickets.say(ticket, "propose", message, key=_key())).text
        return session.answered(await tickets.status(ticket), text)

    click.echo(tables.harmless(session.with_tickets(said)))
    for name, (zone, at) in times.items():
        click.echo(f"{_TIMES[name][1]}: {tables.shown(at, zone)}")


@click.command(name="approvals")
@click.option("--client", default="", help="Only this client's.")
@click.option("--all", "ended", is_flag=True, help="Those that are over, too.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
def list_approvals(client: str, ended: bool, limit: int) -> None:
    """The open approvals: who asks, what for, who is asked until when, and what comes next."""
    if "'" in client:
        raise Failure(f"There is no client {client!r}")
    parts = [f"Client = '{client}'"] if client else []
    parts += [] if ended else ["ExecutionStatus = 'Running'"]

    async def work(tickets: Tickets) -> tuple[int, dict[str, Approval | None]]:
        runs = [run.id async for run in tickets.find_approvals(" AND ".join(parts), limit)]
        # One that has gone on after its end has two runs.
        return len(runs), await _where_they_stand(tickets, list(dict.fromkeys(runs)))

    runs, found = session.with_tickets(work)
    if not found:
        whose = f" of {client}'s" if client else ""
        click.echo(f"No approvals{whose}." if ended else f"No open approvals{whose}; the others: --all")
        return
    zone = session.time_zone()
    click.echo(f"Times are {zone}.")
    rows = [approval_ledger.row(ident, stands, zone) for ident, stands in found.items()]
    tables.echo(approval_ledger.HEAD, rows)
    if runs == limit:
        click.echo(f"There may be more: --limit {limit} are shown.")


@click.command()
@click.argument("approval")
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
def approval(approval: str, as_json: bool) -> None:
    """Everything about an approval: what was asked of whom, who answered when, under which line."""
    kept = _with_approval(approval, lambda tickets: _kept(tickets, approval))
    zone = session.time_zone()
    if isinstance(kept, Approval):
        lines, everything = approval_ledger.told(kept, zone), TypeAdapter(Approval).dump_json(kept, indent=2)
    else:
        lines, everything = (
            approval_ledger.kept_by_ticket(*kept, zone),
            TypeAdapter(Asked).dump_json(kept[1], indent=2),
        )
    click.echo(everything.decode() if as_json else "\n".join(lines))


@click.command()
@click.argument("approval")
@click.option("--by", required=True, help="Who decides: a person's or a contact's id.")
@click.option("--yes/--no", "yes", default=None, help="What they say; one of the two.")
@click.option("--reason", default="", help="Why; a no needs it.")
@click.option("--conditions", default="", help="With a yes: what has to be kept to.")
@click.option(
    "--signal", is_flag=True, help="Send it as a signal: no answer, a refusal stands in the record."
)
def decide(approval: str, by: str, yes: bool | None, reason: str, conditions: str, signal: bool) -> None:
    """Say yes or no to an approval, for somebody who may decide it.

    The one whose decision it is gets a receipt, and can say that it was not theirs.
    """
    if yes is None:
        raise Failure("Write --yes or --no")
    if not yes and not reason.strip():
        raise Failure("--no needs --reason: the one who asks is told why not")
    if not yes and conditions:
        raise Failure("--conditions go with --yes; write --reason why not")
    _say(approval, "decide", signal, by=by, yes=yes, reason=reason, conditions=conditions)


@click.command()
@click.argument("approval")
@click.option("--by", required=True, help="Who has asked.")
@click.option("--reason", required=True, help="Why it is not needed any more.")
@click.option(
    "--signal", is_flag=True, help="Send it as a signal: no answer, a refusal stands in the record."
)
def withdraw(approval: str, by: str, reason: str, signal: bool) -> None:
    """Take back what was asked; everyone who was asked is told."""
    _say(approval, "withdraw", signal, by=by, reason=reason)


@click.command()
@click.argument("approval")
@click.option("--by", required=True, help="In whose name somebody else has decided.")
def contest(approval: str, by: str) -> None:
    """ "This was not me": the decision is void, it is asked anew, and the MSP is alarmed.

    From then on nothing counts that is said about it in this person's name.
    """
    _say(approval, "contest", by=by)
    click.echo(f"Who is asked now, and what was decided: starter.py approval {approval}")


@click.command(name="object")
@click.argument("approval")
@click.option("--by", required=True, help="Who would have been asked.")
@click.option("--reason", required=True, help="What is wrong with it.")
def object_to(approval: str, by: str, reason: str) -> None:
    """Object to what was done first in an emergency; it is recorded, and the one who acted is told."""
    _say(approval, "object", by=by, reason=reason)


def _say(approval: str, name: str, signal: bool = False, **content: Any) -> None:
    """Say something to an approval; of one that is over, a decision hears who has decided and why."""
    message = _message(OPINIONS[name], **content)

    async def said(tickets: Tickets) -> str:
        try:
            if not signal:
                text = (await tickets.speak_up(approval, message, key=_key())).text
                return session.answered(await tickets.approval(approval), text)
            await tickets.signal(approval, name, message)
        except NoSuchTicket:
            raise Refused(_over(await _kept(tickets, approval))) from None
        return "Sent."

    click.echo(tables.harmless(_with_approval(approval, said)))


def _with_approval(ident: str, work: Callable[[Tickets], Awaitable[Result]]) -> Result:
    """Like ``session.with_tickets``, about one approval."""
    missing = Failure(
        f"There is no such approval {ident!r}, or Temporal no longer keeps it; see: starter.py approvals"
    )
    if not ident.startswith("approval-"):
        raise missing

    async def asked(tickets: Tickets) -> Result:
        try:
            return await work(tickets)
        except NoSuchTicket:
            raise missing from None

    return session.with_tickets(asked)


async def _kept(tickets: Tickets, ident: str) -> Approval | tuple[Ticket, Asked]:
    """An approval; or what its ticket keeps of one that was granted on the spot, or is gone."""
    try:
        return await tickets.approval(ident)
    except NoSuchTicket:
        ticket = await tickets.status(f"ticket-{ident.removeprefix('approval-').rpartition('-')[0]}")
        for asked in ticket.approvals:
            if approval_id(ticket, asked.number) == ident:
                return ticket, asked
        raise


def _over(kept: Approval | tuple[Ticket, Asked]) -> str:
    """Why nothing can be said about it any more."""
    if isinstance(kept, Approval):
        return already(kept)
    return f"Nothing is left to decide: {kept[1].ruling or 'Temporal no longer keeps it'}"


async def _where_they_stand(tickets: Tickets, idents: list[str]) -> dict[str, Approval | None]:
    """Each of these; None for one that does not answer. Raises Away when none of the first ones does."""
    found: dict[str, Approval | None] = {}
    trouble: list[Away] = []

    async def look(ident: str) -> Approval | None:
        try:
            return await tickets.approval(ident)
        except NoSuchTicket:
            return None
        except Away as away:
            trouble.append(away)
            return None

    for first in range(0, len(idents), AT_ONCE):
        some = idents[first : first + AT_ONCE]
        found |= zip(some, await asyncio.gather(*map(look, some)), strict=True)
        if trouble and not any(found.values()):
            raise trouble[0]
    return found


def _times(content: dict[str, Any]) -> dict[str, tuple[str, datetime]]:
    """The times among what was typed, each with the MSP's zone: on the wall there, unless with an offset."""
    given = [name for name in _TIMES if name in content]
    if not given:
        return {}
    settings = session.settings()
    zone = session.book(settings.procedure, settings.state).time_zone
    return {
        name: (zone, typed.instant(content[name], _TIMES[name][0], zone, whole_day=name == "until"))
        for name in given
    }


def _message(kind: type[Sent], **content: Any) -> Sent:
    """What is sent; Failure with what it lacks."""
    typed.must_be_text(**{name: said for name, said in content.items() if isinstance(said, str)})
    try:
        return kind.model_validate({"via": VIA, **content})
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        lines = [f"--{str(one['loc'][0]).replace('_', '-')}: {told(one)}" for one in wrong]
        raise Failure("; ".join(lines)) from None


def _key() -> str:
    return str(uuid.uuid4())
