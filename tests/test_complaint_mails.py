"""The mails about complaints and relationship reviews as people read them: every kind, to each side."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, Self, TypeVar

import pytest
from bs4 import BeautifulSoup
from temporalio.testing import ActivityEnvironment

from activities.letters import SUBJECT, Writer, WrittenLetter
from activities.mail import Mail
from procedure.book.procedure import Procedure
from procedure.complaint import remarks as sayings
from procedure.complaint.review import Counted, Review
from procedure.complaint.state import CUSTOMERS, Complaint, ComplaintNotice
from procedure.path import assignment as assignments
from procedure.path.assignment import AssignmentNotice
from procedure.record import Notice
from runtime.links import Address, Links
from runtime.settings import Settings
from tests.climbing import Climber
from tests.letters import (
    INSTANT,
    LINK,
    is_well_made,
    says_the_same_twice,
    shown,
    shows_pace_and_drill,
)
from tests.northwind import northwind
from tests.procedure.complaint.complaining import (
    Complaining,
    Reviewing,
    adds_up,
    complains,
    counted,
)
from tests.procedure.ticket.lives import life
from tests.tables import every
from tests.workflows.house import Postbox, smtp_server
from workflows.letters import letter

HOSTILE = '<script>alert("now")</script>\r\nBcc: all@harbor.example\n<b>'
LINKS = Links(["0" * 32], "http://rung.test")
WRITER = Writer(LINKS)

Climbing = TypeVar("Climbing", Complaint, Review)

ABOUT_42: dict[str, Any] = {
    "number": "c-4k7wz2xp",
    "ticket": "ticket-harbor-desk-42",
    "ticket_number": "42",
    "ticket_title": "Nobody can log in",
}
NOT_HAPPY = (
    "\nNot happy with how this is handled? On the page you can tell somebody outside the technical team.\n"
)


@dataclass(frozen=True)
class Letter:
    """What somebody is told, with the complaint, or the review, as it stood then."""

    notice: Notice[ComplaintNotice]
    stands: Complaint | Review
    book: Procedure
    now: datetime

    @property
    def name(self) -> str:
        kind = "complaint" if isinstance(self.stands, Complaint) else "review"
        return f"{kind} {self.notice.kind}"

    @property
    def id(self) -> str:
        return self.stands.id

    def changed(self, **changes: Any) -> Letter:
        """The same letter, with what it is about a little different."""
        return replace(self, stands=replace(self.stands, **changes))

    def written(self) -> WrittenLetter:
        if isinstance(self.stands, Complaint):
            return WRITER.write_complaint(self.notice, self.stands, self.book, self.now)
        return WRITER.write_assignment(self.notice, self.stands, self.book, self.now)


@dataclass
class Lettered(Climber[Climbing]):
    """What climbs, as time passes; ``letters`` is what everybody was told, in order."""

    letters: list[Letter] = field(default_factory=list)

    def settle(self) -> Self:
        before = len(self.told)
        super().settle()
        self.letters += self.letters_of(self.told[before:])
        return self

    def letters_of(self, notices: list[Notice[ComplaintNotice]]) -> list[Letter]:
        """As the workflow hands them on: without the record."""
        stands = replace(self.stands, record=())
        return [
            Letter(notice, stands, self.book, self.now)
            for notice in notices
            if notice.kind != ComplaintNotice.TICKET
        ]

    def mail(self, kind: ComplaintNotice | AssignmentNotice, to: str) -> WrittenLetter:
        """What somebody was told last, of a kind."""
        return [one for one in self.letters if (one.notice.kind, one.notice.to) == (kind, to)][-1].written()


@dataclass
class Story(Lettered[Complaint], Complaining):
    """One complaint."""

    def answer(self, by: str, words: str, promise: str = "", promised_by: datetime | None = None) -> None:
        visit, now = self.stands.path.levels.visit, self.now
        self.becomes(
            sayings.answer(self.stands, by, visit, words, now, promise=promise, promised_by=promised_by)
        )

    def settled(self, settled: bool, words: str = "") -> None:
        self.becomes(sayings.settle(self.stands, self.stands.by, settled, words, self.now))

    def add(self, words: str, *about: str) -> None:
        self.becomes(sayings.add(self.stands, self.stands.by, words, self.now, about=about))

    def verified(self, by: str, kept: bool, words: str = "") -> None:
        self.becomes(sayings.verify(self.stands, by, 1, kept, words, self.now))


@dataclass
class Talks(Lettered[Review], Reviewing):
    """One review."""


def story(**known: Any) -> Story:
    """A complaint of Kim's about ticket 42 of Harbor's, on a Monday at ten."""
    begun = complains(**ABOUT_42 | {"words": "nobody asked us", "settle": "a call before"} | known)
    told = Story(begun.stands, begun.book, begun.now, begun.involved, told=begun.told)
    told.letters += told.letters_of(begun.told)
    return told


def review(*what: Counted, **known: Any) -> Talks:
    begun = adds_up(*what, **known)
    told = Talks(begun.stands, begun.book, begun.now, told=begun.told)
    told.letters += told.letters_of(begun.told)
    return told


def promised(words: str = "the words") -> Story:
    """Settled by Max, with a promise for the day after tomorrow."""
    told = story(words=words, settle=f"Settle: {words}")
    told.answer("max", f"Answer: {words}", f"Promise: {words}", told.now + timedelta(days=2))
    told.settled(True, f"Yes: {words}")
    return told


def everything(title: str = "Nobody can log in", words: str = "the words", who: str = "Kim") -> list[Letter]:
    """Lives in which everybody is told everything; ``words`` is in all that people write."""
    silent = story(words=words, settle=f"Settle: {words}", ticket_title=title)
    silent.takes("max")
    silent.add(f"Added: {words}")
    silent.passes(days=1)
    silent.answer("vera", f"Answer: {words}", f"Promise: {words}", silent.now + timedelta(days=4))
    silent.passes(days=1)
    silent.bounces(silent.letters[-1].notice)
    silent.passes(days=14)
    kept = promised(words)
    kept.passes(days=2)
    kept.verified("kim", True, f"Kept: {words}")
    called = story(
        words=words, settle=words, ticket_title=title, by="caller", caller=who, reach=f"Call {who}"
    )
    called.answer("max", f"Answer: {words}", f"Promise: {words}", called.now + timedelta(days=1))
    called.passes(days=1)
    held = review()
    held.passes(days=1)
    held.leads("otto")
    held.hears(counted(4))
    held.passes(days=2, hours=6)
    held.becomes(assignments.conclude(held.stands, "otto", 0, f"Agreed: {words}", held.now))
    return [*silent.letters, *kept.letters, *called.letters, *held.letters]


def by_kind(letters: list[Letter]) -> dict[str, Letter]:
    """The first of each kind."""
    found: dict[str, Letter] = {}
    for one in letters:
        found.setdefault(one.name, one)
    return found


LETTERS = by_kind(everything())
HOSTILE_LETTERS = by_kind(everything(title=HOSTILE, words=HOSTILE, who=HOSTILE))
KINDS = [f"complaint {kind}" for kind in ComplaintNotice if kind is not ComplaintNotice.TICKET]
REVIEWS = [f"review {kind}" for kind in AssignmentNotice]

ALL = every("which", [*KINDS, *REVIEWS])
TO_CUSTOMERS = every("which", [f"complaint {kind}" for kind in CUSTOMERS])


# All of them ------------------------------------------------------------------------------


def test_every_kind_was_written() -> None:
    """What only the ticket is told is no mail."""
    assert set(LETTERS) == {*KINDS, *REVIEWS}


def test_text_and_html_say_the_same() -> None:
    """Word for word, but for the link itself: in every letter of every life."""
    for one in everything():
        says_the_same_twice(one.written())


@ALL
def test_every_mail_is_well_made_with_one_link(which: str) -> None:
    """Neutral, alone on its line, the same in both, for this reader; staff's for the visit it is about."""
    told = LETTERS[which]
    written = told.written()
    anchor, what = is_well_made(written), which.split()[0]
    link = str(anchor["href"])

    called = Review.WORDING.called if what == "review" else what
    assert anchor.get_text() == f"Open the page of this {called}"
    visit = 0 if written.audience == "customer" else told.notice.visit
    purpose: Any = what
    assert LINKS.read(purpose, link.rsplit("/", 1)[1]) == Address(purpose, told.id, told.notice.to, visit)


