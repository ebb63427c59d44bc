"""The page of an approval for each of its readers, and the form to ask for one, in every state."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any, Self

import pytest
from bs4 import Tag

from gateway.approval.views import code_address
from gateway.ticket.asking import proposal_of
from gateway.ticket.asking_views import to_look_up
from gateway.views import Showing, Views
from procedure.approval import state as rules
from procedure.approval.deciders import find
from procedure.approval.state import Approval, ruling_for_ticket
from procedure.book.proposal import Proposal
from procedure.book.severity import Facts
from procedure.record import Refused
from procedure.ticket import asking
from procedure.ticket.asking import approval_id
from runtime.links import Address, Links
from tests.northwind import AUTHORITY, northwind
from tests.page import Page, can_be_read_by_everybody, keeps_to_the_policy, labels_every_field
from tests.procedure.approval.questions import Asking
from tests.procedure.ticket.lives import HIGH, NOON, Life, life
from tests.tables import every

DOWN = Facts(system="trading platform", state="down", users=12, category="network")
LINKS = Links(["0" * 32], "http://rung.test")
BOOK = northwind()
VIEWS = Views(lambda: BOOK, LINKS)
HOUR = timedelta(hours=1)
HOSTILE = "</textarea><script>alert(1)</script>"

HARDWARE = Proposal(
    "replace hardware",
    "the disk shelf\nwith one of the same make",
    why="two disks failed",
    cost=1800,
    otherwise="mail is lost if a third one fails",
)
FAILOVER = Proposal("failover", "to the second site", downtime=2 * HOUR)
RESTART = Proposal("restart", "the web node", downtime=2 * HOUR)
FIRST = Proposal("put one client first", "Harbor before Lindqvist")


class Case(Asking):
    """An approval, as people say something about it and time goes by."""

    def says(self, by: str, yes: bool = True, *, reason: str = "", **more: Any) -> Self:
        return super().says(by, yes, reason=reason, **more)

    def page(
        self, reader: str, visit: int = 0, form: Mapping[str, str] | None = None, problem: str = ""
    ) -> Page:
        address = Address("approval", self.approval.id, reader, visit)
        views = VIEWS if self.book is BOOK else Views(lambda: self.book, LINKS)
        return Page(views.approval(self.approval, Showing(address, self.now, form or {}, problem)).body)


def case(proposal: Proposal = HARDWARE, by: str = "bo", act_first: bool = False) -> Case:
    """Bo, who has a critical ticket of Harbor's, asks for something."""
    ticket = life(DOWN).ticket
    found = find(BOOK, asking.inquiry(ticket, by, proposal, act_first, NOON))
    assert not found.refusal
    begun = Case(
        rules.put(asking.subject(ticket), approval_id(ticket, 1), proposal, by, found, NOON), BOOK, NOON
    )
    begun.settle()
    return begun


def asked() -> Case:
    """Cy of engineering and Raj of the client are asked for GBP 1,800."""
    return case()


def plain() -> Case:
    """A restart: Cy and Kim, then Raj, may say yes without a code; it needs both."""
    return case(RESTART)


def gone_on() -> Case:
    """Cy and Kim have not answered: Gil and Raj are asked instead."""
    return plain().passes(minutes=10)


def half() -> Case:
    """Cy says yes on a condition; only the client's answer is missing."""
    return asked().says("cy", visit=1, conditions="after 18:00", reason="internal spare part")


def approved() -> Case:
    return half().says("raj", visit=1, reason="we need it", via="link and code")


def denied() -> Case:
    return asked().says("raj", yes=False, visit=1, reason="too dear", via="link")


def undecided() -> Case:
    """Nobody has answered."""
    return asked().passes(hours=3)


def withdrawn() -> Case:
    begun = asked()
    return begun.becomes(rules.withdraw(begun.approval, "bo", "the disk is back", begun.now))


def acted() -> Case:
    """Bo fails over first; Cy and Kim would have been asked."""
    return case(FAILOVER, act_first=True)


def objected() -> Case:
    begun = acted()
    return begun.becomes(
        rules.object_to(begun.approval, "cy", "the replication was not done", begun.now, "the mail")
    )


def contested() -> Case:
    """It was approved, until Raj says that it was not him."""
    begun = approved()
    return begun.becomes(rules.contest(begun.approval, "raj", begun.now, "link"))


def two_people() -> Case:
    """Mia has said yes; a second person of management must."""
    return case(FIRST, by="ida").says("mia", visit=1)


STATES = (
    asked,
    plain,
    gone_on,
    half,
    approved,
    denied,
    undecided,
    withdrawn,
    acted,
    objected,
    contested,
    two_people,
)
READERS = ("cy", "gil", "bo", "ana", "raj", "kim")


@functools.cache
def pages() -> dict[str, Page]:
    return {
        **{
            f"{reader}, {state.__name__}, {visit}": state().page(reader, visit)
            for state in STATES
            for reader in READERS
            for visit in (0, 1)
        },
        "problem": asked().page("raj", 1, {"reason": "typed", "conditions": HOSTILE}, "Say why."),
        "problem and no form": approved().page("cy", 1, {"reason": "typed"}, "It is decided."),
    }


