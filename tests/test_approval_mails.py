"""The mails about approvals as people read them: every kind, to the MSP's own people and to contacts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Self

import pytest
from bs4 import BeautifulSoup
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.channels import Channels
from activities.letters import BARS, Writer, WrittenLetter
from activities.mail import Mail
from procedure.approval import state as rules
from procedure.approval.deciders import find, judge
from procedure.approval.state import ApprovalNotice, ruling
from procedure.book.procedure import Procedure
from procedure.book.proposal import Proposal
from procedure.record import Notice
from procedure.ticket.asking import approval_id, inquiry, subject
from runtime.links import Address, Links
from runtime.settings import Settings
from tests.letters import INSTANT, is_well_made, shown, shows_pace_and_drill
from tests.northwind import ON_CALL, PROCEDURE, northwind, on_call
from tests.procedure.approval.questions import Asking
from tests.procedure.ticket.lives import CRITICAL, HIGH, NOON, life
from tests.receivers import receivers
from tests.tables import every
from tests.workflows.house import Postbox, smtp_server
from workflows.letters import approval_letter
from workflows.messages.approval import ApprovalLetter

HOSTILE = '<script>alert("now")</script>\r\nBcc: all@harbor.example\n<b>'
CODE = re.compile(r"\b[A-Z2-9]{3}-[A-Z2-9]{3}\b")

LINKS = Links(["0" * 32], "http://rung.test")
WRITER = Writer(LINKS)
BOOK = northwind()

SWITCH = Proposal(
    action="failover",
    what="Over to the second server",
    why="The first one drops disks",
    downtime=timedelta(hours=2),
    begins=NOON + timedelta(hours=6),
    otherwise="It may stop at any time",
)
"""Engineering may decide it, with consent; risky, and so a yes needs the code."""
CONTROLLER = replace(SWITCH, action="replace hardware", what="A new controller", cost=1800)
FIRST = Proposal("put one client first", "Harbor before all others")

CONTACTS = ("kim", "raj", "nora")
ELSEWHERE = ("Cy Tanaka", "Gil Moreau", "Mia Keller", "Tom Adeyemi", "engineering", "management", "senior")
"""Who and what is behind the desk: no contact reads of it before it is decided."""


@dataclass
class Question(Asking):
    """One approval as time passes; ``letters`` is what everybody was told, in order."""

    letters: list[ApprovalLetter] = field(default_factory=list)

    def settle(self) -> Self:
        before = len(self.told)
        super().settle()
        self.letters += [approval_letter(self.approval, notice) for notice in self.told[before:]]
        return self

    def decides(self, by: str, yes: bool, reason: str = "", conditions: str = "") -> None:
        verdict = judge(self.book, rules.inquiry(self.approval, self.now), by)
        via = "link"
        self.becomes(
            rules.decide(
                self.approval, by, yes, verdict, self.now, reason=reason, conditions=conditions, via=via
            )
        )

    def contests(self, by: str) -> None:
        self.becomes(rules.contest(self.approval, by, self.now))

    def objects(self, by: str, reason: str) -> None:
        self.becomes(rules.object_to(self.approval, by, reason, self.now))

    def letter(self, kind: ApprovalNotice, to: str) -> ApprovalLetter:
        """What somebody was told last, of a kind."""
        return [one for one in self.letters if (one.notice.kind, one.notice.to) == (kind, to)][-1]

    def mail(self, kind: ApprovalNotice, to: str) -> WrittenLetter:
        return WRITER.write_approval(self.letter(kind, to), self.book, self.now)


def question(
    proposal: Proposal = SWITCH,
    book: Procedure = BOOK,
    now: datetime = NOON,
    asker: str = "bo",
    act_first: bool = False,
    **known: Any,
) -> Question:
    """A question that Bo has just put, about ticket 42 of Harbor's if not said otherwise."""
    ticket = replace(life(CRITICAL if act_first else HIGH, book=book, now=now).ticket, **known)
    findings = find(book, inquiry(ticket, asker, proposal, act_first, now))
    assert not findings.refusal
    proposal = replace(proposal, action=findings.action)
    begun = Question(
        rules.put(subject(ticket), approval_id(ticket, 1), proposal, asker, findings, now), book, now
    )
    begun.settle()
    return begun


def everything(title: str = "Nobody can log in", words: str = "the words") -> list[ApprovalLetter]:
    """Three questions in which everybody is told everything; ``words`` is all that people write."""
    proposal = replace(SWITCH, what=f"What: {words}", why=f"Why: {words}", otherwise=f"Else: {words}")
    decided = question(proposal, title=title)
    decided.passes(minutes=20)
    decided.decides("raj", True, conditions=f"If: {words}")
    decided.passes(minutes=10)
    decided.decides("gil", True, reason=f"Since: {words}", conditions=f"If: {words}")
    decided.contests("raj")
    undecided = question(proposal, title=title)
    undecided.passes(hours=10)
    acted = question(proposal, act_first=True, title=title)
    acted.objects("cy", f"Cy's objection: {words}")
    acted.objects("kim", f"Kim's objection: {words}")
    return decided.letters + undecided.letters + acted.letters