@ALL
def test_what_it_is_about_stands_in_every_mail(which: str) -> None:
    """Times of the place, and no instants."""
    text = LETTERS[which].written().text

    about = (
        "\nRelationship review, Harbor Trading\nBegun " if which in REVIEWS else "\nComplaint c-4k7wz2xp, "
    )
    assert about in text
    assert text.count("Times are Europe/London.") == 1
    assert not INSTANT.search(text)


def test_the_ticket_it_is_about_is_named_where_there_is_one() -> None:
    about = "\nComplaint c-4k7wz2xp, Harbor Trading\nAbout ticket 42: Nobody can log in\n"
    without = story(ticket="", ticket_number="", ticket_title="")

    assert about in story().mail(ComplaintNotice.RECEIVED, "kim").text
    assert "\nAbout" not in without.mail(ComplaintNotice.RECEIVED, "kim").text
    assert "your ticket" not in without.mail(ComplaintNotice.RECEIVED, "kim").text


@ALL
def test_pace_and_drill_are_shown(which: str) -> None:
    """In every mail of such a complaint, and in no other."""
    told = LETTERS[which]
    plain = told.written()
    written = told.changed(drill=True, terms=replace(told.stands.terms, pace=60.0)).written()

    shows_pace_and_drill(plain, written)
    assert written.subject.startswith("DRILL: ")
    assert "harbor" in written.subject[:40]


