"""The mails as people read them: every kind, in text and in HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from bs4 import BeautifulSoup

from activities.letters import BARS, CUSTOMERS, Writer, WrittenLetter
from procedure.book.severity import Facts
from procedure.clocks.calendars import local
from procedure.kinds import Kind
from procedure.record import Entry, Notice
from procedure.ticket import customer, staff
from procedure.ticket.paging import undeliverable
from procedure.ticket.state import NoticeKind
from procedure.ticket.tiers import resolved
from runtime.links import Links
from tests.letters import INSTANT, is_well_made, says_the_same_twice, shows_pace_and_drill
from tests.northwind import northwind, on_call
from tests.procedure.ticket.lives import MEDIUM, NOON, Life, life
from tests.tables import every
from workflows.letters import letter
from workflows.messages.ticket import Letter

DOWN = Facts(system="trading platform", state="down", users=12, category="network")
HOSTILE = '<script>alert("now")</script>\n<b>'

WRITTEN = [kind for kind in NoticeKind if kind not in (NoticeKind.HANDOVER, NoticeKind.OFFERED)]
"""What is offered at a change of shifts goes on a list: tests/test_handover_mails.py."""
KINDS = every("kind", WRITTEN)
STAFF = [kind for kind in WRITTEN if kind not in CUSTOMERS]


class Told(dict[NoticeKind, Letter]):
    """The first letter of each kind in a ticket's life."""

    def so_far(self, story: Life) -> None:
        for notice in story.told:
            self.setdefault(notice.kind, letter(story.ticket, notice))
        story.told.clear()


def ruling(words: str) -> Entry:
    return Entry(NOON, Kind.RULED, via="approval 1", number="1", words=words)


def told(title: str = "Nobody can log in", words: str = "the words") -> Told:
    """A ticket's life in which everything is told once; what only the MSP may read says "internal"."""
    letters = Told()
    story = life(DOWN)
    story.ticket = replace(story.ticket, title=title, description=f"Description: {words}")
    letters.so_far(story)
    story.becomes(staff.progress(story.ticket, "sam", 0, f"internal note: {words}", story.now))
    story.passes(minutes=20)
    letters.so_far(story)
    story.becomes(staff.progress(story.ticket, "sam", 0, "internal note: nothing new", story.now))
    story.passes(minutes=15)
    letters.so_far(story)
    story.becomes(customer.ask_for_escalation(story.ticket, "kim", 0, words, story.now))
    letters.so_far(story)
    story.becomes(staff.pause(story.ticket, "sam", "internal reason", story.now))
    story.becomes(customer.answer_request(story.ticket, "sam", False, words, story.now))
    letters.so_far(story)
    story.becomes(customer.ask(story.ticket, "sam", 0, f"A question: {words}", story.now))
    letters.so_far(story)
    story.becomes(customer.reply(story.ticket, "kim", f"A reply: {words}", story.now))
    story.becomes(staff.resume(story.ticket, "sam", story.now))
    refused = Notice(99, NoticeKind.NOW_WITH, "kim", story.ticket.tiers.visit)
    story.becomes(undeliverable(story.ticket, refused, f"550 {words}", story.now))
    letters.so_far(story)
    story.passes(hours=2)
    letters.so_far(story)
    story.becomes(staff.acknowledge(story.ticket, story.ticket.holder, 0, story.now))
    story.becomes(
        story.ticket.tell(NoticeKind.RULED, story.ticket.holder, why=ruling(f"The ruling: {words}"))
    )
    letters.so_far(story)
    story.becomes(staff.resolve(story.ticket, story.ticket.holder, 0, f"Done: {words}", story.now))
    letters.so_far(story)
    story.passes(days=3)
    letters.so_far(story)
    waiting = life(MEDIUM, book=on_call(), now=NOON + timedelta(hours=9))
    waiting.told = [notice for notice in waiting.told if notice.kind is NoticeKind.WAITS]
    waiting.ticket = replace(waiting.ticket, title=title, description=f"Description: {words}")
    letters.so_far(waiting)
    letters.so_far(declined(title, words))
    return letters


def declined(title: str, words: str) -> Life:
    """A ticket of which management has decided that nothing will be done."""
    story = life(DOWN)
    story.told.clear()
    story.ticket = replace(story.ticket, title=title, description=f"Description: {words}")
    story.becomes(staff.progress(story.ticket, "bo", 0, "internal note", story.now))
    story.told.clear()
    story.becomes(resolved(story.ticket, f"Management's no: {words}", story.now, "mia", declined=True))
    return story