def by_reader(letters: list[ApprovalLetter]) -> dict[str, ApprovalLetter]:
    """The first of each kind to the MSP's own people, and to contacts."""
    found: dict[str, ApprovalLetter] = {}
    for one in letters:
        reader = "contact" if one.notice.to in CONTACTS else "staff"
        found.setdefault(f"{one.notice.kind.value} to {reader}", one)
    return found


LETTERS = by_reader(everything())
HOSTILE_LETTERS = by_reader(everything(title=HOSTILE, words=HOSTILE))

ALL = every("which", [*LETTERS])
TO_CONTACTS = every("which", [name for name in LETTERS if name.endswith("contact")])


def write(what: ApprovalLetter, book: Procedure = BOOK) -> WrittenLetter:
    return WRITER.write_approval(what, book, NOON)


def changed(what: ApprovalLetter, **changes: Any) -> ApprovalLetter:
    """The same letter, with the approval a little different."""
    return what.model_copy(update={"approval": replace(what.approval, **changes)})


# All of them ------------------------------------------------------------------------------


def test_every_kind_was_written() -> None:
    """To both sides; that nobody has decided is told to the MSP's own named person only."""
    both = {f"{kind.value} to {reader}" for kind in ApprovalNotice for reader in ("staff", "contact")}

    assert set(LETTERS) == both - {"undecided to contact"}


@ALL
def test_every_mail_is_well_made_with_one_link_to_the_question(which: str) -> None:
    """Neutral, alone on its line, the same in both, for this reader in the turn they were asked."""
    what = LETTERS[which]
    anchor = is_well_made(write(what))
    link = str(anchor["href"])

    assert anchor.get_text() == "Open the page of this question"
    assert link.startswith("http://rung.test/approval/")
    leads_to = LINKS.read("approval", link.rsplit("/", 1)[1])
    assert leads_to == Address("approval", "approval-harbor-desk-42-1", what.notice.to, what.notice.visit)


@ALL
def test_what_it_is_about_stands_in_every_mail(which: str) -> None:
    """The ticket, who has asked, what exactly, why, what it takes; times of the place, and no instants."""
    text = write(LETTERS[which]).text

    for fact in (
        "Nobody can log in\nTicket 42, Harbor Trading\n",
        "Bo Lind",
        "WHAT EXACTLY\n  What: the words\n",
        "WHY\n  Why: the words\n",
        "WHAT HAPPENS WITHOUT IT\n  Else: the words\n",
        "Action: failover\nIt takes: 2 hours down\n",
        "Times are Europe/London.",
    ):
        assert fact in text
    assert not INSTANT.search(text)


@ALL
def test_pace_and_drill_are_shown(which: str) -> None:
    """In every mail of such a question, and in no other."""
    what = LETTERS[which]
    plain, written = write(what), write(changed(what, pace=60.0, drill=True))

    shows_pace_and_drill(plain, written)
    assert written.subject.startswith("DRILL: ")


@ALL
@pytest.mark.parametrize("severity", BARS)
def test_a_phones_list_of_mails_tells_what_is_wanted_how_bad_it_is_and_whose(
    which: str, severity: str
) -> None:
    """In its first 40 characters, of a client with a long name and in a drill, too."""
    loud = "CRITICAL" if severity == "critical" else severity
    written = write(changed(LETTERS[which], severity=severity))
    assert f": {loud}, harbor 42: " in written.subject
    assert written.subject.index("harbor") + len("harbor") <= 40
    long = changed(LETTERS[which], severity=severity, client="meridian-insurance-of-the-north", drill=True)
    assert f": {loud}, meridi" in write(long).subject[:40]


def test_what_is_decided_already_is_only_for_information() -> None:
    """The mail was slower than a colleague: neither its subject nor its first line asks for anything."""
    asked = question()
    to_cy = asked.letter(ApprovalNotice.ASKED, "cy")
    asked.decides("cy", False, "it will hold")
    late = to_cy.model_copy(update={"approval": asked.approval})
    assert write(to_cy).subject.startswith("Decision needed: ")
    assert write(late).subject == "For information: high, harbor 42: failover, Nobody can log in"
    assert "othing for you to do" in write(late).text.splitlines()[0]


def test_what_is_planned_ahead_has_no_severity() -> None:
    """An approval of a problem's fix, or of a prevention proposal's item."""
    planned = changed(LETTERS["asked to staff"], ticket="problem-harbor-1", number="problem")
    assert write(planned).subject.startswith("Decision needed: harbor problem: failover, ")


@ALL
def test_what_is_hostile_is_only_text(which: str) -> None:
    """A title, a proposal, a condition, a reason or an objection can't put anything into the HTML."""
    written = write(HOSTILE_LETTERS[which])

    page = BeautifulSoup(written.html, "html.parser")
    assert page.find_all(["script", "b"]) == []
    assert "&lt;script&gt;" in written.html
    assert '<script>alert("now")</script>' in written.text