@ALL
def test_what_is_hostile_is_only_text(which: str) -> None:
    """Words, a caller's name or a title can't put anything into the HTML."""
    told = HOSTILE_LETTERS[which].written()

    page = BeautifulSoup(told.html, "html.parser")
    assert page.find_all(["script", "b"]) == []
    assert ("&lt;script&gt;" in told.html) == ('<script>alert("now")</script>' in told.text)


def test_what_people_write_can_look_like_nothing_of_ours() -> None:
    """Every line of theirs is set in, or follows words of ours; in every letter of every life."""
    for one in everything(title=HOSTILE, words=HOSTILE, who=HOSTILE):
        for line in one.written().text.splitlines():
            assert not line.startswith(("Bcc", "<b>", "<script>")), one.name


def test_no_subject_says_a_word_of_it() -> None:
    """Nor the kind, nor who complains, nor which ticket; and it is one line of a mail."""
    for one in everything(title=HOSTILE, words="secret", who="Pat"):
        subject = one.written().subject
        for told in ("secret", "changed", "conduct", "Kim", "Pat", "script", "42"):
            assert told not in subject, subject
        assert ": harbor" in subject[:33], "whose it is, in a drill too, within 40"
        assert len(subject) < SUBJECT, "whole, and not cut"


def test_what_somebody_else_has_by_now_is_only_for_information() -> None:
    """The mail was slower than a colleague: its subject asks for nothing, nor does its first line."""
    told = story()
    (given,) = (one for one in told.letters if one.notice.kind == ComplaintNotice.GIVEN)
    told.becomes(sayings.withdraw(told.stands, told.stands.by, "", told.now))
    late = replace(given, stands=told.stands).written()
    assert late.subject == "For information: harbor c-4k7wz2xp: a complaint"
    assert late.text.startswith("Nothing for you to do.")


@TO_CUSTOMERS
def test_a_customer_reads_nothing_of_how_it_works_inside(which: str) -> None:
    """Not who may not hear it, nor what to do with it, nor commands; and of themselves as of themselves."""
    written = LETTERS[which].written()

    assert written.audience == "customer"
    for text in (written.text, shown(written.html)):
        for internal in ("barred", "visit", "starter.py", "procedure", "Keep it to yourself", "Kim Harlow"):
            assert internal not in text, internal


@ALL
def test_everything_else_is_for_those_who_hear_it(which: str) -> None:
    told = LETTERS[which]

    to_customer = told.notice.kind in CUSTOMERS and which not in REVIEWS
    assert told.written().audience == ("customer" if to_customer else "staff")


# The customer -----------------------------------------------------------------------------


def test_who_has_complained_without_a_word_is_asked_for_words() -> None:
    """In the first mail about it, and nowhere else."""
    asks = "We don't know yet what happened: please write it on the page, in your own words.\n"
    assert asks in story(wordless=True).mail(ComplaintNotice.RECEIVED, "kim").text
    assert asks not in story().mail(ComplaintNotice.RECEIVED, "kim").text


def test_the_customer_reads_at_once_who_has_it_and_what_comes_next() -> None:
    """By when, what if not, who reads it, and what to do if it was not them."""
    written = story(involved=("bo",)).mail(ComplaintNotice.RECEIVED, "kim")

    assert written.subject == "We have it: harbor c-4k7wz2xp: your complaint"
    assert written.text.startswith(
        "We have your complaint. "
        "Max Berger (account manager) is to take it by 14:00, and to answer by Tue 24 Nov 10:00.\n"
    )
    for fact in (
        "\nIf it was not you who raised it, say so there.\n",
        "YOUR COMPLAINT\n  nobody asked us\n",
        "WHAT WOULD SETTLE IT\n  a call before\n",
        "None of the people who worked on your ticket reads this.",
        "Kind: changed without asking\n",
        "IF NOBODY ACTS\n- Mon 23 Nov 14:00: it goes to Vera Hall (customer success)\n",
    ):
        assert fact in written.text


def test_whom_it_is_about_does_not_read_it_and_the_customer_knows() -> None:
    written = story(about=("max",)).mail(ComplaintNotice.RECEIVED, "kim")

    assert "Vera Hall (customer success) is to take it by 12:00" in written.text
    assert "You said that it is about Max Berger: it is kept from them." in written.text


def test_when_nobody_else_is_left_nobody_is_said_to_be_kept_from_it() -> None:
    """The last resort hears it, though it is about them."""
    told = story(about=("max", "vera", "una", "otto", "ida", "tom", "gil", "sam", "lea"))
    text = told.mail(ComplaintNotice.RECEIVED, "kim").text

    assert "Ida Northcott (last resort) is to take it by" in text
    assert "None of the people who worked on your ticket" not in text
    assert "Ida Northcott" not in text.partition("You said that it is about")[2].partition("it is kept")[0]