EVERY_PAGE = every("page", pages)


# What holds for every page ----------------------------------------------------------------


@EVERY_PAGE
def test_the_page_keeps_to_the_policy_and_can_be_read_by_everybody(page: Page) -> None:
    """No script, nothing from elsewhere; a language, a title, one heading, a phone's width, ids once."""
    keeps_to_the_policy(page)
    can_be_read_by_everybody(page)
    for a in page.all("a"):
        assert re.fullmatch(r"#decide|http://rung\.test/(ticket/staff|complain)/[^/]+", str(a["href"]))


@EVERY_PAGE
def test_no_form_of_the_page_decides_anything_by_itself(page: Page) -> None:
    """By POST to the same address; choices unselected and required; one button, which says nothing."""
    for form in page.all("form"):
        assert form["method"] == "post"
        assert form.get("action") is None
        radios = form.select("input[type=radio]")
        assert radios
        assert all(radio.has_attr("required") and not radio.has_attr("checked") for radio in radios)
        assert {radio["name"] for radio in radios} == {"choice"}
        (button,) = form.select("button, input[type=submit]")
        assert button["type"] == "submit"
        assert not button.has_attr("name")
        assert len(form.select("fieldset > legend")) == 1


@EVERY_PAGE
def test_every_field_has_its_label(page: Page) -> None:
    """For who can't see it."""
    labels_every_field(page)


@every("name, page", pages)
def test_a_contact_reads_nothing_of_the_msps_way_to_its_answer(name: str, page: Page) -> None:
    """No names that are still asked, no lines, no record, no version, no link to the staff's page."""
    if not name.startswith(("raj", "kim")):
        return
    for internal in ("Gil Moreau", "Tom Adeyemi", "up to GBP 2,000", "version test", "whole record"):
        assert internal not in page.text
    assert [a for a in page.all("a") if not re.match(r"#decide|.*/complain/", str(a["href"]))] == []
    if "approved" not in name:
        assert "internal" not in page.text, page.text


def test_a_contact_can_complain_from_it_and_nobody_else() -> None:
    """Whatever mail a customer has in hand leads there; where nobody hears complaints, none does."""
    assert len(asked().page("raj", 1).all("a[href*='/complain/']")) == 1
    assert asked().page("cy", 1).all("a[href*='/complain/']") == []


# Who can decide ---------------------------------------------------------------------------


@every("reader", ["cy", "raj"])
def test_who_is_asked_finds_all_that_is_needed_to_decide(reader: str) -> None:
    """Who asks, for which ticket, what exactly, why, what it takes, by when, what happens without it."""
    page = asked().page(reader, 1)

    asker = "Bo Lind" if reader == "cy" else "Bo Lind (Northwind)"
    assert page.one("h1").get_text() == f"{asker} asks: replace hardware (GBP 1,800)"
    assert page.lead == f"{asker} asks you for a decision by 12:10."
    for fact in (
        "42, Nobody can log in",
        "critical",
        "the disk shelf with one of the same make",
        "two disks failed",
        "GBP 1,800",
        "at once",
        "mail is lost if a third one fails",
        "Harbor",
    ):
        assert fact in page.text
    assert page.choices == {"yes", "no"}
    assert len(page.all("input[name=code]")) == 1


def test_who_decides_for_the_msp_sees_the_whole_way() -> None:
    """The line of the table, how both sides stand, what happens if nobody answers, who was asked."""
    page = asked().page("cy", 1)

    assert "You may approve up to GBP 2,000 and 4 hours down" in page.text
    assert page.part("How it stands") == [
        "Northwind Cy Tanaka is asked, until 12:10",
        "Harbor Trading Raj Patel is asked, until 12:10",
    ]
    # Nobody but Raj may agree to that much, so that it ends with his time.
    assert page.part("If nobody answers") == ["12:10 it is undecided, and Tom Adeyemi is told"]
    assert plain().page("cy", 1).part("If nobody answers")[:2] == [
        "12:10 Gil Moreau (engineering) is asked",
        "12:10 Raj Patel (Harbor Trading) is asked",
    ]
    first, second = page.part("Who was asked")
    assert first.startswith("12:00 Cy Tanaka (engineering), until 12:10")
    assert "through the link sent to Cy Tanaka, turn 1" in first
    assert second.startswith("12:00 Raj Patel (Harbor Trading), until 12:10")


def test_a_contact_reads_why_their_company_must_agree() -> None:
    """And their own line, and who of their own was asked."""
    page = asked().page("raj", 1)

    assert "Your company must agree it costs GBP 1,800" in page.text
    assert "You may agree to up to GBP 5,000 and 8 hours down" in page.text
    assert page.part("How it stands") == [
        "Northwind has not decided yet",
        "Harbor Trading Raj Patel is asked, until 12:10",
    ]
    assert page.part("If nobody answers") == ["12:10 it is undecided, and Northwind is told"]
    assert page.part("Who was asked") == ["12:00 Raj Patel (Harbor Trading), until 12:10"]


