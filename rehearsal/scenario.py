"""A scenario: a ticket, who says what and when, and what is expected of it. A small YAML file."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import ErrorDetails

from procedure.block import Block
from procedure.book.complaints import Kind as ComplaintKind
from procedure.book.procedure import Procedure
from procedure.book.severity import Facts, Severity, State, assess, find_system
from procedure.clocks.calendars import from_wall
from procedure.clocks.durations import Duration
from procedure.incoming import told
from procedure.ticket.helpdesk import DeskState
from rehearsal.post import MAIL, Dead
from rehearsal.timeline import TOLD
from runtime.procedure_files import FileMistake
from runtime.yaml_lines import Document, Keys, Unreadable, load
from workflows.messages import Statement
from workflows.messages.approval import OPINIONS, Decide
from workflows.messages.assignment import FINDINGS, PROBLEM_FINDINGS
from workflows.messages.complaint import REMARKS
from workflows.messages.ticket import SAYINGS

MOST_BYTES = 100_000

ANYBODY = "anybody"
"""Whoever is paged, unless they are silent."""

HELPDESK = "helpdesk"
"""Who says that the ticket was closed there, or put on hold."""

COMPLAIN = "complain"

HOW_LONG = 'write a number and a unit, such as "35m", "2h", "3d" or "90 minutes"'

WHEN = "write a date and a time, such as 2026-12-24 18:00 for the client's clocks, or 2026-12-24T18:00Z"

_UNITS = {"s": "seconds", "sec": "seconds", "m": "minutes", "d": "days"}

About = Literal["ticket", "approval", "complaint", "problem", "review"]
Outcome = Literal["approved", "denied", "undecided", "withdrawn", "acted"]


def length(written: object) -> timedelta:
    """A length of exact time, as it is written in a scenario. ValueError says what to write instead."""
    if isinstance(written, timedelta):
        return written
    text = str(written).strip()
    if re.fullmatch(r"\+?0\s*[a-z]*", text):
        return timedelta(0)
    known = re.sub(r"(?<=\d)\s*([a-z]+)", lambda unit: f" {_UNITS.get(unit[1], unit[1])}", text.lstrip("+"))
    try:
        found = Duration.parse(known)
    except ValueError:
        raise ValueError(f"{text!r} is not a length of time: {HOW_LONG}") from None
    if found.business_days:
        raise ValueError(f"{text!r} depends on whose days they are: {HOW_LONG}")
    return found.exact


Length = Annotated[
    timedelta,
    BeforeValidator(length),
    WithJsonSchema({"type": "string", "examples": ["35m", "2h", "3d", "90 minutes"]}),
]


class KnownFacts(Block):
    """What is known of the impact; what is left out, nobody has said."""

    system: str = ""
    """Which of the client's systems."""
    state: State | None = None
    """`down`, `impaired` or `limited`."""
    users: int | None = Field(None, ge=0)
    """How many are affected."""
    workaround: bool | None = None
    """Whether there is one."""
    category: str = ""
    """What kind of trouble."""
    conditions: tuple[str, ...] = ()
    """What of the complexity catalogue is known."""

    def facts(self) -> Facts:
        return Facts(**self.model_dump())


class Answer(Block):
    """Somebody says something: ``after`` they were told of it, or ``at`` a time after the ticket came in.

    ``says`` is what goes with it, under the names that the runbook has for them.
    """

    who: str
    """A person's id; `anybody` is whoever is told and is not silent, `helpdesk` what is done there."""
    does: str = "acknowledge"
    """What they say, by its name in the runbook: `acknowledge`, `progress`, `hand_on`,
    `resolve`, `confirm`, `propose` ...; `approve` and `deny` for an approval; `complain`; `cause`,
    `workaround`, `conclude` of a problem; `conclude` of a review; of the `helpdesk` `waiting`, `open`,
    `resolved`, `closed`."""
    about: About | None = None
    """`ticket`, `approval`, `complaint`, `problem` or `review`, where a name stands in several
    (`acknowledge`, `conclude`); left out: the first of them."""
    after: Length | None = None
    """How long after they were first told what they answer to: a page for `acknowledge`, the question for
    `approve`, the problem for `cause`."""
    at: Length | None = None
    """Instead: how long after the ticket came in."""
    says: dict[str, Any] = {}
    """What goes with it: whatever else is written here, under the runbook's names."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, written: Any) -> Any:
        """Whatever else is written goes with what they say."""
        if not isinstance(written, Mapping):
            return written
        own = {key: value for key, value in written.items() if key in cls.model_fields}
        rest = {key: value for key, value in written.items() if key not in cls.model_fields}
        return {**own, "says": {**own.get("says", {}), **rest}}

    @model_validator(mode="after")
    def _has_its_time(self) -> Answer:
        if (self.after is None) == (self.at is None):
            raise ValueError("write one of: after (they were told of it), at (after the ticket came in)")
        return self

    @property
    def subject(self) -> About:
        """What it is about."""
        if self.about:
            return self.about
        return next((about for about, names in _STATEMENTS.items() if self.does in names), "ticket")

    def statement(self, who: str) -> Statement:
        """What they say. ValidationError where something is missing or can't be meant."""
        kind, own = _STATEMENTS[self.subject][self.does]
        return kind.model_validate({"by": who, "via": "a rehearsal", **own, **self.says})