NOBODY_ELSE = "Nobody else is left who could hear it: it is with Ida Northcott, whom it is about."
EVERYBODY = ("max", "vera", "una", "otto", "ida", "tom", "gil", "sam", "lea")


def test_when_nobody_else_is_left_the_customer_is_told_so_at_once() -> None:
    """In the first mail, and in the one that answers whom it is about; and no other name is asked for."""
    told = story(about=EVERYBODY)
    text = told.mail(ComplaintNotice.RECEIVED, "kim").text
    assert f"\n{NOBODY_ELSE}\nOn the page you see where it stands at any time. " in text
    assert "There you can also add something, or take it back." in text

    told = story()
    assert NOBODY_ELSE not in told.mail(ComplaintNotice.RECEIVED, "kim").text
    told.add("it is about all of you", *EVERYBODY)
    text = told.mail(ComplaintNotice.NOW_WITH, "kim").text
    assert NOBODY_ELSE in text
    assert "say whom it is about" not in text
    assert "Nobody else is left" not in told.mail(ComplaintNotice.GIVEN, "ida").text
    told.settled(True)
    (late,) = [one for one in told.letters if one.notice.kind == ComplaintNotice.NOW_WITH]
    assert NOBODY_ELSE not in told.letters_of([late.notice])[0].written().text


def test_who_hears_it_though_they_worked_on_the_ticket_is_not_said_to_be_whom_it_is_about() -> None:
    """Only the customer says whom it is about."""
    text = story(involved=EVERYBODY).mail(ComplaintNotice.RECEIVED, "kim").text

    assert "Ida Northcott (last resort) is to take it by" in text
    assert "whom it is about." not in text


def test_the_customer_reads_who_has_it_now_and_why() -> None:
    told = story()
    told.passes(hours=4)

    written = told.mail(ComplaintNotice.NOW_WITH, "kim")
    assert written.text.startswith(
        "Who has your complaint now: Vera Hall (customer success) is to take it by"
    )
    assert "\nWhy: Max Berger has not taken it in time.\n" in written.text


def test_an_answer_is_quoted_and_the_customer_is_asked_whether_it_settles_it() -> None:
    """Until when, what yes and not yet do, and what no word does."""
    told = story()
    told.answer("max", "we are sorry\nreally", "a call each time", told.now + timedelta(days=2))
    written = told.mail(ComplaintNotice.ANSWERED, "kim")

    assert written.text.startswith(
        "Max Berger (account manager) has answered your complaint: does that settle it? "
        "Please say so by Thu 26 Nov 10:00.\n"
    )
    for fact in (
        "Yes: it is closed, once what was promised has come to its time.\n",
        "Not yet: it goes to customer success, with all that was said.\n",
        "Without a word from you we only ask whether the promise was kept after Thu 26 Nov 10:00.\n",
        "THE ANSWER OF MAX BERGER\n  we are sorry\n  really\n",
        "WHAT WAS PROMISED\n- a call each time (promised by Max Berger, for Wed 25 Nov 10:00: not due yet)\n",
        "- Thu 26 Nov 10:00: only what was promised is waited for, if you say nothing\n",
    ):
        assert fact in written.text


def test_what_was_promised_and_is_asked_for_already_is_not_said_to_be_asked_later() -> None:
    """Then the customer's word is waited for, and what follows without it is said."""
    told = story()
    told.answer("max", "we are sorry", "a call each time", told.now + timedelta(hours=3))
    told.passes(days=2)
    written = told.mail(ComplaintNotice.REMINDED, "kim")

    for fact in (
        "Yes: it is closed, once you have said whether the promise was kept.\n",
        "Without a word from you we only wait, after Thu 26 Nov 10:00, for whether the promise was kept, "
        "until Thu 26 Nov 13:00; without that, too, it is closed. You can open it again.\n",
    ):
        assert fact in written.text
    assert "we only ask whether the promise was kept" not in written.text


def test_without_a_word_it_is_closed_where_both_times_end_together() -> None:
    """Answered and due on the same week-end: both times begin on Monday."""
    told = story()
    told.passes(days=5)
    told.answer("ida", "we are sorry", "a call", told.now + timedelta(hours=3))
    told.passes(days=4)
    text = told.mail(ComplaintNotice.REMINDED, "kim").text

    assert "Without a word from you it is closed as unanswered after" in text
    assert "you can open it again." in text


def test_from_the_highest_level_it_comes_back_there() -> None:
    told = story()
    for holder in ("max", "vera", "otto"):
        told.answer(holder, f"we are sorry, says {holder}")
        text = told.mail(ComplaintNotice.ANSWERED, "kim").text
        told.settled(False, "that is no answer")

    assert "Not yet: it goes to leadership, with all that was said." in text
    assert "says max" in text
    assert told.mail(ComplaintNotice.GIVEN, "otto").text.startswith("Please take this complaint of Harbor")
    assert "\nWhy: You said that it is not settled yet.\n" in told.mail(ComplaintNotice.NOW_WITH, "kim").text