def test_only_what_is_risky_or_costs_asks_for_a_code() -> None:
    """A restart does not."""
    assert plain().page("cy", 1).all("input[name=code]") == []
    assert "code" not in plain().page("cy", 1).text.casefold()


def test_the_one_who_asks_reads_who_is_asked_until_when_and_can_only_withdraw_it() -> None:
    """Somebody else has to decide; the button is not the big one of the others."""
    page = asked().page("bo")

    assert page.lead == "You have asked Cy Tanaka (until 12:10) and Raj Patel (until 12:10)."
    assert page.one("button")["class"] == ["quiet"]
    assert page.choices == {"withdraw"}
    assert len(page.all("textarea[name=reason]")) == 1


def test_who_has_not_the_authority_reads_how_it_stands() -> None:
    """On either side."""
    for reader in ("ana", "kim"):
        page = asked().page(reader)
        assert page.lead == "Not decided yet: nothing for you to do."
        assert "has not the authority for replace hardware (GBP 1,800)" in page.text
        assert page.all("form") == []


def test_who_was_not_asked_has_no_code_to_type() -> None:
    """Gil may decide it, but a yes needs the code of a mail."""
    page = asked().page("gil")

    assert page.lead == "Not decided yet: nothing for you to do."
    assert "you need the code from the mail that asks you" in page.text
    assert page.all("form") == []


def test_without_a_code_whoever_has_the_authority_may_decide() -> None:
    """Also who looks at it from the ticket's page."""
    page = plain().page("gil")

    assert page.lead == "Bo Lind asks you for a decision."
    assert page.choices == {"yes", "no"}


def test_a_link_that_has_gone_on_says_to_whom() -> None:
    """It was about another turn; the one who is asked now can decide."""
    begun = gone_on()
    late = begun.page("cy", 1)
    assert begun.page("gil").lead == "Bo Lind asks you for a decision by 12:20."
    assert begun.page("cy").lead == "Bo Lind asks you for a decision."

    assert late.lead == "You did not answer by 12:10: it has gone on to Gil Moreau."
    assert "To decide it all the same, go to the ticket, and open it from there." in late.text
    assert late.all("form") == []
    assert begun.page("gil", 2).choices == {"yes", "no"}


def test_the_code_is_the_one_of_the_mail_that_asked() -> None:
    """From the ticket's page too: there is no other mail that has one."""
    begun = gone_on().approval
    late, own = (Address("approval", begun.id, "cy", visit) for visit in (0, 1))

    assert code_address(begun, late) == code_address(begun, own) == own
    assert code_address(begun, Address("approval", begun.id, "mia", 0)) is None


def test_a_contact_who_is_late_hears_how_they_may_still_decide() -> None:
    """Their authority still counts, but not through this link."""
    begun = gone_on()
    page = begun.page("kim", 1)
    assert page.lead == "You did not answer by 12:10: it has gone on to Raj Patel."
    assert "To decide it now, write or call us." in page.text

    begun.book = northwind(phone="+44 (0)20 7946 0999")
    page = begun.page("kim", 1)
    assert "To decide it now, call us. Northwind on the phone: +44 (0)20 7946 0999" in page.text
    assert page.one(".now .phone a")["href"] == "tel:+442079460999"


def test_who_was_not_reached_is_not_told_that_they_did_not_answer() -> None:
    """Their mail came back, and it went on at once."""
    begun = plain()
    (notice,) = [one for one in begun.told if one.to == "kim"]
    begun.becomes(rules.undeliverable(begun.approval, notice, "refused", begun.now))
    page = begun.page("kim", 1)

    assert page.lead == "It has gone on to Raj Patel."
    assert "To decide it now, write or call us." in page.text


def test_who_may_not_decide_any_more_is_not_told_to_call() -> None:
    """What is left is to read how it stands."""
    begun = gone_on()
    harbor = BOOK.clients["harbor"].model_copy(update={"authority": BOOK.clients["harbor"].authority[2:]})
    begun.book = BOOK.model_copy(update={"clients": BOOK.clients | {"harbor": harbor}})

    page = begun.page("kim", 1)
    assert page.lead == "It has gone on to Raj Patel."
    assert "To decide it" not in page.text


def test_while_only_the_client_is_missing_the_page_says_so() -> None:
    """To both sides; a contact reads the MSP's conditions, not its reasons. The clock is not its matter."""
    begun = half()

    assert "Only Harbor Trading's answer is missing." in begun.page("ana").text
    assert "Only your company's answer is missing." in begun.page("kim").text
    page = begun.page("raj", 1)
    assert "Only your answer is missing." in page.text
    assert "clock" not in page.text + begun.page("ana").text
    assert page.part("How it stands")[0] == "Northwind agrees; on condition: after 18:00"
    assert page.choices == {"yes", "no"}


def test_who_has_said_yes_reads_that_it_was_recorded_and_whose_answer_is_missing() -> None:
    """Not as if it had been refused."""
    recorded = "Your yes was recorded at 12:00."
    assert half().page("cy", 1).lead == f"{recorded} Harbor Trading has still to decide."
    assert asked().says("raj", visit=1).page("raj", 1).lead == f"{recorded} Northwind has still to decide."