_OPINIONS: dict[str, tuple[type[Statement], dict[str, Any]]] = {
    **{name: (kind, {}) for name, kind in OPINIONS.items()},
    "approve": (Decide, {"yes": True}),
    "deny": (Decide, {"yes": False}),
}

_STATEMENTS: dict[About, dict[str, tuple[type[Statement], dict[str, Any]]]] = {
    "ticket": {name: (kind, {}) for name, kind in SAYINGS.items()},
    "approval": _OPINIONS,
    "complaint": {name: (kind, {}) for name, kind in REMARKS.items()},
    "problem": {name: (kind, {}) for name, kind in PROBLEM_FINDINGS.items()},
    "review": {name: (kind, {}) for name, kind in FINDINGS.items()},
}
"""What can be said, about what; and what the name itself says."""


class Complaining(Block):
    """What goes with a complaint."""

    kind: ComplaintKind
    words: str
    about: tuple[str, ...] = ()


class DeadChannel(Block):
    """A channel that takes nothing, of one person or of everybody."""

    channel: str
    """The channel."""
    who: str = ""
    """Whose."""


class Expectation(Block):
    """One thing that is expected, by some time after the ticket came in; in the whole story, without one."""

    told: str = ""
    """This person is told something."""
    never: str = ""
    """This person is not told anything (until `by`, if it is there)."""
    tier: str = ""
    """The ticket comes to this tier, or to `last resort`."""
    has_it: str = ""
    """This person says that they have it."""
    status: Literal["", "open", "paused", "resolved", "closed"] = ""
    """The ticket becomes `open` (again), `paused`, `resolved` or `closed`."""
    decided: Outcome | None = None
    """A question ends so: `approved`, `denied`, `undecided`, `withdrawn`, `acted`."""
    refused: str = ""
    """What this person says does not count."""
    by: Length | None = None
    """At the latest so long after the ticket came in."""
    not_before: Length | None = None
    """At the earliest."""
    through: str = ""
    """With `told` or `never`: through this channel."""
    what: str = ""
    """With `told` or `never`: this kind of notice, such as `page`, `received`, `solved`, `approval asked`,
    `complaint given`."""

    @model_validator(mode="after")
    def _one_thing(self) -> Expectation:
        if len([name for name in EXPECTED if getattr(self, name)]) != 1:
            raise ValueError(f"write exactly one of {', '.join(EXPECTED)}")
        return self

    @property
    def subject(self) -> str:
        """Which of ``EXPECTED`` it is."""
        return next(name for name in EXPECTED if getattr(self, name))

    @property
    def words(self) -> str:
        """As it is written."""
        written = self.model_dump(exclude_defaults=True)
        return ", ".join(f"{key}: {_short(value)}" for key, value in written.items())


EXPECTED = ("told", "never", "tier", "has_it", "status", "decided", "refused")