@ALL
def test_what_people_write_can_look_like_nothing_of_ours(which: str) -> None:
    """Every line of theirs but the title is set in, and so can't be taken for a fact or a heading."""
    what = changed(HOSTILE_LETTERS[which], title="Nobody can log in")

    lines = [line for line in write(what).text.splitlines() if "all@harbor.example" in line]
    assert lines
    assert all(line.startswith("  ") for line in lines)


@ALL
def test_a_code_is_only_where_a_yes_is_asked_for(which: str) -> None:
    """In what asks and what reminds, once, in the body; its link takes it."""
    what = LETTERS[which]
    written = write(what)

    asks = what.notice.kind in (ApprovalNotice.ASKED, ApprovalNotice.REMINDED)
    codes = CODE.findall(written.text)
    assert len(codes) == asks
    assert CODE.findall(shown(written.html)) == codes
    assert not CODE.search(written.subject)
    address = Address("approval", what.approval.id, what.notice.to, what.notice.visit)
    assert all(LINKS.is_code(address, code) for code in codes)


@pytest.mark.parametrize("which", ["asked to staff", "asked to contact", "reminded to staff"])
def test_without_need_there_is_no_code(which: str) -> None:
    written = write(changed(LETTERS[which], code=False))

    assert not CODE.search(written.text + shown(written.html))
    assert " code" not in written.text


@TO_CONTACTS
def test_a_contact_reads_nothing_of_how_the_msp_works(which: str) -> None:
    """Not whom it asks, nor who may decide what there; what it decided says the ruling, to everyone."""
    written = write(LETTERS[which])

    said = ruling(LETTERS[which].approval)
    objectors = {"Cy Tanaka"} if which == "objected to contact" else set()
    assert written.audience == "customer"
    for text in (written.text.replace(said, ""), shown(written.html).replace(said, "")):
        for internal in (*ELSEWHERE, "first in an emergency", "Cy's objection"):
            assert internal not in text or internal in objectors, internal


# What is asked ----------------------------------------------------------------------------


def test_a_question_begins_with_what_to_do_and_by_when() -> None:
    asked = question(CONTROLLER)
    written = asked.mail(ApprovalNotice.ASKED, "cy")

    assert written.audience == "staff"
    assert written.subject == "Decision needed: high, harbor 42: replace hardware, Nobody can log in"
    assert written.text.startswith(
        "Please decide by 12:30. Bo Lind asks: replace hardware (GBP 1,800 and 2 hours down).\n"
    )
    for fact in (
        "On the page, choose yes or no; a no needs a reason, and a yes may have conditions.\n",
        "It takes: GBP 1,800 and 2 hours down\nTo be done: 18:00\nAsked by: Bo Lind, 12:00\n",
        "Severity of the ticket: high\nBecause: trading platform impaired, 6 users\n",
        "You are: engineering\n"
        "You may approve: up to GBP 2,000 and 4 hours down\n"
        "Harbor Trading must agree: it costs GBP 1,800, and it is down in their hours\n",
    ):
        assert fact in written.text


def test_the_code_is_said_with_what_it_is_for() -> None:
    code = LINKS.code(Address("approval", "approval-harbor-desk-42-1", "cy", 1))

    assert f"\nTo say yes you need this code: {code}\n" in question().mail(ApprovalNotice.ASKED, "cy").text


def test_a_contact_reads_why_their_company_must_agree_and_by_which_authority() -> None:
    written = question(CONTROLLER).mail(ApprovalNotice.ASKED, "raj")

    assert written.audience == "customer"
    assert written.text.startswith("Please decide by 12:30. Bo Lind (Northwind) asks: replace hardware (")
    assert (
        "WHY YOU ARE ASKED\n"
        "You may agree to: up to GBP 5,000 and 8 hours down\n"
        "Your company must agree: it costs GBP 1,800, and it is down in your hours\n"
        "Northwind must agree too: it has not yet\n"
    ) in written.text
    assert "Only your answer" not in written.text, "the MSP's own answer is missing too"


def test_a_contact_reads_that_only_their_answer_is_missing() -> None:
    """Whether the ticket's clock stands still for it, a mail can't know: its holder may start it again."""
    asked = question()
    asked.decides("cy", True)
    asked.passes(minutes=15)
    text = asked.mail(ApprovalNotice.REMINDED, "kim").text

    assert "\nOnly your answer is missing.\n" in text
    assert "AGREED SO FAR\n- Northwind has agreed.\n" in text
    assert "must agree too" not in text
    assert "clock" not in text


def test_what_was_agreed_for_good_is_said_as_an_agreement() -> None:
    """Not in the words of the table, to neither side."""
    asked = question(replace(SWITCH, action="workaround", downtime=timedelta(0)), asker="ana")

    assert (
        "Your company must agree: your agreement with Northwind says so\n"
        in asked.mail(ApprovalNotice.ASKED, "kim").text
    )
    assert (
        "Harbor Trading must agree: the agreement with them says so\n"
        in asked.mail(ApprovalNotice.ASKED, "bo").text
    )