def test_a_yes_on_condition_is_seen_to_be_one() -> None:
    """In the heading and in a block of its own; and it is not done at once then."""
    page = approved().page("bo")
    assert page.one("h1").get_text() == "Approved on condition: replace hardware (GBP 1,800)"
    assert "Condition of Cy Tanaka: after 18:00" in page.one(".now").get_text(" ", strip=True)
    assert "To be done as soon as the condition allows" in page.text

    # Whose of the MSP's people it is stays inside until it is decided.
    assert "Condition of Northwind: after 18:00" in half().page("raj", 1).one(".now").get_text(
        " ", strip=True
    )
    plain_yes = asked().says("cy").says("raj").page("bo")
    assert plain_yes.one("h1").get_text() == "Approved: replace hardware (GBP 1,800)"
    assert "ondition" not in plain_yes.text
    refused = half().says("raj", yes=False, reason="too dear").page("bo")
    assert "Condition of" not in refused.text
    assert "To be done at once" in refused.text


def test_whoever_decides_reads_until_when_it_holds() -> None:
    """What management accepts until a date."""
    option = Proposal(
        "workaround",
        "mail by telephone",
        option="accept the workaround",
        until=datetime.fromisoformat("2026-11-24T17:00Z"),
    )
    page = case(option).page("kim", 1)

    assert "Holds until Tue 24 Nov 17:00" in page.text
    assert "Your company must agree your agreement with Northwind says so" in page.text
    assert "Holds until" not in asked().page("raj", 1).text


def test_the_form_says_who_reads_the_reason() -> None:
    """The other side too."""
    hint = "Bo Lind reads it, and everyone who was asked"
    assert f"{hint}, Harbor Trading too." in asked().page("cy", 1).text
    assert (
        "Bo Lind (Northwind) reads it, and everyone who was asked, at Northwind and at your company."
        in asked().page("raj", 1).text
    )
    assert f"{hint}. At most" in case(FIRST).page("mia", 1).text


def test_of_two_people_the_first_can_not_decide_again() -> None:
    """Tom is asked, and everybody of the MSP sees that two must say yes."""
    begun = two_people()

    assert begun.page("mia", 1).lead == (
        "Your yes was recorded at 12:00. One more person of Northwind has to say yes."
    )
    assert begun.page("tom", 2).choices == {"yes", "no"}
    (how,) = begun.page("tom", 2).part("How it stands")
    assert how.startswith(
        "Northwind Mia Keller (management) says yes; 2 people must say yes; Tom Adeyemi is asked"
    )


# Afterwards -------------------------------------------------------------------------------

ENDS = {
    approved: "replace hardware (GBP 1,800): approved on condition. Cy Tanaka (engineering) says yes, "
    "on condition: after 18:00: internal spare part. Raj Patel says yes: we need it",
    denied: "replace hardware (GBP 1,800): denied. Raj Patel says no: too dear",
    undecided: "replace hardware (GBP 1,800): undecided: nobody of the client has decided, "
    "and nobody is left to ask",
    withdrawn: "replace hardware (GBP 1,800): withdrawn: the disk is back",
    acted: "It is critical, and could not wait: done 12:00.",
}


@every("state, reader, visit", product(ENDS, READERS, (0, 1)))
def test_after_it_every_link_shows_the_same_ruling(
    state: Callable[[], Case], reader: str, visit: int
) -> None:
    """Who decided what, and why; and nothing can be decided any more."""
    page = state().page(reader, visit)

    assert page.lead == ENDS[state]
    assert page.choices & {"yes", "no", "withdraw"} == set()


def test_the_msp_reads_under_which_line_and_version_it_was_decided() -> None:
    """And through what; a contact reads the same without those."""
    begun = approved()
    cy, raj = begun.page("ana").part("Who said what")

    assert cy.startswith("12:00 Cy Tanaka (engineering) says yes, on condition: after 18:00")
    assert "replace hardware: engineering, up to GBP 2,000 and 4 hours down; version test" in cy
    assert "through the link sent to Raj Patel, with the code" in raj
    assert begun.page("kim").part("Who said what") == [
        "12:00 Cy Tanaka (engineering) says yes, on condition: after 18:00: internal spare part",
        "12:00 Raj Patel says yes: we need it",
    ]


def test_who_has_decided_can_say_that_it_was_not_them() -> None:
    """In a form of its own; nobody else can."""
    begun = approved()

    assert begun.page("raj", 1).choices == {"contest"}
    assert begun.page("raj", 1).one("button")["class"] == ["quiet"]
    assert "You said yes at 12:00." in begun.page("raj", 1).text
    for reader in ("bo", "ana", "gil", "kim"):
        assert begun.page(reader).choices == set()


def test_a_contested_decision_is_shown_as_void() -> None:
    """The question is open again, but not for the one whose link may be in other hands."""
    begun = contested()

    void = "12:00 Raj Patel says yes: we need it. This does not count: Raj Patel says that it was not them"
    assert any(one.startswith(void) for one in begun.page("ana").part("Who said what"))
    assert begun.page("raj", 1).choices == set()
    assert "says that this was not them" in begun.page("ana").text