def test_a_reminder_says_that_it_is_one() -> None:
    told = story()
    told.answer("max", "we are sorry")
    told.passes(days=2)
    written = told.mail(ComplaintNotice.REMINDED, "kim")

    assert written.subject == "Please answer: harbor c-4k7wz2xp: does our answer settle it?"
    assert written.text.startswith("Reminder: Max Berger (account manager) has answered your complaint:")
    assert "Yes: it is closed.\n" in written.text


def test_an_answer_that_comes_late_asks_nothing() -> None:
    """The customer has said on the page that it is not settled."""
    told = story()
    told.answer("max", "we are sorry", "a call each time", told.now + timedelta(days=2))
    (late,) = [one.notice for one in told.letters if one.notice.kind == ComplaintNotice.ANSWERED]
    told.settled(False)
    (written,) = [one.written() for one in told.letters_of([late])]

    assert written.text.startswith(
        "Max Berger has answered your complaint. Vera Hall (customer success) is to"
    )
    assert "not yet" not in written.text.partition("THE ANSWER")[0]


def test_both_sides_are_asked_whether_a_promise_was_kept() -> None:
    told = promised()
    told.passes(days=2)
    kim, max_ = (
        told.mail(ComplaintNotice.PROMISE, "kim").text,
        told.mail(ComplaintNotice.PROMISE_DUE, "max").text,
    )

    assert kim.startswith("Did Max Berger keep what they promised you for 10:00? Please say so by Mon 30 Nov")
    assert "\nKept: your complaint is closed.\n" in kim
    assert "\nNot kept: your complaint goes to customer success, with all that was said.\n" in kim
    assert "- Promise: the words (promised by Max Berger, for 10:00: was it kept? Please" in kim
    assert max_.startswith("Did you keep what you promised for 10:00? Please say so.\n")
    assert "Kim Harlow is asked, too, and has the last word." in max_
    assert "WHAT YOU PROMISED\n  Promise: the words\n" in max_


def test_of_two_promises_with_the_same_words_the_one_is_asked_for_that_is_due() -> None:
    told = story()
    told.answer("max", "we are sorry", "a call each time", told.now + timedelta(days=1))
    told.settled(False)
    told.answer("vera", "we are sorry", "a call each time", told.now + timedelta(days=4))
    told.passes(days=1)

    assert told.mail(ComplaintNotice.PROMISE, "kim").text.startswith("Did Max Berger keep what they promised")
    assert told.mail(ComplaintNotice.PROMISE_DUE, "max").text.startswith("Did you keep what you promised for")


def test_what_was_said_already_is_not_asked_for_again() -> None:
    told = promised()
    told.passes(days=2)
    asked = [one.notice for one in told.letters[-2:]]
    told.verified("kim", False)

    for late in told.letters_of(asked):
        assert late.written().text.startswith("Nothing for you to do: what ")


def test_a_closed_complaint_says_why_and_how_it_is_opened_again() -> None:
    silent, settled = story(), promised()
    silent.answer("max", "we are sorry")
    for told, why in ((silent, "we had no answer from you"), (settled, "you said that it is settled")):
        told.passes(days=14)
        written = told.mail(ComplaintNotice.CLOSED, "kim")
        assert written.text.startswith(f"Your complaint is closed: {why}.\n")
        assert "open it again on the page: it goes to customer success" in written.text


def test_what_comes_late_says_how_it_stands_now() -> None:
    """It was opened again, and taken back, before the mail server took the mail."""
    told = story()
    told.answer("max", "we are sorry")
    told.passes(days=14)
    (closed,) = [one.notice for one in told.letters if one.notice.kind == ComplaintNotice.CLOSED]
    told.reopens()
    (opened,) = told.letters_of([closed])
    told.withdraws()
    (taken_back,) = told.letters_of([closed])

    assert opened.written().text.startswith(
        "Your complaint is open again. Vera Hall (customer success) is to"
    )
    assert taken_back.written().text.startswith("Your complaint is closed: you took it back.\n")


def test_the_customer_hears_that_somebody_else_has_taken_it() -> None:
    told = story()
    told.passes(hours=6)
    told.takes("vera")
    text = told.mail(ComplaintNotice.NOW_WITH, "kim").text

    assert text.startswith(
        "Who has your complaint now: Vera Hall (customer success) has it, and is to answer by"
    )
    assert "Why" not in text


def test_customers_read_times_of_their_own_place() -> None:
    """Stockholm is an hour ahead of London, where Northwind is."""
    told = story(client="lindqvist", by="nora")

    assert "Times are Europe/Stockholm." in told.mail(ComplaintNotice.RECEIVED, "nora").text
    assert "is to take it by 15:00" in told.mail(ComplaintNotice.RECEIVED, "nora").text
    assert "take this complaint of Lindqvist & Partners by 14:00" in (
        told.mail(ComplaintNotice.GIVEN, "una").text
    )