def authority_of(contact: dict[str, Any]) -> str:
    """What Kim reads of her authority, when this is her line of the table."""
    clients: Any = PROCEDURE["clients"]
    terms = clients["harbor"] | {"authority": [{"contact": "kim"} | contact]}
    book = northwind(clients=clients | {"harbor": terms})
    plain = replace(SWITCH, action="workaround", downtime=timedelta(0))
    text = question(plain, book=book, asker="ana").mail(ApprovalNotice.ASKED, "kim").text
    return next(line for line in text.splitlines() if line.startswith("You may agree to"))


def test_how_far_an_authority_reaches_is_said_in_words() -> None:
    """Every kind of line: limits, none at all, nothing, and at which hours, which are the contact's own."""
    assert authority_of({"without_limit": True}) == "You may agree to: whatever it takes"
    assert authority_of({}) == "You may agree to: what costs nothing, with nothing down"
    assert authority_of({"cost": 200, "when": "in hours"}) == "You may agree to: up to GBP 200, in your hours"


def test_the_next_person_reads_whose_yes_does_not_count() -> None:
    """They are asked because of it; what is void or too little at the MSP is not for a contact."""
    asked = question()
    asked.decides("kim", True, conditions="not before 17:30")
    asked.contests("kim")
    heading = "WHAT DOES NOT COUNT\n"
    says = "Kim Harlow says yes, on condition: not before 17:30"
    counts = f"{heading}- 12:00: {says}: Kim Harlow says that it was not them\n"

    assert counts in asked.mail(ApprovalNotice.ASKED, "raj").text
    asked.passes(minutes=15)
    assert counts in asked.mail(ApprovalNotice.REMINDED, "cy").text
    inside = question()
    inside.decides("cy", True)
    inside.contests("cy")
    inside.passes(minutes=15)
    assert heading not in inside.mail(ApprovalNotice.REMINDED, "kim").text
    assert f"{heading}- 12:00: Cy Tanaka (engineering) says yes: Cy Tanaka says that it was not them\n" in (
        inside.mail(ApprovalNotice.ASKED, "gil").text
    )


def test_who_is_asked_again_reads_that_their_yes_was_about_less() -> None:
    asked = question()
    asked.decides("kim", True)
    (less,) = (replace(one, lapsed=True) for one in asked.approval.decisions)
    again = replace(question().approval, decisions=(less,))
    text = write(approval_letter(again, Notice(9, ApprovalNotice.ASKED, "kim", 1))).text

    assert (
        "WHAT DOES NOT COUNT\n- 12:00: Kim Harlow says yes: by now your company must agree to more\n" in text
    )
    assert "AGREED SO FAR" not in text


def test_everyone_reads_what_happens_if_nobody_answers() -> None:
    """The MSP's own people on both sides, contacts on theirs; and that it ends without a yes."""
    asked = question()

    assert (
        "IF NOBODY ANSWERS\n"
        "- 12:30: Gil Moreau (engineering) is asked\n"
        "- 12:30: Raj Patel (Harbor Trading) is asked\n"
        "- 13:00: it is undecided, and Tom Adeyemi is told\n"
        "No answer is never a yes.\n"
    ) in asked.mail(ApprovalNotice.ASKED, "cy").text
    assert (
        "IF NOBODY ANSWERS\n"
        "- 12:30: Raj Patel (Harbor Trading) is asked\n"
        "- 13:00: it is undecided, and Northwind is told\n"
        "No answer is never a yes.\n"
    ) in asked.mail(ApprovalNotice.ASKED, "kim").text


def test_when_an_answer_is_needed_stands_beside_the_readers_own_time() -> None:
    asked = question(replace(FIRST, by_when=NOON + timedelta(minutes=40)))

    text = asked.mail(ApprovalNotice.ASKED, "mia").text
    assert text.startswith("Please decide by 12:30. ")
    assert "To be done: at once\nAn answer is needed by: 12:40\n" in text
    asked.passes(minutes=30)
    assert asked.mail(ApprovalNotice.ASKED, "tom").text.startswith("Please decide by 12:40. ")


def test_the_second_of_two_people_reads_what_the_first_has_said() -> None:
    asked = question(FIRST)
    assert "Northwind: two different people must say yes\n" in asked.mail(ApprovalNotice.ASKED, "mia").text
    asked.passes(minutes=5)
    asked.decides("mia", True, reason="they lose\nmoney", conditions="today")
    text = asked.mail(ApprovalNotice.ASKED, "tom").text

    assert (
        "AGREED SO FAR\n- 12:05: Mia Keller (management) says yes, on condition: today: they lose\n  money\n"
    ) in text


def test_managements_way_out_is_named_with_the_action_behind_it() -> None:
    buy = replace(CONTROLLER, action="", option="buy")
    written = question(buy, asker="mia").mail(ApprovalNotice.ASKED, "raj")

    assert written.subject == "Decision needed: high, harbor 42: buy (replace hardware), Nobody c..."
    assert "Action: buy (replace hardware)\n" in written.text
    assert "Holds until" not in written.text


@pytest.mark.parametrize("to", ["kim", "mia"])
def test_how_long_managements_way_out_holds_is_read_before_and_after(to: str) -> None:
    """By whoever decides it, and by whoever has asked."""
    until = NOON + timedelta(days=1, hours=5)
    accept = replace(SWITCH, action="", option="accept the workaround", until=until, downtime=timedelta(0))
    asked = question(accept, asker="mia")
    if to == "mia":
        asked.decides("kim", True)
    kind = ApprovalNotice.RULED if to == "mia" else ApprovalNotice.ASKED

    assert "\nHolds until: Tue 24 Nov 17:00\n" in asked.mail(kind, to).text