def test_who_is_asked_because_a_decision_was_void_reads_so() -> None:
    """On the same side; what happened to the MSP's people stays inside."""
    begun = plain().says("kim", visit=1, conditions="not before 17:30")
    begun.becomes(rules.contest(begun.approval, "kim", begun.now))
    why = "Kim Harlow says that the yes in their name was not theirs: so it is asked again."
    assert why in begun.page("raj", 2).text
    assert "Kim Harlow says yes, on condition: not before 17:30. This does not count" in (
        begun.page("raj", 2).text
    )

    begun = plain().says("cy", visit=1)
    begun.becomes(rules.contest(begun.approval, "cy", begun.now))
    assert "was not theirs" in begun.page("gil", 2).text
    assert "was not theirs" not in begun.page("kim", 1).text


def test_who_would_have_been_asked_can_object_once() -> None:
    """The objection stands on the page; the one who acted first can't object to themselves."""
    page = acted().page("cy", 1)
    assert page.one("h1").get_text() == "Bo Lind has already done it: failover (2 hours down)"
    assert "Done by Bo Lind, 12:00" in page.text
    assert "Done first on the authority of senior specialist, up to 2 hours down" in page.text
    assert "You would have been asked, had there been the time." in page.text
    assert page.choices == {"object"}
    assert acted().page("bo").choices == acted().page("ana").choices == set()

    page = objected().page("cy", 1)
    assert page.choices == set()
    assert "Your objection was recorded at 12:00. Bo Lind, Tom Adeyemi and Kim Harlow are told." in page.text
    assert page.part("Objections") == [
        "12:00 Cy Tanaka objects: the replication was not done (through the mail)"
    ]


def test_a_contact_who_would_have_been_asked_can_object_too() -> None:
    """What the MSP's own people object to stays inside."""
    page = objected().page("kim", 1)

    assert page.choices == {"object"}
    assert "Your company would have had to agree something is down" in page.text
    assert "the replication was not done" not in page.text

    begun = objected()
    begun.becomes(rules.object_to(begun.approval, "kim", "we were not told", begun.now))
    page = begun.page("kim", 1)
    assert "Your objection was recorded at 12:00. Bo Lind and Northwind are told." in page.text


# What is typed ------------------------------------------------------------------------------


def test_a_problem_is_told_first_and_what_was_typed_stays() -> None:
    """Also in the title; what was chosen has to be chosen again, and a code typed again."""
    typed = {"choice": "yes", "reason": "typed <here>", "conditions": "after 18:00", "code": "ABC-DEF"}
    page = asked().page("raj", 1, typed, "That code is not the one in the mail.")

    assert page.one("title").get_text().startswith("That did not count: ")
    assert "That code is not the one in the mail." in page.one("main > [role=alert]:first-child").get_text()
    assert page.one("textarea[name=reason]").get_text().strip() == "typed <here>"
    assert page.one("textarea[name=conditions]").get_text().strip() == "after 18:00"
    assert "ABC-DEF" not in page.html


def test_what_was_typed_can_be_copied_when_there_is_no_form_any_more() -> None:
    """Somebody else was faster: the words are not lost."""
    typed = {"reason": "a long reason", "conditions": "a condition"}
    page = denied().page("cy", 1, typed, "It is decided.")

    assert "What you wrote was not sent a long reason a condition" in page.text


def test_what_is_hostile_is_only_text() -> None:
    """In the question, in the answers, in what was typed."""
    proposal = replace(HARDWARE, what=HOSTILE, why=HOSTILE, otherwise=HOSTILE)
    begun = case(proposal).says("cy", reason=HOSTILE, conditions=HOSTILE)
    for reader in ("cy", "raj", "bo"):
        page = begun.page(reader, 0, {"reason": HOSTILE, "conditions": HOSTILE}, HOSTILE)
        assert page.all("script") == []
        assert "&lt;script&gt;" in page.html


def test_times_are_those_of_the_reader() -> None:
    """The MSP's for its people, the client's for its own."""
    clients = {**BOOK.clients}
    clients["harbor"] = clients["harbor"].model_copy(update={"time_zone": "Europe/Stockholm"})
    begun = asked()
    begun.book = BOOK.model_copy(update={"clients": clients})

    assert begun.page("cy", 1).lead.endswith("by 12:10.")
    page = begun.page("raj", 1)
    assert page.lead.endswith("by 13:10.")
    assert "Times are Europe/Stockholm." in page.text


def test_pace_and_drill_are_shown() -> None:
    """And on no other page."""
    begun = asked()
    assert "DRILL" not in begun.page("cy", 1).text
    assert "emonstration" not in begun.page("cy", 1).text
    begun.approval = replace(begun.approval, drill=True, pace=60.0)
    assert "DRILL: this is an exercise." in begun.page("raj", 1).text
    assert "Demonstration pace 60: an hour takes 1 minute." in begun.page("raj", 1).text


# On the ticket's pages ------------------------------------------------------------------------


def proposed(facts: Facts = DOWN, by: str = "bo", proposal: Proposal = HARDWARE) -> Life:
    """A ticket with a question."""
    story = life(facts)
    return propose(story, by, proposal)