# Those who hear it ------------------------------------------------------------------------


def test_who_is_given_a_complaint_reads_all_there_is_to_know() -> None:
    """By when, who complains of what, what would settle it, what lower levels have said, what comes next."""
    told = story(about=("una",), taken_by="max")
    told.answer("max", "we are sorry", "a call each time", told.now + timedelta(days=2))
    told.settled(False, "that is\nno answer")
    written = told.mail(ComplaintNotice.GIVEN, "vera")

    assert written.subject == "Please answer: harbor c-4k7wz2xp: a complaint"
    assert written.text.startswith(
        "Please take this complaint of Harbor Trading by 12:00, and answer it by Tue 24 Nov 09:30.\n"
    )
    for fact in (
        "On the page, say “I have it”. Then answer in words: say what will be done, and by when.",
        "THE COMPLAINT\n  nobody asked us\n",
        "WHAT WOULD SETTLE IT\n  a call before\n",
        "- 10:00, Max Berger answered: we are sorry\n",
        "- 10:00, Kim Harlow said that it is not settled yet: that is\n  no answer\n",
        "- a call each time (promised by Max Berger, for Wed 25 Nov 10:00: not due yet)\n",
        "From: Kim Harlow, Harbor Trading\nTaken by: Max Berger\nKind: changed without asking\n",
        "It is about: Una Doyle\n",
        "IF NOBODY ACTS\n- Mon 23 Nov 12:00: it goes to Otto Northwind (leadership)\n",
    ):
        assert fact in written.text


def test_who_is_no_contact_is_to_be_called() -> None:
    told = story(by="caller", caller="Pat\nDoe", reach="extension 12")

    assert {one.notice.to for one in told.letters} == {"max"}, "nobody else has an address"
    text = told.mail(ComplaintNotice.GIVEN, "max").text
    assert "No mail of ours reaches Pat Doe: tell them your answer yourself (extension 12)." in text
    assert "\nTo be reached at: extension 12\n" in text


def test_who_has_it_is_reminded_of_the_answer() -> None:
    told = story()
    told.takes("max")
    told.passes(hours=7)
    written = told.mail(ComplaintNotice.WARNING, "max")

    assert written.text.startswith(
        "Reminder: please answer this complaint of Harbor Trading by Tue 24 Nov 10:00."
    )
    assert "I have it" not in written.text
    assert "THE COMPLAINT\n  nobody asked us\n" in written.text


def test_a_complaint_that_comes_too_late_says_so_and_not_a_word_more() -> None:
    told = story()
    given = [one.notice for one in told.letters if one.notice.kind == ComplaintNotice.GIVEN]
    told.passes(hours=4)
    (late,) = (one.written().text for one in told.letters_of(given))

    assert late.startswith("Nothing for you to do. Vera Hall (customer success) is to take it by")
    assert "nobody asked us" not in late


def test_who_has_lost_it_reads_why_and_not_a_word_of_it() -> None:
    told = story()
    told.passes(hours=4)
    written = told.mail(ComplaintNotice.MOVED_ON, "max")

    assert written.text.startswith(
        "The complaint of Harbor Trading has gone on to Vera Hall (customer success): "
        "Max Berger has not taken it in time.\n\nNothing more for you to do.\n"
    )
    assert "nobody asked us" not in written.text
    assert "changed without asking" not in written.text


def test_who_stands_beside_the_next_may_still_take_it() -> None:
    told = story()
    told.passes(hours=6)
    written = told.mail(ComplaintNotice.MOVED_ON, "vera")

    assert written.text.startswith(
        "The complaint of Harbor Trading is put to Una Doyle (customer success), too:"
    )
    assert "Until somebody takes it you still can" in written.text
    too_late = story()
    too_late.passes(hours=6)
    too_late.takes("una")
    gone_on = [one.notice for one in told.letters if one.notice.kind == ComplaintNotice.MOVED_ON][-1:]
    told.takes("vera")
    (late,) = told.letters_of(gone_on)
    assert late.written().text.startswith(
        "The complaint of Harbor Trading is with you: please answer it by Tue 24 Nov 13:30.\n"
    )
    (taken,) = too_late.letters_of(gone_on)
    assert taken.written().text.startswith("The complaint of Harbor Trading has gone on to Una Doyle")
    assert "Nothing more for you to do." in taken.written().text


def test_who_has_it_hears_what_is_added() -> None:
    told = story()
    told.takes("max")
    told.add("it has happened\nagain")
    text = told.mail(ComplaintNotice.CUSTOMER_SAYS, "max").text

    assert text.startswith("Kim Harlow added something, about a complaint of Harbor Trading.\n")
    assert "You have it: please answer by Tue 24 Nov 10:00, on the page." in text
    assert "WHAT WAS SAID\n  it has happened\n  again\n" in text