def test_who_stands_in_or_is_on_call_reads_so() -> None:
    """At night, with the engineer's substitute."""
    people: Any = ON_CALL["people"]
    away = {"first": "2026-11-20", "last": "2026-11-30", "substitute": "gil"}
    night = NOON + timedelta(hours=9)
    book = on_call(people=people | {"eva": people["eva"] | {"leave": [away]}})
    text = question(CONTROLLER, book=book, now=night).mail(ApprovalNotice.ASKED, "gil").text

    assert "\nYou stand in for Eva Roth, who is away.\n" in text
    assert "You are: engineering, on call (engineers)\n" in text


def test_contacts_read_times_of_their_own_place() -> None:
    """Stockholm is an hour ahead of London, where Northwind is."""
    asked = question(replace(SWITCH, action="workaround", downtime=timedelta(0)), client="lindqvist")
    text = asked.mail(ApprovalNotice.ASKED, "nora").text

    assert text.startswith("Please decide by 13:30. Bo Lind (Northwind) asks: workaround.\n")
    for fact in (
        "Ticket 42, Lindqvist & Partners",
        "To be done: 19:00\n",
        "Asked by: Bo Lind (Northwind), 13:00\n",
        "- 13:30: it is undecided, and Northwind is told",
        "Times are Europe/Stockholm.",
    ):
        assert fact in text


def test_a_reminder_says_that_it_is_one() -> None:
    asked = question()
    asked.passes(minutes=15)
    written = asked.mail(ApprovalNotice.REMINDED, "cy")

    assert written.subject == "Still to decide: high, harbor 42: failover, Nobody can log in"
    assert written.text.startswith("Reminder: please decide by 12:30. Bo Lind asks: failover")


@pytest.mark.parametrize("kind", [ApprovalNotice.ASKED, ApprovalNotice.REMINDED])
def test_a_question_that_comes_too_late_says_so(kind: ApprovalNotice) -> None:
    """Decided, or gone on: how it stands, and no code."""
    asked = question()
    late = Notice(99, kind, "cy", visit=1)
    asked.passes(minutes=30)
    gone_on = write(approval_letter(asked.approval, late))
    asked.decides("gil", False, "it will hold until Friday")
    denied = write(approval_letter(asked.approval, late))

    assert gone_on.text.startswith("Nothing for you to do: somebody else is asked now.\n")
    assert "Northwind: Gil Moreau is asked, until 13:00\n" in gone_on.text
    assert denied.text.startswith("Nothing for you to do: it is denied.\n")
    assert "it will hold until Friday" in denied.text
    assert not CODE.search(gone_on.text + denied.text)


# What became of it ------------------------------------------------------------------------


def test_a_receipt_says_what_was_recorded_and_what_to_do_if_it_was_somebody_else() -> None:
    asked = question(CONTROLLER)
    asked.passes(minutes=10)
    asked.decides("raj", True, reason="we need it", conditions="after 18:00")
    written = asked.mail(ApprovalNotice.RECEIPT, "raj")

    assert written.subject == "Your decision: high, harbor 42: replace hardware, Nobody can log in"
    assert written.text.startswith(
        "Your yes on condition was recorded: replace hardware (GBP 1,800 and 2 hours down).\n\n"
        "If this was not you: open the link and say so. It opens the question again and alarms us.\n"
    )
    for fact in (
        "Your answer: yes\n"
        "Recorded: 12:10, through the link sent to Raj Patel\n"
        "You may agree to: up to GBP 5,000 and 8 hours down\n",
        "YOUR CONDITIONS\n  after 18:00\n",
        "YOUR REASON\n  we need it\n",
        "HOW IT STANDS\nNorthwind: has not decided yet\n"
        "Harbor Trading: Raj Patel says yes, on condition: after 18:00: we need it\n",
    ):
        assert fact in written.text


def test_a_receipt_to_the_msp_says_who_is_asked_now() -> None:
    asked = question()
    asked.decides("cy", True)

    assert (
        "Northwind: Cy Tanaka (engineering) says yes\nHarbor Trading: Kim Harlow is asked, until 12:30\n"
    ) in asked.mail(ApprovalNotice.RECEIPT, "cy").text


def test_a_receipt_of_what_was_contested_meanwhile_says_that_it_does_not_count() -> None:
    asked = question()
    asked.decides("cy", True)
    receipt = asked.letter(ApprovalNotice.RECEIPT, "cy")
    asked.contests("cy")

    assert "It counts: no more, since you said" not in write(receipt).text
    assert "It counts: no more, since you said" in write(approval_letter(asked.approval, receipt.notice)).text