def propose(story: Life, by: str, proposal: Proposal) -> Life:
    found = find(story.book, asking.inquiry(story.ticket, by, proposal, False, story.now))
    ticket, _ = asking.propose(story.ticket, by, proposal, found, story.now)
    story.becomes(ticket)
    return story


def ruled(story: Life, approval: Approval) -> Life:
    """The ticket hears how its question stands."""
    stands = ruling_for_ticket(approval)
    story.becomes(asking.ruled(story.ticket, stands, story.now))
    return story


def at_management() -> Life:
    """A ticket that has come up to management, where Mia has it."""
    story = life(HIGH)
    while story.ticket.tier != "management":
        story.passes(minutes=10)
    return story


def work(story: Life, person: str) -> Page:
    return Page(VIEWS.page(story.ticket, Showing(Address("staff", story.ticket.id, person), story.now)).body)


def customers(story: Life, *approvals: Approval) -> Page:
    address = Address("customer", story.ticket.id, "kim")
    return Page(VIEWS.page(story.ticket, Showing(address, story.now), approvals).body)


def leads_to(page: Page) -> list[Address | None]:
    """The approvals that a page links to."""
    tokens = [str(a["href"]).rsplit("/", 1) for a in page.all("a[href*='/approval/']")]
    return [LINKS.read("approval", token) for _, token in tokens]


def test_the_tickets_page_lists_its_approvals_each_with_its_page() -> None:
    """As it stands, and as it was decided; the link is the reader's own."""
    story = proposed()
    page = work(story, "sam")
    assert "replace hardware: the disk shelf" in page.text
    assert "Not decided yet. If nobody answers, it is undecided at 12:10." in page.text
    waits = ruled(proposed(), half().approval)
    assert "Not decided yet. Only Harbor Trading's answer is missing." in work(waits, "bo").text
    assert leads_to(page) == [Address("approval", "approval-harbor-desk-42-1", "sam")]

    page = work(ruled(story, denied().approval), "bo")
    assert "replace hardware (GBP 1,800): denied. Raj Patel says no: too dear" in page.text
    assert "Found so far Nothing was recorded so far." in page.text, "it stands among the approvals"


def test_what_was_granted_on_the_spot_has_no_page() -> None:
    """Nobody was asked."""
    page = work(proposed(proposal=Proposal("configuration change", "the DNS")), "bo")

    assert "configuration change: granted on the spot" in page.text
    assert leads_to(page) == []


def test_only_who_may_act_on_the_ticket_is_led_to_the_form() -> None:
    """Nobody where there is no table."""
    story = life(DOWN)
    assert len(work(story, "bo").all("a[href$='/ask']")) == 1
    assert work(story, "ana").all("a[href$='/ask']") == []
    without = Views(lambda: northwind(authority=None), LINKS)
    page = Page(without.page(story.ticket, Showing(Address("staff", story.ticket.id, "bo"), story.now)).body)
    assert page.all("a[href$='/ask']") == []


def test_at_management_the_ways_out_stand_on_the_page() -> None:
    """And nowhere else; with the way to the form."""
    page = work(at_management(), "mia")

    (found,) = [tag for tag in page.all("h2") if tag.get_text() == "A business decision"]
    listed = found.find_next("ul")
    assert isinstance(listed, Tag)
    assert [option.get_text() for option in listed.select("li")] == list(AUTHORITY["options"])
    assert "It is a business decision now: the 5 ways out." in page.one(".now").get_text()
    assert len(page.all("a[href$='/ask']")) == 2
    assert "A business decision" not in work(life(DOWN), "bo").text


def test_the_customer_reads_that_we_wait_for_their_company() -> None:
    """While the clock is stopped for it, and only then."""
    story = proposed()
    assert "decision" not in customers(story).text

    page = customers(ruled(story, half().approval))
    assert page.lead == "Waiting for your company's decision on replace hardware."
    assert "internal" not in page.text
    assert all("/complain/" in str(a["href"]) for a in page.all("a"))


def test_who_is_asked_is_led_from_their_ticket_to_the_question() -> None:
    """As long as it waits for their company, and nobody else is."""
    story, open_one = ruled(proposed(), asked().approval), asked().approval

    def led(person: str, approval: Approval) -> list[Address | None]:
        address = Address("customer", story.ticket.id, person)
        page = Page(VIEWS.page(story.ticket, Showing(address, story.now), [approval]).body)
        assert ("We wait for your decision: replace hardware" in page.text) == bool(leads_to(page))
        return leads_to(page)

    assert led("raj", open_one) == [Address("approval", open_one.id, "raj")]
    assert led("kim", open_one) == led("raj", denied().approval) == led("raj", undecided().approval) == []


def test_the_customer_reads_a_ruling_in_which_their_company_has_a_part() -> None:
    """Not what the MSP has decided for itself."""
    page = customers(ruled(proposed(), denied().approval))
    assert page.part("Decisions") == ["replace hardware (GBP 1,800): denied. Raj Patel says no: too dear"]

    own = asked().says("cy", yes=False, reason="internal: there is a spare")
    page = customers(ruled(proposed(), own.approval))
    assert "Decisions" not in page.text
    assert "internal" not in page.text