def test_who_has_promised_hears_that_it_was_kept_and_who_has_it_now_that_it_was_not() -> None:
    kept, broken = promised(), story()
    kept.passes(days=2)
    kept.verified("kim", True)
    broken.answer("max", "we are sorry", "a call each time", broken.now + timedelta(days=1))
    broken.settled(False)
    broken.takes("vera")
    broken.verified("max", False, "I had no time")

    assert kept.mail(ComplaintNotice.CUSTOMER_SAYS, "max").text.startswith(
        "Kim Harlow said that a promise was kept, about a complaint of Harbor Trading.\n\nNothing"
    )
    text = broken.mail(ComplaintNotice.CUSTOMER_SAYS, "vera").text
    assert text.startswith(
        "Max Berger said that a promise was not kept, about a complaint of Harbor Trading.\n"
    )
    assert "a call each time (promised by Max Berger, for Tue 24 Nov 10:00: not kept)" in text


def test_a_customer_who_is_not_reached_is_to_be_called() -> None:
    told = story()
    told.bounces(next(one.notice for one in told.letters if one.notice.to == "kim"))
    text = told.mail(ComplaintNotice.UNREACHED, "max").text

    assert text.startswith("Please call Kim Harlow of Harbor Trading: mail about their complaint does not")


@pytest.mark.parametrize("settled", [True, False])
def test_who_has_it_hears_that_it_is_over(settled: bool) -> None:
    told = story()
    told.answer("max", "we are sorry")
    if settled:
        told.settled(True, "thank you")
    else:
        told.withdraws()
    text = told.mail(ComplaintNotice.OVER, "max").text

    says = "says that the complaint is settled" if settled else "took the complaint back"
    assert text.startswith(f"Kim Harlow of Harbor Trading {says}.\n\nNothing more for you to do.\n")
    assert ("Kim Harlow said that it is settled: thank you\n" in text) == settled


def test_what_is_settled_stays_open_for_its_promise() -> None:
    text = promised().mail(ComplaintNotice.OVER, "max").text

    assert "It stays open until what was promised is asked for, at the latest Wed 25 Nov 10:00." in text


def test_whom_it_is_about_reads_nothing_of_it() -> None:
    """Not even in a mail that was on its way before that was known."""
    for one in everything(words="secret"):
        if isinstance(one.stands, Complaint) and one.written().audience == "staff":
            about_them = one.changed(barred=(one.notice.to,)).written()
            for words in ("Settle: secret", "Answer: secret", "Added: secret", "  secret", "changed without"):
                assert words not in about_them.text, one.name


# Reviews ----------------------------------------------------------------------------------


def test_who_is_to_lead_a_review_reads_which_complaints_and_by_when() -> None:
    written = review().mail(AssignmentNotice.GIVEN, "vera")
    text = written.text

    assert written.subject == "Please lead: harbor: a relationship review"
    assert text.startswith(
        "Please lead the relationship review with Harbor Trading: say that you do by Tue 24 Nov 10:00, "
        "and hold it by Mon 30 Nov 10:00.\n"
    )
    assert (
        review().mail(AssignmentNotice.GIVEN, "vera").subject == "Please lead: harbor: a relationship review"
    )
    for fact in (
        "3 complaints of theirs have added up. Speak with them",
        "On the page, say “I lead it”.",
        "THE COMPLAINTS\n- 1: conduct, since 10:00\n- 2: conduct, since 10:00\n- 3: conduct, since 10:00\n",
        "With: Vera Hall (customer success), not taken yet\nTo be held by: Mon 30 Nov 10:00\n",
        "IF NOBODY ACTS\n- Tue 24 Nov 10:00: it goes to Otto Northwind (leadership)\n",
    ):
        assert fact in text


def test_who_leads_a_review_is_reminded_and_hears_of_one_more_complaint() -> None:
    told = review()
    told.leads("vera")
    told.hears(counted(4))
    told.passes(days=4)

    another, reminder = (
        told.mail(AssignmentNotice.NEWS, "vera").text,
        told.mail(AssignmentNotice.WARNING, "vera").text,
    )
    assert another.startswith("One more complaint of Harbor Trading belongs to the review: 4.\n")
    assert "- 4: conduct, since" in another
    assert reminder.startswith("Reminder: please hold the relationship review with Harbor Trading by ")
    assert "I lead it" not in reminder


def test_who_has_not_taken_the_lead_reads_that_it_has_gone_on() -> None:
    told = review()
    told.passes(days=1)
    text = told.mail(AssignmentNotice.MOVED_ON, "vera").text

    assert text.startswith(
        "The relationship review with Harbor Trading has gone on to Otto Northwind (leadership): "
        "your time for it is over.\n\nNothing more for you to do.\n"
    )
    assert "conduct" not in text