def test_a_yes_on_condition_is_not_a_plain_one() -> None:
    """In the subject, in the first words, and in a block of its own; only then may it be done."""
    asked = question()
    asked.decides("kim", True, conditions="not before\n17:30")
    assert (
        "To be done: 18:00, as far as the condition allows\n"
        in asked.mail(ApprovalNotice.RECEIPT, "kim").text
    )
    asked.decides("cy", True, conditions="Gil stands by")
    bo, kim = asked.mail(ApprovalNotice.RULED, "bo"), asked.mail(ApprovalNotice.RULED, "kim")

    for written, who in ((bo, "Cy Tanaka"), (kim, "Northwind")):
        assert written.subject == "ON CONDITION: high, harbor 42: approved: failover, Nobody can log in"
        assert written.text.startswith("Approved on condition: failover (2 hours down).\n")
        assert f"ON CONDITION OF {who.upper()}\n  Gil stands by\n" in written.text
        assert "ON CONDITION OF KIM HARLOW\n  not before\n  17:30\n" in written.text
        assert "To be done: 18:00, as far as the conditions allow\n" in written.text
    assert "and may go on, on these conditions only." in bo.text


def test_what_was_said_on_condition_and_denied_has_no_condition() -> None:
    asked = question()
    asked.decides("kim", True, conditions="not before 17:30")
    asked.decides("cy", False, "it will hold")
    written = asked.mail(ApprovalNotice.RULED, "bo")

    assert written.subject == "Denied: high, harbor 42: failover, Nobody can log in"
    assert "condition" not in written.text.casefold()


def test_everyone_reads_the_same_ruling() -> None:
    """Who decided what, with what conditions and why, word for word."""
    asked = question()
    asked.decides("cy", True, conditions="after 18:00")
    asked.decides("kim", False, "we trade until five")
    told = {one.notice.to: write(one) for one in asked.letters if one.notice.kind is ApprovalNotice.RULED}

    assert set(told) == {"bo", "cy"}
    said = "failover (2 hours down): denied. Kim Harlow says no: we trade until five"
    for written in (*told.values(), asked.mail(ApprovalNotice.RECEIPT, "kim")):
        assert f"THE DECISION\n  {said}\n" in written.text
    assert told["cy"].subject == "Denied: high, harbor 42: failover, Nobody can log in"
    assert "You asked for it, and may not go ahead with it." in told["bo"].text
    assert "Nothing more for you to do." in told["cy"].text


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ("approved", "and may go on, within what was decided."),
        ("withdrawn", "it is not needed any more, and nobody is asked."),
        (
            "undecided",
            "nobody has said yes, so you may not go ahead. You can ask again on the ticket's page.",
        ),
    ],
)
def test_who_asked_reads_whether_they_may_go_on(outcome: str, says: str) -> None:
    asked = question()
    if outcome == "withdrawn":
        asked.becomes(rules.withdraw(asked.approval, "", "the ticket is resolved", asked.now))
    elif outcome == "undecided":
        asked.passes(hours=10)
    else:
        asked.decides("cy", True)
        asked.decides("kim", True)
    written = asked.mail(ApprovalNotice.RULED, "bo")

    assert asked.approval.outcome == outcome
    assert written.subject.startswith(f"{outcome.capitalize()}: high, harbor 42: failover, ")
    assert says in written.text


def test_who_is_told_that_nobody_decided_reads_who_was_asked_and_what_to_do() -> None:
    asked = question(FIRST)
    asked.decides("mia", True)
    asked.passes(hours=2)
    written = asked.mail(ApprovalNotice.UNDECIDED, "tom")

    assert written.audience == "staff"
    assert written.subject == "Undecided: high, harbor 42: put one client first, Nobody can log in"
    assert written.text.startswith("Nobody has decided: put one client first.\n")
    for fact in (
        "have it asked again",
        "AGREED SO FAR\n- 12:00: Mia Keller (management) says yes\n",
        "- 12:00: Mia Keller (management), until 12:30\n- 12:00: Tom Adeyemi (management), until 12:30\n",
    ):
        assert fact in written.text
    assert "Northwind has agreed" not in written.text


def test_who_is_to_find_somebody_who_may_reads_so() -> None:
    """Nobody at Harbor may agree to as much: nobody was asked in vain."""
    asked = question(Proposal("replace hardware", "both servers", cost=30_000))
    told = asked.mail(ApprovalNotice.UNDECIDED, "tom").text

    assert told.startswith("Nobody may decide: replace hardware (GBP 30,000).\n")
    assert "nobody of Harbor Trading has the authority to agree" in told
    assert "WHO WAS ASKED" not in told


def test_the_owner_reads_why_it_is_theirs() -> None:
    asked = question(Proposal("call in staff", "ten of them", cost=30_000))
    told = asked.mail(ApprovalNotice.ASKED, "ida").text

    assert "call in staff (GBP 30,000)" in told
    assert "You are: owner" in told
    assert "You may approve: whatever it takes" in told