class Scenario(Block):
    """A ticket comes in, some people answer, all others stay silent."""

    title: str
    """The ticket's title, and what the story is called."""
    client: str
    """The client's id."""
    at: str
    """When the ticket comes in: by the client's clocks, or with an offset (`2026-12-05T02:10Z`); any time,
    past or to come."""
    facts: KnownFacts | None = None
    """What is known of its impact; or `severity`."""
    severity: Severity | None = None
    """Instead of facts: the first ones in the client's rules that make it."""
    requester: str = ""
    """The contact it comes from; left out: the client's first."""
    earlier: int = Field(0, ge=0)
    """How many tickets like it came before (the pattern criterion)."""
    answers: tuple[Answer, ...] = ()
    """Who says something, and when; everybody else stays silent."""
    silent: tuple[str, ...] = ()
    """Who says nothing: for the reader, and for `anybody`."""
    channels_dead: tuple[DeadChannel | str, ...] = ()
    """What takes nothing: `mail`, `sms` ...; of one person: `{channel: mail, who: bo}`."""
    until: Length | None = None
    """How far the story is told; left out: until it is over or goes on in circles, 30 days at most."""
    expect: tuple[Expectation, ...] = ()
    """What is expected, a line each."""
    description: str = ""
    """For who reads the file."""

    @model_validator(mode="after")
    def _how_bad(self) -> Scenario:
        if (self.facts is None) == (self.severity is None):
            raise ValueError("write one of: facts (what is known of it), severity (facts are made up for it)")
        return self

    @property
    def around(self) -> datetime:
        """Roughly when it plays, for what has to be known before its client is."""
        found = datetime.fromisoformat(self.at.strip())
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def opens(self, book: Procedure) -> datetime:
        """When the ticket comes in: by the client's clocks, where no offset is written."""
        at = datetime.fromisoformat(self.at.strip())
        return at.astimezone(UTC) if at.tzinfo else from_wall(at, book.clients[self.client].time_zone)

    def dead(self) -> tuple[Dead, ...]:
        """The channels that take nothing."""
        return tuple(
            Dead(one) if isinstance(one, str) else Dead(one.channel, one.who) for one in self.channels_dead
        )

    def known(self, book: Procedure) -> Facts:
        """What is known of its impact. LookupError where no facts make the severity it wants."""
        if self.facts:
            told = self.facts.facts()
            # As a helpdesk's tickets, which may call a system by another name.
            return replace(told, system=find_system(book.clients[self.client].systems, told.system))
        found = _facts_of(book, self.client, self.severity or "medium")
        if found is None:
            raise LookupError(f"nothing is {self.severity} at this client: write facts")
        return found


def _facts_of(book: Procedure, client: str, severity: Severity) -> Facts | None:
    """The first facts in a client's rules that come out as this severity, with as few users as it takes."""
    terms = book.clients[client]
    rules = [(name, rule) for name, system in terms.systems.items() for rule in system.rules]
    for system, rule in (*rules, *(("", rule) for rule in terms.otherwise.rules)):
        for state in rule.state or ((None,) if not system else get_args(State)):
            facts = Facts(system, state, rule.users_from or (1 if system else None), rule.workaround)
            if assess(terms.systems, terms.otherwise, facts).severity == severity:
                return facts
    return None


def schema() -> dict[str, Any]:
    """The JSON Schema that lets an editor complete and check a scenario."""
    whole = Scenario.model_json_schema()
    del whole["$defs"]["Answer"]["properties"]["says"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole}


# Reading ----------------------------------------------------------------------------------


