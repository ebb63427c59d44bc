"""How bad something is for a client: what each severity means, and how its systems are judged.

The examples are judged by the function that judges tickets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from procedure.book.procedure import Client, Procedure
from procedure.book.severity import SEVERITIES, Facts, Rule, Severity, State, assess
from procedure.document.content import LINES, Row, Section, Table, listed

_STATES: dict[State, str] = {
    "down": "nobody can work with it",
    "impaired": "it is slow, or fails in part",
    "limited": "a feature is missing",
}

_OR = f"{LINES}or "

MOST_EXAMPLES = 3
"""So many of a severity."""

ANYTHING_ELSE = "Anything else"
"""What is none of a client's systems."""


def impact(book: Procedure, client: Client) -> Section:
    """What each severity means to a client, with examples, and how it is found."""
    return Section(
        "How bad is it?",
        "How urgent something is depends on how much your business suffers, never on how hard it is to "
        "repair. What nobody has told us yet counts as the worst it could be.",
        (
            Table("What each word means", ("", "what it means"), tuple(_meanings(book, client))),
            Table("What you work with", ("system", *SEVERITIES), tuple(_systems(client))),
        ),
    )


def _meanings(book: Procedure, client: Client) -> Iterator[Row]:
    examples = [*_examples(client)]
    for severity in SEVERITIES:
        # One of each system: the rest stands in the next table.
        fits = {name: text for judged, name, text in reversed(examples) if judged == severity}
        shown = [f"{name}: {fits[name]}" for name in client.systems if name in fits][:MOST_EXAMPLES]
        yield Row(severity, (book.severities[severity].meaning,), "; ".join(shown))


def _examples(client: Client) -> Iterator[tuple[Severity, str, str]]:
    """The least that fits each rule of the systems, as it is judged by all of them."""
    for name, system in client.systems.items():
        for rule in system.rules:
            state = rule.state[0] if rule.state else None
            facts = Facts(name, state, rule.users_from, rule.workaround)
            judged = assess(client.systems, client.otherwise, facts).severity
            only = rule.model_copy(update={"state": (state,) if state else ()})
            yield judged, name, _fits(only)


def _systems(client: Client) -> Iterator[Row]:
    for name, system in client.systems.items():
        called = f"{name} (also called {', '.join(system.known_as)})" if system.known_as else name
        yield Row(called, _judged(system.rules, "any other trouble"))
    *rules, rest = client.otherwise.rules
    ordinary = "; ".join(filter(None, ("all the rest, and what nothing is known of", rest.because)))
    cells = _judged(rules, "")
    place = SEVERITIES.index(rest.severity)
    yield Row(
        ANYTHING_ELSE,
        tuple(_OR.join(filter(None, (c, ordinary))) if n == place else c for n, c in enumerate(cells)),
    )


def _judged(rules: Iterable[Rule], always: str) -> tuple[str, ...]:
    """When it is of each severity; rules of one severity in their order."""
    fits = [(rule.severity, _with_reason(rule, always)) for rule in rules]
    return tuple(_OR.join(text for is_so, text in fits if is_so == one) for one in SEVERITIES)


def _with_reason(rule: Rule, always: str) -> str:
    text = always if rule.always else _fits(rule)
    return f"{text} ({rule.because})" if rule.because else text


def _fits(rule: Rule) -> str:
    """What has to be so for a rule to fit: "nobody can work with it, for 10 people or more"."""
    parts = [listed([_STATES[state] for state in rule.state], "or")] if rule.state else []
    if rule.users_from is not None:
        parts.append("for anybody" if rule.users_from == 1 else f"for {rule.users_from} people or more")
    if rule.workaround is not None:
        parts.append("with another way to work" if rule.workaround else "without another way to work")
    return ", ".join(parts) or "any other trouble"