def test_what_was_done_first_is_told_with_its_authority_and_how_to_object() -> None:
    acted = question(act_first=True)
    staff, contact = acted.mail(ApprovalNotice.ACTED, "cy"), acted.mail(ApprovalNotice.ACTED, "kim")

    assert staff.text.startswith("Bo Lind has already done it: failover (2 hours down).\n")
    assert contact.text.startswith("Bo Lind (Northwind) has already done it: failover (2 hours down).\n")
    for written in (staff, contact):
        assert written.subject == "Already done: CRITICAL, harbor 42: failover, Nobody can log in"
        assert "otherwise you would have been asked. If you do not agree, object through" in written.text
        assert "would have had to agree: something is down" in written.text
        assert "To be done" not in written.text
    assert (
        "In an emergency may do it first: senior specialist, up to 2 hours down\n"
        "You may approve: up to 2 hours down\n"
    ) in staff.text
    assert "\nYou may agree to: up to 2 hours down\n" in contact.text


def test_who_could_not_have_been_asked_is_not_asked_to_object() -> None:
    """The named person, where nobody was there to ask."""
    acted = question(act_first=True)
    nobody = replace(acted.approval, asked=())
    text = write(approval_letter(nobody, Notice(9, ApprovalNotice.ACTED, "tom"))).text

    assert "there was nobody to ask" in text
    assert "object" not in text


def test_an_objection_is_told_in_its_own_words_to_the_msp() -> None:
    """A contact reads their company's; of the MSP's own only whose it is."""
    acted = question(act_first=True)
    acted.objects("cy", "we have a spare,\nuse it")
    acted.passes(minutes=5)
    acted.objects("kim", "not during trading")

    staff = acted.mail(ApprovalNotice.OBJECTED, "cy").text
    contact = write(approval_letter(acted.approval, acted.letter(ApprovalNotice.OBJECTED, "kim").notice)).text
    assert (
        "- 12:00: Cy Tanaka objects: we have a spare,\n  use it\n- 12:05: Kim Harlow objects: not during"
        in staff
    )
    assert "- 12:00: Cy Tanaka objects\n- 12:05: Kim Harlow objects: not during trading\n" in contact


def test_an_alarm_is_seen_before_anything_else() -> None:
    """And says what was said, that it does not count, how it stands, and what to do."""
    asked = question()
    asked.decides("cy", True)
    asked.decides("kim", True)
    asked.contests("kim")
    bo, tom = asked.mail(ApprovalNotice.ALARM, "bo"), asked.mail(ApprovalNotice.ALARM, "tom")

    for written in (bo, tom):
        assert written.subject.startswith("ALARM: high, harbor 42: not their decision: Kim Harlow's yes")
        assert written.text.startswith(
            "Alarm: the yes in the name of Kim Harlow (Harbor Trading) was not theirs.\n"
        )
        assert "WHAT WAS SAID\n  Kim Harlow says that this was not them: their yes is void\n" in written.text
        assert (
            "Northwind: Cy Tanaka (engineering) says yes\nHarbor Trading: Raj Patel is asked, until 12:30\n"
        ) in written.text
        assert "Somebody else may be reading their mail" in written.text
    assert "Do not go on with it" in bo.text
    assert "Do not go on with it" not in tom.text


def test_an_alarm_names_nobody_of_the_msp_to_a_contact() -> None:
    """Nothing was decided yet: who is asked there is not for them."""
    asked = question()
    asked.decides("cy", True)
    asked.contests("cy")
    kim, bo = asked.mail(ApprovalNotice.ALARM, "kim"), asked.mail(ApprovalNotice.ALARM, "bo")

    assert kim.text.startswith(
        "Alarm: somebody of Northwind says that an answer in their name was not theirs."
    )
    assert "not their decision: an answer of Northw" in kim.subject
    assert "Cy Tanaka" not in kim.text + kim.subject
    assert bo.text.startswith("Alarm: the yes in the name of Cy Tanaka (engineering) was not theirs.\n")


def test_an_alarm_about_what_has_ended_without_a_decision_can_be_written() -> None:
    """The ruling of what was withdrawn is the same after the alarm as before it."""
    asked = question()
    asked.decides("cy", True)
    asked.becomes(rules.withdraw(asked.approval, "bo", "a restart was enough", asked.now))
    said = ruling(asked.approval)
    asked.contests("cy")

    assert "withdrawn: a restart was enough" in said
    assert said in asked.mail(ApprovalNotice.ALARM, "kim").text


# As they are sent -------------------------------------------------------------------------


async def sent(*letters: ApprovalLetter) -> list[EmailMessage]:
    """What arrives at a real mail server, as Temporal runs the activity but for the server."""
    postbox = Postbox()
    async with smtp_server(postbox) as port:
        mail = Mail(lambda: BOOK, LINKS, Settings(smtp_port=port, mail_domain="rung.example"))
        environment = ActivityEnvironment()
        environment.info = replace(environment.info, scheduled_time=NOON)
        for letter in letters:
            await environment.run(mail.send_approval, letter)
    return [received.message for received in postbox.mails]


