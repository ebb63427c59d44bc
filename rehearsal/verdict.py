"""Whether a story went as its scenario expects; and the same for many, as JUnit's XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from procedure.kinds import Kind
from rehearsal.scenario import Expectation, Scenario
from rehearsal.timeline import Timeline, Told

_STATUS: dict[str, frozenset[str]] = {
    "open": frozenset({Kind.OPENED, Kind.NOT_SOLVED, Kind.OPENED_THERE, Kind.DECLINE_NOT_ACCEPTED}),
    "paused": frozenset({Kind.STOPPED}),
    "resolved": frozenset({Kind.RESOLVED, Kind.DECLINED}),
    "closed": frozenset({Kind.CONFIRMED, Kind.DECLINE_ACCEPTED, Kind.UNCONFIRMED, Kind.CLOSED_THERE}),
}
"""What brings a ticket to a status."""

_DECIDED: dict[str, frozenset[str]] = {
    "undecided": frozenset({Kind.UNDECIDED}),
    "withdrawn": frozenset({Kind.WITHDRAWN}),
    "acted": frozenset({Kind.ACTS, Kind.ACTED_FIRST}),
}
"""What settles a question otherwise than by an answer."""


@dataclass(frozen=True)
class Verdict:
    """How one story went. ``failures`` say what was expected, and what happened instead."""

    file: str
    timeline: Timeline
    failures: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.failures


def judge(file: str, scenario: Scenario, timeline: Timeline) -> Verdict:
    """Hold a story against what its scenario expects.

    What somebody says that does not count is expected, too, or a failure: the story has not gone as it was
    meant. One that expects nothing at all can't fail.
    """
    if not scenario.expect:
        return Verdict(file, timeline)
    return Verdict(file, timeline, (*_failures(scenario, timeline), *_surprises(scenario, timeline)))


def _failures(scenario: Scenario, timeline: Timeline) -> Iterator[str]:
    for expected in scenario.expect:
        times = sorted({*_times(expected, timeline)})
        begins = timeline.at + expected.not_before if expected.not_before else timeline.at
        ends = timeline.at + expected.by if expected.by is not None else None
        in_time = [at for at in times if begins <= at and (ends is None or at <= ends)]
        if bool(in_time) == bool(expected.never):
            seen = in_time if expected.never else times
            yield f"expected {expected.words}; {_instead(expected, seen, timeline)}"


def _instead(expected: Expectation, times: list[datetime], timeline: Timeline) -> str:
    if not times:
        return "that never happened"
    told = ", ".join(f"{timeline.wall(at)} ({timeline.after(at)})" for at in times[:3])
    return f"{'it happened at' if expected.never else 'that was at'} {told}"


def _surprises(scenario: Scenario, timeline: Timeline) -> Iterator[str]:
    expected = {one.refused for one in scenario.expect}
    for line in timeline.refused:
        if line.who not in expected:
            yield f"{timeline.wall(line.at)} ({timeline.after(line.at)}): {timeline.sentence(line)}"


def _times(expected: Expectation, timeline: Timeline) -> Iterator[datetime]:
    """When what is expected has happened."""
    match expected.subject:
        case "told" | "never":
            yield from (one.at for one in timeline.told if _is_told(expected, one))
        case "tier":
            wanted = {expected.tier}
            yield from (
                one.at for one in timeline.happened if one.about.startswith("ticket-") and one.to in wanted
            )
        case "has_it":
            yield from (
                one.at for one in timeline.happened if one.kind == Kind.HAS_IT and one.by == expected.has_it
            )
        case "status":
            kinds = _STATUS[expected.status]
            yield from (one.at for one in timeline.happened if one.kind in kinds)
        case "decided":
            yield from _decided(expected.decided or "", timeline)
        case "refused":
            yield from (one.at for one in timeline.refused if one.who == expected.refused)


def _is_told(expected: Expectation, one: Told) -> bool:
    return (
        one.who == (expected.told or expected.never)
        and not one.failed
        and expected.through in ("", one.channel)
        and expected.what in ("", one.kind)
    )


def _decided(outcome: str, timeline: Timeline) -> Iterator[datetime]:
    """When a question was settled so."""
    settled = {Kind.SETTLED, Kind.SAYS_YES, Kind.SAYS_NO}
    kinds = _DECIDED.get(outcome, settled)
    if outcome in timeline.decided:
        yield max((one.at for one in timeline.happened if one.kind in kinds), default=timeline.at)


def report(verdicts: Iterable[Verdict], broken: Iterable[tuple[str, str]] = ()) -> str:
    """A report that continuous integration reads; ``broken`` are files that could not be played, and why."""
    suite = ElementTree.Element("testsuite", name="rehearsal")
    failed, number = 0, 0
    for one in verdicts:
        number += 1
        case = ElementTree.SubElement(
            suite, "testcase", classname=_clean(one.file), name=_clean(one.timeline.title)
        )
        if one.failures:
            failed += 1
            failure = ElementTree.SubElement(case, "failure", message=_clean(one.failures[0]))
            failure.text = _clean("\n".join(one.failures))
        ElementTree.SubElement(case, "system-out").text = _clean("\n".join(one.timeline.text()))
    errors = 0
    for file, why in broken:
        number, errors = number + 1, errors + 1
        case = ElementTree.SubElement(suite, "testcase", classname=_clean(file), name=_clean(file))
        ElementTree.SubElement(case, "error", message=_clean(why.partition("\n")[0])).text = _clean(why)
    suite.attrib.update(tests=str(number), failures=str(failed), errors=str(errors))
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _clean(text: str) -> str:
    """Without what XML can't hold."""
    return "".join(sign if sign in "\n\t" or sign >= " " else "\N{REPLACEMENT CHARACTER}" for sign in text)
