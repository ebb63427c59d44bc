"""Problems: opened by hand, found, shown, and what people say about them."""

from __future__ import annotations

import click

from commands import assignments, proposed, session, tables, typed
from procedure.problem.state import Problem, Recurrence
from workflows.messages.assignment import PROBLEM_FINDINGS
from workflows.messages.problem import ProblemInput


@click.command(name="problems")
@click.option("--client", default="", help="Only this client's.")
@click.option(
    "--all", "ended", is_flag=True, help="Those that are solved, too, as long as Temporal has them."
)
def list_problems(client: str, ended: bool) -> None:
    """The open problems: who owns each, on which level, until when. What is due first comes first."""
    assignments.echo_list(Problem, client, ended)


@click.command()
@click.argument("problem")
def problem(problem: str) -> None:
    """How a problem stands: who owns it until when, its cause and workaround, its tickets, what was done.

    PROBLEM is its id (problem-...).
    """
    assignments.echo_one(Problem, problem)


@click.command(name="problem-open")
@click.option("--client", required=True, help="The client's id in the procedure.")
@click.option("--system", required=True, help="Which of its systems.")
@click.option("--category", required=True, help="What kind of trouble.")
@click.option("--title", required=True, help="What comes again, in a line.")
@click.option("--by", required=True, help="Who opens it: the id of somebody of the MSP.")
def problem_open(client: str, system: str, category: str, title: str, by: str) -> None:
    """Open a problem by hand: somebody is to find the cause. One that is open already is kept."""
    settings = session.settings()
    book = session.book(settings.procedure, settings.state)
    typed.client_of(book, client)
    proposed.staff_of(book, by)
    typed.must_be_text(system=system, category=category, title=title)
    if book.problems is None:
        raise session.Failure("The procedure says nothing of problems: write who owns them (problems.levels)")
    start = ProblemInput(pattern=Recurrence(client, system, category), title=title, opened_by=by)
    begun = session.with_tickets(lambda tickets: tickets.open_problem(start))
    click.echo(tables.harmless(f"{start.pattern.problem}{'' if begun else ': it was open already'}"))


@click.command(name="problem-say")
@click.argument("problem")
@click.argument("what", type=click.Choice(sorted(PROBLEM_FINDINGS)), metavar="WHAT")
@click.option("--by", required=True, help="Who says it: a person's id.")
@click.option(
    "--with", "content", multiple=True, metavar="FIELD=VALUE", help="What else it needs; may be repeated."
)
def problem_say(problem: str, what: str, by: str, content: tuple[str, ...]) -> None:
    """Say something about a problem.

    \b
    WHAT          needs
    acknowledge           I own it
    workaround    words=  what the first level is to do until it is solved
    cause         words=  the cause is found
    propose       action= what= [why= cost= downtime="2 hours" begins=]  the fix, to those who may decide it
    conclude      words=  what was changed: it is solved
    """
    assignments.say(Problem, problem, what, by, content)
