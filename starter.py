"""The command line: open tickets, see where they stand, act on them, check a procedure."""

from __future__ import annotations

import sys

import click

from commands import (
    approvals,
    authority,
    checking,
    complaints,
    documents,
    emergencies,
    mending,
    on_call,
    prevention,
    problems,
    records,
    rehearsing,
    service_reviews,
    tickets,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Rung: tickets that climb until somebody has them.

    Exit codes: 0 done, 2 what you typed can't be meant, 3 refused by the ticket,
    4 Temporal or the worker does not answer.
    """


for command in (
    tickets.open_ticket,
    emergencies.emergency,
    emergencies.emergency_link,
    tickets.list_tickets,
    tickets.show,
    tickets.act,
    checking.check,
    documents.document,
    documents.document_link,
    rehearsing.rehearse,
    on_call.rota,
    on_call.who,
    authority.authority,
    approvals.ask,
    approvals.list_approvals,
    approvals.approval,
    approvals.decide,
    approvals.withdraw,
    approvals.contest,
    approvals.object_to,
    complaints.complain,
    complaints.complain_link,
    complaints.list_complaints,
    complaints.complaint,
    complaints.complaint_say,
    problems.list_problems,
    problems.problem,
    problems.problem_open,
    problems.problem_say,
    prevention.list_prevention,
    prevention.prevention_show,
    prevention.prevention_say,
    prevention.reading,
    service_reviews.review,
    mending.mend,
    records.records_stand,
    records.search_tickets,
    records.export_records,
    records.erase_person,
):
    cli.add_command(command)


if __name__ == "__main__":
    # A terminal that can't show a letter shows a mark in its place, and the rest.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.exit(cli())