class ScenarioError(Exception):
    """A scenario that can't be meant; ``mistakes`` has all there is to correct."""

    def __init__(self, mistakes: Iterable[FileMistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(map(str, self.mistakes)))


@dataclass(frozen=True)
class Draft:
    """A scenario as it was written, and where."""

    file: str
    scenario: Scenario
    document: Document

    def checked(self, book: Procedure) -> Scenario:
        """The scenario, if it fits the procedure. Raises ScenarioError."""
        found = [self.mistake(keys, text) for keys, text in _unfit(self.scenario, book)]
        if found:
            raise ScenarioError(found)
        return self.scenario

    def mistake(self, keys: Keys, text: str) -> FileMistake:
        return _mistake(self.file, self.document, keys, text)


def read(path: Path) -> Draft:
    """What a file says. Raises ScenarioError."""
    file = str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ScenarioError([FileMistake(file, 1, "", f"can't be read: {error.strerror}")]) from None
    if len(content) > MOST_BYTES:
        raise ScenarioError([FileMistake(file, 1, "", "is bigger than 100 KB: write one scenario in a file")])
    try:
        document = load(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ScenarioError([FileMistake(file, 1, "", "is not UTF-8 text: save it as UTF-8")]) from None
    except Unreadable as error:
        raise ScenarioError([FileMistake(file, error.line, "", error.text)]) from None
    if document.mistakes:
        raise ScenarioError(
            FileMistake(file, one.line, _dotted(one.keys), one.text) for one in document.mistakes
        )
    if not isinstance(document.value, dict):
        text = f"is no scenario: write its keys, such as {', '.join(_required(Scenario))}"
        raise ScenarioError([FileMistake(file, 1, "", text)])
    return _drafted(file, document)


def from_options(
    client: str,
    severity: Severity,
    at: str,
    answer: Iterable[str],
    silent: Iterable[str],
    dead: Iterable[str],
) -> Draft:
    """What was typed: ``answer`` as "bo:20m" or "bo:20m:resolve". Raises ScenarioError."""
    value = {
        "title": f"A {severity} ticket comes in",
        "client": client,
        "severity": severity,
        "at": at,
        "answers": [*map(_typed, answer)],
        "silent": [*silent],
        "channels_dead": [*dead],
    }
    return _drafted("options", Document(value))


def _typed(answer: str) -> dict[str, Any]:
    """An answer of the command line; words that it needs are made up."""
    who, _, rest = answer.partition(":")
    after, _, does = rest.partition(":")
    written: dict[str, Any] = {"who": who, "after": after, "does": does or "acknowledge"}
    kinds = (kinds[written["does"]][0] for kinds in _STATEMENTS.values() if written["does"] in kinds)
    fields = next(kinds, Statement).model_fields
    needed = (name for name, field in fields.items() if field.is_required() and field.annotation is str)
    return {**written, **{name: "in a rehearsal" for name in needed if name != "by"}}


def _drafted(file: str, document: Document) -> Draft:
    try:
        scenario = Scenario.model_validate(document.value)
    except ValidationError as problem:
        errors = problem.errors(include_url=False)
        raise ScenarioError(
            _mistake(file, document, _place(error), _explained(error, Scenario)) for error in errors
        ) from None
    draft = Draft(file, scenario, document)
    try:
        scenario.around.astimezone(UTC)
    except (ValueError, OverflowError):
        text = f"{scenario.at!r} is no date and time: {WHEN}"
        raise ScenarioError([draft.mistake(("at",), text)]) from None
    return draft


def _mistake(file: str, document: Document, keys: Keys, text: str) -> FileMistake:
    return FileMistake(file, document.line(keys), _dotted(keys), text)


def _dotted(keys: Keys) -> str:
    return ".".join(str(key + 1) if isinstance(key, int) else key for key in keys)


def _place(error: ErrorDetails) -> Keys:
    """Where it is wrong; the alternatives that pydantic has tried are no keys of ours."""
    return tuple(key for key in error["loc"] if key not in ("str", "DeadChannel"))


def _explained(error: ErrorDetails, model: type[BaseModel]) -> str:
    """What is wrong, and what to write instead."""
    what, keys = error["type"], _place(error)
    if what == "extra_forbidden":
        known = _known(model, keys[:-1])
        near = next(iter(difflib.get_close_matches(str(keys[-1]), known, n=1)), "")
        meant = f"did you mean {near!r}?" if near else f"write one of {', '.join(known)}"
        return f"there is no key {keys[-1]!r}: {meant}"
    if error["input"] is None and what != "missing":
        return f"has no value: {told(error)}" if told(error) != "can't be read" else "has no value: write one"
    if what == "tuple_type":
        return "write a list, each line with a dash: - ..."
    if what in ("dict_type", "model_type", "model_attributes_type"):
        return "write its keys on the lines below, indented"
    return told(error)


def _known(model: type[BaseModel], keys: Keys) -> list[str]:
    """The keys that may stand at a place."""
    inner: dict[str, type[BaseModel]] = {
        "facts": KnownFacts,
        "answers": Answer,
        "expect": Expectation,
        "channels_dead": DeadChannel,
    }
    return [*(inner.get(str(keys[0]), model) if keys else model).model_fields]


def _required(model: type[BaseModel]) -> list[str]:
    return [name for name, field in model.model_fields.items() if field.is_required()]


def _unfit(scenario: Scenario, book: Procedure) -> Iterator[tuple[Keys, str]]:
    """What does not fit the procedure that it is rehearsed with."""
    if scenario.client not in book.clients:
        yield ("client",), _unknown("client", scenario.client, book.clients)
        return
    contacts = book.clients[scenario.client].contacts
    people = {**book.people, **contacts}
    if scenario.requester and scenario.requester not in contacts:
        yield ("requester",), _unknown("contact of this client", scenario.requester, contacts)
    for number, person in enumerate(scenario.silent):
        if person not in people:
            yield ("silent", number), _unknown("person", person, people)
        elif any(answer.who == person for answer in scenario.answers):
            yield ("silent", number), f"{person} has an answer, too: take one of the two away"
    if scenario.severity:
        try:
            scenario.known(book)
        except LookupError as error:
            yield ("severity",), str(error.args[0])
    for number, answer in enumerate(scenario.answers):
        for keys, text in _unfit_answer(answer, people):
            yield ("answers", number, *keys), text
    for number, expected in enumerate(scenario.expect):
        for keys, text in _unfit_expectation(expected, book, people):
            yield ("expect", number, *keys), text
    for number, dead in enumerate(scenario.dead()):
        if dead.who and dead.who not in people:
            yield ("channels_dead", number, "who"), _unknown("person", dead.who, people)
        elif dead.channel not in _channels(book):
            yield ("channels_dead", number), _unknown("channel", dead.channel, _channels(book))


def _unfit_answer(answer: Answer, people: Iterable[str]) -> Iterator[tuple[Keys, str]]:
    if answer.who not in (*people, ANYBODY, HELPDESK):
        yield ("who",), _unknown("person", answer.who, (*people, ANYBODY, HELPDESK))
        return
    said: Iterable[str] = (*_STATEMENTS[answer.subject], *([COMPLAIN] if answer.subject == "ticket" else []))
    if answer.who == HELPDESK:
        said = get_args(DeskState)
        if answer.at is None:
            yield ("after",), "the helpdesk is told nothing: write at, a time after the ticket came in"
    if answer.who == ANYBODY and answer.at is not None:
        yield ("at",), "nobody knows yet who that is: write after (they were told of it)"
    if answer.does not in said:
        everywhere = said if answer.about or answer.who == HELPDESK else _everything()
        yield ("does",), _unknown("such saying", answer.does, everywhere)
        return
    if answer.who == HELPDESK:
        return
    try:
        if answer.does == COMPLAIN:
            Complaining.model_validate(answer.says)
        else:
            answer.statement(answer.who)
    except ValidationError as problem:
        for error in problem.errors(include_url=False):
            yield tuple(error["loc"]), told(error) if error["type"] != "missing" else "is missing: write it"
    else:
        kind = Complaining if answer.does == COMPLAIN else type(answer.statement(answer.who))
        for key in answer.says:
            if key not in kind.model_fields:
                known = [name for name in kind.model_fields if name not in ("by", "via", "visit")]
                yield (key,), _unknown("key", key, (*known, "who", "does", "about", "after", "at"))


def _everything() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(name for names in _STATEMENTS.values() for name in names), COMPLAIN)))