def test_what_was_agreed_is_read_by_whoever_was_asked_to_lead_it() -> None:
    told = review()
    told.passes(days=1)
    told.holds("otto")
    told.becomes(told.stands)
    text = told.mail(AssignmentNotice.CONCLUDED, "vera").text

    assert text.startswith("Otto Northwind has held the relationship review with Harbor Trading.\n")
    assert f"WHAT WAS AGREED\n  {told.stands.conclusion}\n" in text


def test_whom_a_complaint_is_about_reads_nothing_of_the_review() -> None:
    told = review()
    told.hears(counted(4, "vera"))
    given = [one.notice for one in told.letters if one.notice.to == "vera"]

    for late in told.letters_of(given):
        assert "conduct" not in late.written().text


# In the mails of tickets ------------------------------------------------------------------


def tickets(book: Procedure) -> list[WrittenLetter]:
    """Everything that is told about a ticket from its opening to its end."""
    lived, said = life(book=book), []
    for time in ({}, {"hours": 2}, {"days": 3}):
        lived.passes(**time)
        said += [WRITER.write(letter(lived.ticket, notice), book, lived.now) for notice in lived.told]
        lived.told.clear()
    return said


def test_every_mail_to_a_tickets_customer_says_where_to_complain() -> None:
    """As its last line before the times; the link stays the one there is."""
    said = tickets(northwind())

    assert {one.audience for one in said} == {"customer", "staff"}
    for one in said:
        assert (NOT_HAPPY in one.text) == (one.audience == "customer")
        assert (NOT_HAPPY.strip() in shown(one.html)) == (one.audience == "customer")
        assert len(LINK.findall(one.text)) == 1
        assert one.audience == "staff" or f"{NOT_HAPPY}\nTimes are Europe/London.\n" in one.text


def test_without_a_path_for_complaints_no_mail_speaks_of_it() -> None:
    assert not any("Not happy" in one.text + one.html for one in tickets(northwind(complaints=None)))


# On their way -----------------------------------------------------------------------------


async def sent(*letters: Letter) -> list[EmailMessage]:
    """What arrives at a real mail server, as Temporal runs the activity but for the server."""
    postbox = Postbox()
    async with smtp_server(postbox) as port:
        mail = Mail(northwind, LINKS, Settings(smtp_port=port, mail_domain="rung.example"))
        environment = ActivityEnvironment()
        for one in letters:
            environment.info = replace(environment.info, scheduled_time=one.now)
            send: Any = mail.send_complaint if isinstance(one.stands, Complaint) else mail.send_assignment
            await environment.run(send, one.notice, one.stands)
    return [received.message for received in postbox.mails]


async def test_no_mail_is_in_the_thread_of_the_ticket() -> None:
    """Where the tiers read; and the customer's are not among those of who hears it."""
    staff, customer, leads = await sent(
        LETTERS["complaint given"], LETTERS["complaint received"], LETTERS["review given"]
    )

    assert staff["References"] == "<complaint-harbor-c-4k7wz2xp.staff@rung.example>"
    assert customer["References"] == "<complaint-harbor-c-4k7wz2xp.customer@rung.example>"
    assert leads["References"] == "<review-harbor.20261123T100000.staff@rung.example>"
    for message in (staff, customer, leads):
        assert "ticket" not in message["References"] + message["Message-ID"]


# What is left to do -------------------------------------------------------------------------


def test_who_has_promised_something_still_owes_it_when_it_has_gone_on() -> None:
    told = story()
    friday = told.now + timedelta(days=4)
    told.answer("max", "we are sorry", "a call before each restart", friday)
    told.add("and tell the others")
    assert "You can answer that, too, on the page." in told.mail(ComplaintNotice.CUSTOMER_SAYS, "max").text
    told.settled(False)
    text = told.mail(ComplaintNotice.MOVED_ON, "max").text
    assert "Nothing more for you to answer; but you still owe what you promised by" in text
    told.until(friday)
    told.verified("kim", kept=True)
    assert "you still owe" not in told.mail(ComplaintNotice.CUSTOMER_SAYS, "max").text


def test_the_last_resort_reads_that_nobody_comes_after_them() -> None:
    told = story()
    told.passes(days=9)
    assert told.on[0] == "last resort"
    text = told.mail(ComplaintNotice.GIVEN, told.on[1]).text
    assert "You are the person of last resort: nobody comes after you" in text
    assert "last resort: nobody" not in told.mail(ComplaintNotice.GIVEN, "max").text


def test_the_subject_says_whether_it_was_settled_or_taken_back() -> None:
    told = story()
    told.answer("max", "we are sorry")
    told.settled(True)
    assert told.mail(ComplaintNotice.OVER, "max").subject.endswith("a complaint is settled")
    told = story()
    told.becomes(sayings.withdraw(told.stands, told.stands.by, "", told.now))
    assert told.mail(ComplaintNotice.OVER, "max").subject.endswith("a complaint is taken back")