async def test_mails_are_numbered_over_all_retries_and_threads_are_kept_apart() -> None:
    """Each reads it in their own thread of the ticket."""
    asked = question()
    to_cy, to_kim = asked.letter(ApprovalNotice.ASKED, "cy"), asked.letter(ApprovalNotice.ASKED, "kim")
    staff, contact, again = await sent(to_cy, to_kim, to_cy)

    number = to_cy.notice.number
    assert staff["To"] == "Cy Tanaka <cy@northwind.example>"
    assert staff["Message-ID"] == f"<approval-harbor-desk-42-1.{number}@rung.example>"
    assert staff["References"] == "<ticket-harbor-desk-42.to-cy@rung.example>"
    assert contact["To"] == "Kim Harlow <kim@harbor.example>"
    assert contact["References"] == "<ticket-harbor-desk-42.to-kim@rung.example>"
    assert contact["Message-ID"] != staff["Message-ID"]
    assert again.as_bytes() != contact.as_bytes()
    assert again["Message-ID"] == staff["Message-ID"]
    assert again.get_body(("plain",)).get_content() == staff.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_nothing_that_people_write_becomes_a_header() -> None:
    """Neither of a title nor of anything else."""
    hostile = [HOSTILE_LETTERS[which] for which in ("asked to staff", "ruled to contact", "receipt to staff")]
    letters = [changed(letter, title="Help\r\nBcc: all@harbor.example") for letter in hostile]
    for message in await sent(*letters):
        assert message["Bcc"] is None
        assert ", Help Bcc: all@" in message["Subject"]
        assert len(message.get_all("To")) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize("length", range(1, 100, 7))
async def test_a_subject_is_one_line(length: int) -> None:
    """What is longer is folded, some lengths before their first word; the title is whole in the mail."""
    asked = question(title="down " * (length // 5) + "x" * (length % 5 + 1))
    to_cy = asked.letter(ApprovalNotice.ASKED, "cy")
    (message,) = await sent(to_cy)

    (line,) = re.findall(rb"^Subject: .*\r\n(?![ \t])", message.as_bytes(policy=SMTP), re.MULTILINE)
    assert line.startswith(b"Subject: Decision needed: high, harbor 42: failover, ")
    assert len(line) <= 80
    assert asked.approval.title in write(to_cy).text


async def test_who_has_left_the_procedure_gets_nothing() -> None:
    """The address does not work: the next one is asked."""
    gone = approval_letter(question().approval, Notice(9, ApprovalNotice.ASKED, "nobody", 1))
    with pytest.raises(ApplicationError) as raised:
        await sent(gone)

    assert raised.value.type == "Undeliverable"


# On a phone -------------------------------------------------------------------------------


async def paged(letter: ApprovalLetter, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What arrives at the service behind a channel of Cy's."""
    people: Any = PROCEDURE["people"]
    cy = people["cy"] | {"channels": {"sms": {"env": "CY_SMS"}}}
    book = northwind(people=people | {"cy": cy})
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, scheduled_time=NOON)
    with receivers(1) as (receiver,):
        monkeypatch.setenv("CY_SMS", receiver.url())
        await environment.run(Channels(lambda: book, LINKS).page_approval, letter)
        (message,) = receiver.took
    return message


def by_sms(asked: Question) -> ApprovalLetter:
    letter = asked.letter(ApprovalNotice.ASKED, "cy")
    return letter.model_copy(update={"notice": replace(letter.notice, channel="sms")})


pages = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pages
async def test_a_phone_reads_who_asks_what_until_when_and_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code is in the mail only: who has the phone alone can't say yes."""
    message = await paged(by_sms(question(CONTROLLER)), monkeypatch)

    assert message["title"] == "HIGH, Harbor Trading: decision needed, replace hardware"
    *lines, link = message["message"].splitlines()
    assert lines == [
        "Please decide by 12:30. Bo Lind asks: replace hardware (GBP 1,800 and 2 hours down).",
        "A new controller",
        "A yes needs the code from the mail.",
    ]
    address = Address("approval", "approval-harbor-desk-42-1", "cy", 1)
    assert link == LINKS.url(address)
    assert LINKS.code(address) not in str(message)


@pages
async def test_a_phone_is_not_told_of_a_code_that_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    restart = replace(SWITCH, action="restart")
    message = await paged(by_sms(question(restart)), monkeypatch)

    assert "code" not in message["message"]


@pages
async def test_whatever_was_written_a_page_stays_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three text messages at most, in plain characters, with the drill and the pace said."""
    long = "“Server”\r\nBcc: x\x00 – " + "very long " * 50
    asked = by_sms(question(replace(CONTROLLER, what=long)))
    message = await paged(changed(asked, drill=True, pace=60.0), monkeypatch)

    assert message["title"].startswith("DRILL: HIGH, Harbor Trading: decision needed")
    assert "Demonstration pace 60: an hour takes 1 minute." in message["message"]
    assert "http://rung.test/approval/" in message["message"]
    assert len(message["title"] + message["message"]) <= 3 * 153
    assert (message["title"] + message["message"]).isascii()


def test_a_contact_reads_in_each_of_them_where_to_complain_and_nobody_else_does() -> None:
    """And nobody does where nobody hears complaints."""
    complain = "Not happy with how this is handled? On the page you can tell somebody outside"
    for one in everything():
        contact = BOOK.client_of(one.notice.to) != ""
        for form in (write(one).text, write(one).html):
            assert (complain in form) == contact, (one.notice, form)
        assert complain not in write(one, BOOK.model_copy(update={"complaints": None})).text