@pytest.fixture(scope="module")
def letters() -> Told:
    return told()


@pytest.fixture(scope="module")
def hostile() -> Told:
    return told(title=HOSTILE, words=HOSTILE)


WRITER = Writer(Links(["0" * 32], "http://rung.test"))
BOOK = northwind()


def write(what: Letter) -> WrittenLetter:
    return WRITER.write(what, BOOK, NOON)


@KINDS
def test_every_mail_has_what_its_reader_needs(letters: Told, kind: NoticeKind) -> None:
    """Severity, its meaning and reason, who has it, times where the reader is, and no instants."""
    what = letters[kind]
    written = write(what)

    holder = BOOK.people[what.holder].name
    for fact in (
        f"Severity: {what.severity}",
        BOOK.severities[what.severity].meaning,
        what.reason,
        f"with: {holder} ({what.place})",
        f"Open since: {local(what.opened, NOON, 'Europe/London')}",
        "Harbor Trading",
    ):
        assert fact in written.text
    assert written.text.count("Times are Europe/London.") == 1
    assert not INSTANT.search(written.text)


@every("kind, severity", list(product(WRITTEN, BARS)))
def test_a_phones_list_of_mails_tells_what_is_wanted_how_bad_it_is_and_whose(
    letters: Told, kind: NoticeKind, severity: str
) -> None:
    """In its first 40 characters, of a client with a long name and in a drill, too."""
    what = letters[kind].model_copy(update={"severity": severity, "number": "261128-103000-ab12"})
    loud = "CRITICAL" if severity == "critical" else severity
    subject = write(what).subject
    assert f": {loud}, harbor 261128-103000-ab12: " in subject
    assert subject.index("harbor") + len("harbor") <= 40
    long = what.model_copy(update={"client": "meridian-insurance-of-the-north", "drill": True})
    assert f": {loud}, meridi" in write(long).subject[:40]
    begins = subject.partition(":")[0]
    assert (begins == "For information") == (kind in ("skipped", "taken", "moved-on"))
    assert (begins == "You are paged") == (kind is NoticeKind.PAGE)


def test_who_is_paged_for_what_somebody_else_has_taken_is_only_informed(letters: Told) -> None:
    """The mail was slower than a colleague: its subject asks for nothing, nor does its first line."""
    taken = write(letters[NoticeKind.PAGE].model_copy(update={"holder": "sam", "acknowledged": True}))
    assert taken.subject.startswith("For information: ")
    assert taken.text.startswith("Nothing for you to do: ")


@KINDS
def test_severity_is_told_by_word_and_shape(letters: Told, kind: NoticeKind) -> None:
    """Bars that can be counted beside the word, in text and in HTML."""
    for severity, bars in BARS.items():
        written = write(letters[kind].model_copy(update={"severity": severity}))
        for shown in (written.text, written.html):
            assert f"{bars} {severity}" in shown.replace("CRITICAL", "critical").replace(
                severity.capitalize(), severity
            )
    assert [bars.count("▮") for bars in BARS.values()] == [4, 3, 2, 1]


def test_who_is_paged_for_no_known_system_is_asked_which_one_it_is() -> None:
    """With the client's own to choose from; the customer is not, nor anybody when it is known."""
    story = life(Facts(system="abacus", state="down"))
    asked = {notice.kind: letter(story.ticket, notice) for notice in story.told}
    page, received = (write(asked[kind]) for kind in (NoticeKind.PAGE, NoticeKind.RECEIVED))
    says_the_same_twice(page)
    assert "WHICH SYSTEM IS IT?" in page.text
    assert "by that system's rules: trading platform, office mail." in page.text
    known = letter(life(DOWN).ticket, Notice(1, NoticeKind.PAGE, "bo"))
    for other in (received, write(known)):
        assert "Which system" not in other.html


@KINDS
def test_every_mail_is_well_made_with_one_link(letters: Told, kind: NoticeKind) -> None:
    """Alone on its line in the text, with words of its own in the HTML, the same in both."""
    anchor = is_well_made(write(letters[kind]))

    assert anchor["target"] == "_blank"
    assert anchor["rel"] == ["noopener"]
    assert anchor.get_text() == "Open the page for ticket 42"


@KINDS
def test_what_is_hostile_is_only_text(hostile: Told, kind: NoticeKind) -> None:
    """A title, a description, a note or an answer can't put anything into the HTML."""
    written = write(hostile[kind])

    page = BeautifulSoup(written.html, "html.parser")
    assert page.find_all(["script", "b"]) == []
    assert "&lt;script&gt;" in written.html
    assert '<script>alert("now")</script>' in written.text