def _unfit_expectation(
    expected: Expectation, book: Procedure, people: Iterable[str]
) -> Iterator[tuple[Keys, str]]:
    for key in ("told", "never", "has_it", "refused"):
        if (person := getattr(expected, key)) and person not in people:
            yield (key,), _unknown("person", person, people)
    tiers = [*(tier.name for tier in book.tiers), LAST_RESORT]
    if expected.tier and expected.tier not in tiers:
        yield ("tier",), _unknown("tier", expected.tier, tiers)
    if expected.through and expected.through not in _channels(book):
        yield ("through",), _unknown("channel", expected.through, _channels(book))
    if expected.what and expected.what not in TOLD:
        yield ("what",), _unknown("kind of notice", expected.what, TOLD)


LAST_RESORT = "last resort"


def _channels(book: Procedure) -> tuple[str, ...]:
    return tuple(dict.fromkeys((MAIL, *(name for one in book.people.values() for name in one.channels))))


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    known = [*known]
    near = next(iter(difflib.get_close_matches(name, known, n=1)), "")
    meant = f"did you mean {near!r}?" if near else f"write one of {', '.join(known)}"
    return f"there is no {what} {name!r}: {meant}"


def _short(value: object) -> str:
    if not isinstance(value, timedelta):
        return str(value)
    seconds = int(value.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
