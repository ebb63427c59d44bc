"""The command line: open tickets, see where they stand, act on them, check a procedure."""

from __future__ import annotations

import sys
from importlib import import_module

import click

COMMANDS = {
    "open": "tickets.open_ticket",
    "emergency": "emergencies.emergency",
    "emergency-link": "emergencies.emergency_link",
    "list": "tickets.list_tickets",
    "show": "tickets.show",
    "act": "tickets.act",
    "check": "checking.check",
    "document": "documents.document",
    "document-link": "documents.document_link",
    "rehearse": "rehearsing.rehearse",
    "rota": "on_call.rota",
    "who": "on_call.who",
    "authority": "authority.authority",
    "ask": "approvals.ask",
    "approvals": "approvals.list_approvals",
    "approval": "approvals.approval",
    "decide": "approvals.decide",
    "withdraw": "approvals.withdraw",
    "contest": "approvals.contest",
    "object": "approvals.object_to",
    "complain": "complaints.complain",
    "complain-link": "complaints.complain_link",
    "complaints": "complaints.list_complaints",
    "complaint": "complaints.complaint",
    "complaint-say": "complaints.complaint_say",
    "problems": "problems.list_problems",
    "problem": "problems.problem",
    "problem-open": "problems.problem_open",
    "problem-say": "problems.problem_say",
    "prevention": "prevention.list_prevention",
    "prevention-show": "prevention.prevention_show",
    "prevention-say": "prevention.prevention_say",
    "reading": "prevention.reading",
    "review": "service_reviews.review",
    "mend": "mending.mend",
    "records": "records.records_stand",
    "search": "records.search_tickets",
    "export": "records.export_records",
    "erase": "records.erase_person",
}
"""Each with its place in ``commands``."""


class Commands(click.Group):
    """Loads a command when it is asked for: what all of them need takes longer than most of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].rpartition(".")
        found = getattr(import_module(f"commands.{module}"), name)
        if not isinstance(found, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name]} is no command")
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Rung: tickets that climb until somebody has them.

    Exit codes: 0 done, 2 what you typed can't be meant, 3 refused by the ticket,
    4 Temporal or the worker does not answer.
    """


if __name__ == "__main__":
    # A terminal that can't show a letter shows a mark in its place, and the rest.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(cli())