@every("kind", sorted(CUSTOMERS))
def test_nothing_internal_reaches_the_customer(letters: Told, kind: NoticeKind) -> None:
    """No note, no reason for a pause, no category, no steps of the first level."""
    written = write(letters[kind])

    assert written.audience == "customer"
    for text in (written.text, written.html):
        assert "internal" not in text
        assert "Restart the router." not in text


def test_an_answer_during_a_pause_does_not_say_why_the_clock_stands_still(letters: Told) -> None:
    """The reason is the technicians' own; the customer hears until when."""
    what = letters[NoticeKind.ANSWERED]

    assert what.status == "paused"
    assert "our clock goes on by itself, at the latest" in write(what).text


@KINDS
def test_pace_and_drill_are_shown(letters: Told, kind: NoticeKind) -> None:
    """In every mail of such a ticket, and in no other."""
    plain = write(letters[kind])
    written = write(letters[kind].model_copy(update={"pace": 60.0, "drill": True}))

    shows_pace_and_drill(plain, written)
    assert written.subject.startswith("DRILL: ")


def test_a_page_begins_with_what_to_do_and_by_when(letters: Told) -> None:
    """At three in the morning the first line has to be enough."""
    written = write(letters[NoticeKind.PAGE])

    assert written.text.startswith("You are paged: acknowledge by 12:05.\n")
    assert "<h1" in written.html
    assert "12:05: Sam Ortega is paged (senior specialist)" in written.text
    assert "it goes to Cy Tanaka (engineering)" in written.text


def test_a_page_is_a_briefing(letters: Told) -> None:
    """The description, what was found, and what the first level asks and tries."""
    text = write(letters[NoticeKind.PAGE]).text

    for part in (
        "Description: the words",
        "Nothing was recorded so far.",
        "Since when?",
        "Restart the router.",
    ):
        assert part in text


def test_a_warning_brings_the_notes(letters: Told) -> None:
    """Whoever has to act sees who found what."""
    text = write(letters[NoticeKind.WARNING]).text

    assert text.startswith("75 % of senior specialist's 30 minutes is used.\n")
    assert "12:00, Sam Ortega: internal note: the words" in text
    assert "Nothing was recorded so far." not in text


def test_a_warning_to_who_has_it_asks_for_an_end(letters: Told) -> None:
    """And their lead reads who that is."""
    what = letters[NoticeKind.WARNING]
    assert "You have it: solve it, hand it on, or write down what you found.\n" in write(what).text

    lead = what.model_copy(update={"notice": replace(what.notice, to="gil")})
    assert "Sam Ortega (senior specialist) has it, and you answer for this tier" in write(lead).text


def test_a_warning_about_what_nobody_has_taken_says_of_nobody_that_they_have_it() -> None:
    """Of a ticket that was left alone: who is paged is asked to take it, and the lead to see to it."""
    story = life(MEDIUM)
    story.told.clear()
    while not story.told or story.told[-1].kind is not NoticeKind.WARNING:
        story.told.clear()
        story.passes(minutes=5)
    asked = letter(story.ticket, story.told[-1])
    holder, lead = (
        asked.model_copy(update={"notice": replace(asked.notice, to=person)})
        for person in (asked.holder, "gil")
    )
    name = BOOK.people[asked.holder].name

    text = write(holder).text
    assert "It waits for you: nobody has taken it yet. On the page, choose “I have it”.\n" in text
    assert "You have it" not in text
    assert f"Now with: {name} (first level), not acknowledged yet" in text
    assert f"Nobody has taken it yet; {name} (first level) is paged, and you answer" in write(lead).text
    assert "has it, and" not in write(lead).text
    for mail in (holder, lead):
        says_the_same_twice(write(mail))


def test_a_page_that_comes_too_late_says_so(letters: Told) -> None:
    """Somebody else has it: nobody gets up for nothing."""
    late = letters[NoticeKind.PAGE].model_copy(update={"acknowledged": True, "holder": "sam"})

    assert write(late).text.startswith("Nothing for you to do: the ticket is with Sam Ortega")


def test_a_wish_to_escalate_says_until_when(letters: Told) -> None:
    """The lead reads the customer's words, and when silence grants it."""
    text = write(letters[NoticeKind.WANTS_UP]).text

    assert text.startswith("The customer asks to escalate: answer by 13:05, or it is granted.\n")
    assert "the words" in text