def test_the_customer_reads_what_was_done_first_and_what_nobody_decided() -> None:
    """Where their company would have been asked, or was; the MSP's own objections stay inside."""
    begun = objected()
    begun.becomes(rules.object_to(begun.approval, "kim", "we were not told", begun.now))
    story = ruled(proposed(proposal=FAILOVER), begun.approval)
    assert customers(story, begun.approval).part("Decisions") == [
        "failover (2 hours down): Bo Lind (Northwind) has already done it, at 12:00. "
        "Kim Harlow objects: we were not told"
    ]

    open_one, nobody = asked().approval, undecided().approval
    assert customers(ruled(proposed(), open_one), open_one).part("Decisions") == [
        "replace hardware (GBP 1,800): not decided yet. Northwind: has not decided yet; "
        "Harbor Trading: Raj Patel is asked, until 12:10"
    ]
    assert customers(ruled(proposed(), nobody), nobody).part("Decisions") == [
        "replace hardware (GBP 1,800): undecided. Nobody has decided it in time, so it is not done"
    ]
    page = customers(proposed(proposal=FIRST), case(FIRST).approval)
    assert "Decisions" not in page.text
    assert "put one client first" not in page.text


def test_only_what_the_ticket_does_not_know_is_looked_up_for_its_customer() -> None:
    """And nothing for the MSP's people, whose page leads to each."""
    story = proposed()
    kim, bo = Address("customer", story.ticket.id, "kim"), Address("staff", story.ticket.id, "bo")
    assert to_look_up(story.ticket, kim) == ["approval-harbor-desk-42-1"]
    assert to_look_up(story.ticket, bo) == []
    assert to_look_up(ruled(story, approved().approval).ticket, kim) == []


# The form to ask --------------------------------------------------------------------------


def form(story: Life, person: str, typed: Mapping[str, str] | None = None, problem: str = "") -> Page:
    address = Address("staff", story.ticket.id, person)
    return Page(VIEWS.ask(story.ticket, Showing(address, story.now, typed or {}, problem)).body)


@functools.cache
def forms() -> dict[str, Page]:
    return {
        "critical": form(life(DOWN), "bo"),
        "high": form(life(HIGH), "ana"),
        "management": form(at_management(), "mia"),
        "not here": form(life(DOWN), "ana"),
        "problem": form(life(DOWN), "bo", {"what": HOSTILE, "question": "action:restart"}, "Say it."),
    }


def rows(page: Page, number: int) -> dict[str, str]:
    """One of the lists of the form, by what each of its entries is about."""
    entries = page.all("dl.needs")[number].select("dl > div")
    return {entry.select("dt")[0].get_text(): " ".join(entry.get_text(" ").split()) for entry in entries}


@every("page", forms)
def test_the_form_to_ask_keeps_to_the_policy_and_can_be_read_by_everybody(page: Page) -> None:
    """As the other pages."""
    keeps_to_the_policy(page)
    can_be_read_by_everybody(page)
    labels_every_field(page)
    assert not page.all("input[checked]")


def test_the_form_offers_the_actions_and_what_may_be_decided_alone() -> None:
    """Nothing is selected, and an answer is required."""
    page = forms()["critical"]

    select = page.one("select[name=question]")
    assert select.has_attr("required")
    assert page.all("option[selected]") == []
    assert [str(o["value"]) for o in page.all("option")] == [
        "",
        *(f"action:{action}" for action in AUTHORITY["actions"]),
    ]
    known = rows(page, -1)
    assert (
        "Alone: up to 1 hour down; up to 2 hours down, out of hours; "
        "with Harbor Trading's consent if it is down in their hours." in known["restart"]
    )
    assert (
        "Alone: if it costs nothing and nothing is down; with Harbor Trading's consent."
        in known["workaround"]
    )
    assert known["configuration change"].endswith("Alone: if it costs nothing and nothing is down.")
    assert "Somebody else decides." in known["put one client first"]
    assert "Somebody else decides. At critical you may do it first: up to 2 hours down." in known["failover"]
    assert "with nobody above, it is undecided" in page.text


def test_at_management_each_way_out_says_what_it_needs() -> None:
    """Who of the MSP decides, whether two of them, whether the client must agree, and what follows."""
    page = forms()["management"]
    needs = rows(page, 0)
    assert list(needs) == list(AUTHORITY["options"])
    first = needs["first before other clients"]
    assert "two different people, neither of them you: management, without limit" in first
    assert "Harbor Trading need not agree." in first
    assert "The ticket goes back down to engineering." in first
    assert (
        "Harbor Trading must agree if it costs anything, or if anything is down in their hours."
        in (needs["buy"])
    )
    assert (
        "There may: Kim Harlow, up to 2 hours down; Raj Patel, up to GBP 5,000 and 8 hours down."
        in (needs["buy"])
    )
    assert "Harbor Trading must agree. There may:" in needs["accept the workaround"]
    assert "It holds until a date" in needs["accept the workaround"]
    assert "The ticket is resolved with it" in needs["tell the customer no"]
    assert {"option:buy", "action:restart"} <= {str(o["value"]) for o in page.all("option")}
    assert len(page.all("input[name=until]")) == 1
    assert "needed for “accept the workaround”, empty for the others" in page.one("#hint-until").get_text()
    assert "For “tell the customer no” the customer reads them, too" in page.one("#hint-what").get_text()
    assert "the customer reads" not in forms()["critical"].one("#hint-what").get_text()


