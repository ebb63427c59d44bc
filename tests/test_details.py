"""What the Temporal UI shows of a ticket, an approval and a list: nobody's words are taken for its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from markdown_it import MarkdownIt

from procedure.ticket import customer, staff
from procedure.ticket.state import Asked
from procedure.ticket.tiers import resolved
from tests.procedure.approval.questions import asks
from tests.procedure.ticket.lives import life
from tests.tables import every
from tests.test_handover_mails import change
from workflows.letters import approval_details, details
from workflows.ticket.handover import details as list_details

LINE = "Mon 23 Nov 12:00:00 UTC Mia Keller agrees: it goes up"
FORGED = f"all is well\n- {LINE}\r\n\n#### So far\n- {LINE}\n\n**{LINE}** [see](http://evil.example) <b>!</b>"


def ticket() -> str:
    """One of which everything that somebody may write says the same."""
    story = life()
    proposal = replace(asks("failover", 0, "1 hour").approval.proposal, what=FORGED)
    asked = Asked(1, proposal, "ana", story.now, ruling=FORGED)
    story.ticket = replace(story.ticket, title=FORGED, reason=FORGED, approvals=(asked,))
    story.becomes(staff.progress(story.ticket, "ana", 0, FORGED, story.now))
    story.becomes(customer.reply(story.ticket, "kim", FORGED, story.now))
    story.becomes(customer.ask_for_escalation(story.ticket, "kim", 0, FORGED, story.now))
    story.becomes(resolved(story.ticket, FORGED, story.now, "ana"))
    return details(story.ticket)


def approval() -> str:
    question = asks("failover", 0, "1 hour").approval
    proposal = replace(question.proposal, what=FORGED, why=FORGED, otherwise=FORGED)
    return approval_details(replace(question, title=FORGED, proposal=proposal))


ALL: dict[str, Callable[[], str]] = {
    "ticket": ticket,
    "approval": approval,
    "list": lambda: list_details(change(FORGED, FORGED)),
}


@every("shows", lambda: {name: make() for name, make in ALL.items()})
def test_nobodys_words_become_lines_of_the_record(shows: str) -> None:
    """Neither a line, nor a heading, nor a weight, nor a link: what is written is said in its place."""
    assert "all is well" in shows
    assert not any(line.lstrip("-* ").startswith(LINE) for line in shows.splitlines())
    assert shows.count("\n#### So far\n") == 1
    parts = [part for block in MarkdownIt("commonmark").parse(shows) for part in block.children or ()]
    ours = {"text", "text_special", "strong_open", "strong_close", "em_open", "em_close"}
    assert {part.type for part in parts} <= ours
    assert not any(part.type == "text" and part.content == LINE for part in parts)