def test_customers_read_times_of_their_own_place(letters: Told) -> None:
    """Stockholm is an hour ahead of London."""
    received = letters[NoticeKind.RECEIVED]
    notice = replace(received.notice, to="nora")
    text = write(received.model_copy(update={"notice": notice, "client": "lindqvist"})).text

    assert "Times are Europe/Stockholm." in text
    assert "is to take it by 13:05." in text


def test_the_customer_is_asked_whether_it_is_solved(letters: Told) -> None:
    """What was done, until when to answer, and what happens without an answer."""
    text = write(letters[NoticeKind.SOLVED]).text

    assert text.startswith("We think your ticket is solved: is it?\n")
    assert "Done: the words" in text
    assert re.search(r"by \w+ 25 Nov \d\d:\d\d\.", text)
    assert "it closes, if we have no answer from you" in text


def test_what_waits_says_when_its_clock_starts_and_who_gets_it_then(letters: Told) -> None:
    text = write(letters[NoticeKind.WAITS]).text

    assert "our clock starts Tue 24 Nov 09:00" in text
    assert "Ana Ruiz (first level) gets it then" in text


def test_a_no_of_managements_is_no_solution(letters: Told) -> None:
    """What was decided, why, and until when they can say that they do not agree."""
    written = write(letters[NoticeKind.DECLINED])

    assert written.subject == "Not to be done: CRITICAL, harbor 42: Nobody can log in"
    assert written.text.startswith("Northwind has decided that this will not be done.\n")
    assert "WHY\n  Management's no: the words\n" in written.text
    assert re.search(r"on the page by \w+ 25 Nov \d\d:\d\d whether you accept it\.", written.text)
    assert "choose “I don't agree”: your ticket is opened again." in written.text
    assert "\nStatus: declined\n" in written.text
    assert "solved" not in written.text


def test_what_was_declined_closes_as_decided_and_not_as_done(letters: Told) -> None:
    """When nobody has answered."""
    story = declined("Nobody can log in", "the words")
    story.told.clear()
    story.passes(days=3)
    (closed,) = [notice for notice in story.told if notice.kind is NoticeKind.CLOSED]
    no, done = write(letter(story.ticket, closed)).text, write(letters[NoticeKind.CLOSED]).text

    assert "If you do not agree after all, open it again in the helpdesk, or answer this mail.\n" in no
    assert "WHAT WAS DECIDED\n  Management's no: the words\n" in no
    assert "If it is not solved after all, open it again in the helpdesk, or answer this mail.\n" in done
    assert "WHAT WAS DONE\n  Done: the words\n" in done


@pytest.mark.parametrize(
    ("outcome", "text", "subject", "first", "todo"),
    [
        ("approved", "approved. Kim", "Approved", "Approved: what was asked", "within what was decided."),
        (
            "approved",
            "approved on condition. Kim",
            "ON CONDITION",
            "Approved on condition: what was asked",
            "on these conditions only.",
        ),
        ("denied", "denied. Kim", "Denied", "Denied: what was asked", "go on without it."),
        ("undecided", "undecided", "Undecided", "Undecided: nobody", "so it may not be done."),
        ("withdrawn", "withdrawn", "Withdrawn", "Withdrawn: what was", "go on without it."),
        ("acted", "done", "Already done", "Already done: something", "whether somebody objects."),
        ("asked", "nothing", "Open again", "Open again: what was decided", "do not go on with it"),
    ],
)
def test_who_has_the_ticket_reads_what_was_decided_and_whether_it_may_be_done(
    letters: Told, outcome: str, text: str, subject: str, first: str, todo: str
) -> None:
    """Who asked has handed it on meanwhile."""
    told = letters[NoticeKind.RULED]
    notice = replace(told.notice, why=ruling(f"failover (2 hours down): {text}"))
    update = {"notice": notice, "outcome": outcome, "on_condition": "on condition" in text}
    written = write(told.model_copy(update=update))

    what = "approved: " if subject == "ON CONDITION" else ""
    assert written.subject == f"{subject}: CRITICAL, harbor 42: {what}Nobody can log in"
    assert written.text.startswith(first)
    assert "\nYou have the ticket: " in written.text
    assert todo in written.text
    assert f"  failover (2 hours down): {text}\n" in written.text
    says_the_same_twice(written)


def test_every_kind_was_written(letters: Told) -> None:
    """The life above leaves no kind out, and each goes to those it is meant for."""
    assert set(letters) == set(WRITTEN)
    assert {kind for kind in WRITTEN if write(letters[kind]).audience == "staff"} == set(STAFF)