def test_acting_first_is_offered_only_to_who_may_on_what_is_critical() -> None:
    """As a choice of its own, of which neither answer is selected."""
    page = forms()["critical"]
    radios = page.all("input[name=act_first]")
    assert [radio["value"] for radio in radios] == ["ask", "act"]
    assert all(radio.has_attr("required") for radio in radios)
    assert "You may: failover, up to 2 hours down; replace hardware" in page.text
    # It is chosen first of all, and the button fits both.
    assert page.all("input:not([type=hidden]), select, textarea")[0]["name"] == "act_first"
    assert page.one("button").get_text() == "Send"
    assert forms()["high"].one("button").get_text() == "Ask"
    assert forms()["high"].all("input[name=act_first], input[name=until]") == []


def test_who_has_not_the_ticket_has_no_form() -> None:
    """And reads why."""
    page = forms()["not here"]

    assert page.all("form") == []
    assert "Ana" not in page.lead
    assert page.lead


def test_what_was_filled_in_stays() -> None:
    """With the problem on top."""
    page = forms()["problem"]

    assert "Say it." in page.one("[role=alert]").get_text()
    assert page.one("textarea[name=what]").get_text().strip() == HOSTILE
    assert [str(o["value"]) for o in page.all("option[selected]")] == ["action:restart"]


ASKED = {"question": "action:replace hardware", "what": "the disk shelf"}
STAFF = Address("staff", "ticket-harbor-desk-42", "bo", 2)


@every(
    "field, typed, read",
    [
        ("cost", "", 0),
        ("cost", "1800", 1800),
        ("cost", "1,800", 1800),
        ("cost", "GBP 12,000", 12000),
        ("cost", "gbp 1 800", 1800),
        ("downtime", "", None),
        ("downtime", "2 hours", timedelta(hours=2)),
        ("begins", "", None),
        ("begins", "2026-07-01T18:00", datetime.fromisoformat("2026-07-01T17:00+00:00")),
        ("by_when", "2026-12-24 18:00", datetime.fromisoformat("2026-12-24T18:00+00:00")),
        ("until", "2026-12-24T18:00:30", datetime.fromisoformat("2026-12-24T18:00:30+00:00")),
    ],
)
def test_what_is_typed_is_read_as_people_write_it(field: str, typed: str, read: object) -> None:
    """Times are those of the MSP's wall clock: an hour ahead of UTC in July."""
    said = proposal_of(ASKED | {field: typed}, STAFF, BOOK)

    found = getattr(said, field)
    assert (found.exact if field == "downtime" and found else found) == read
    assert (said.by, said.visit, said.action, said.option) == ("bo", 2, "replace hardware", "")
    assert said.via == "link"


@every(
    "typed, says",
    [
        ({"question": ""}, "Choose what needs a decision."),
        ({"question": "action:"}, "Choose what needs a decision."),
        ({"question": "else:restart"}, "Choose what needs a decision."),
        ({"cost": "1.50"}, "'1.50' is no cost: write it in whole GBP, such as 1800."),
        ({"cost": "EUR 100"}, "'EUR 100' is no cost: write it in whole GBP"),
        ({"cost": "-5"}, "'-5' is no cost"),
        ({"cost": "1" * 30}, "is no cost"),
        ({"downtime": "soon"}, "'soon' is no downtime: write a number and a unit, such as"),
        ({"downtime": "2 business days"}, "is no downtime"),
        ({"begins": "tomorrow"}, "When it is to be done: 'tomorrow' is no date and time in Europe/London"),
        ({"by_when": "2026-12-24"}, "By when you need the answer: '2026-12-24' is no date and time"),
        ({"by_when": "2026-12-24T18:00Z"}, "write it as 2026-12-24 18:00"),
        ({"until": "9999-12-31T23:59"}, "Until when it holds:"),
        ({"begins": "0001-01-01T00:00"}, "When it is to be done:"),
        ({"what": "x" * 4001}, "4000 characters at most"),
    ],
)
def test_what_can_not_be_read_says_what_to_write(typed: dict[str, str], says: str) -> None:
    """Never cut, never guessed."""
    with pytest.raises(Refused, match=re.escape(says)):
        proposal_of(ASKED | typed, STAFF, BOOK)


def test_an_option_is_management_s_and_acting_first_is_said_plainly() -> None:
    """What the fields of choice mean."""
    option = proposal_of({"question": "option:buy", "what": "a server"}, STAFF, BOOK)
    assert (option.option, option.action, option.act_first) == ("buy", "", False)
    assert proposal_of(ASKED | {"act_first": "act"}, STAFF, BOOK).act_first
    assert not proposal_of(ASKED | {"act_first": "ask"}, STAFF, BOOK).act_first
