"""The pages behind the links, as they stand in every state of a ticket."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import gateway
from gateway.ticket.page import CHOICES
from gateway.views import Showing, Views
from procedure.book.procedure import Procedure
from procedure.book.proposal import Proposal
from procedure.book.severity import Facts
from procedure.kinds import Kind
from procedure.record import Entry
from procedure.ticket import customer, staff, tiers
from procedure.ticket.helpdesk import Event, receive
from procedure.ticket.state import Asked, Pause
from runtime.links import Address, Links
from tests.northwind import ON_CALL, northwind, on_call
from tests.page import Page, can_be_read_by_everybody, keeps_to_the_policy, labels_every_field
from tests.procedure.ticket.lives import NOON, Life, life
from tests.tables import every

DOWN = Facts(system="trading platform", state="down", users=12, category="network")
KINDS = (
    "unknown",
    "gone",
    "no-list",
    "no-approval",
    "left",
    "away",
    "too-large",
    "too-often",
    "broken",
    "foreign",
)
LINKS = Links(["0" * 32], "http://rung.test")
VIEWS = Views(northwind, LINKS)


def work(
    story: Life, person: str, form: Mapping[str, str] | None = None, problem: str = "", visit: int = 0
) -> Page:
    address = Address("staff", story.ticket.id, person, visit or story.ticket.tiers.visit)
    return Page(VIEWS.page(story.ticket, Showing(address, story.now, form or {}, problem)).body)


def customers(story: Life, form: Mapping[str, str] | None = None, problem: str = "") -> Page:
    return Page(
        VIEWS.page(
            story.ticket, Showing(Address("customer", story.ticket.id, "kim"), story.now, form or {}, problem)
        ).body
    )


def paged() -> Life:
    """With Bo, the senior specialist, who has said nothing yet."""
    return life(DOWN)


def acknowledged() -> Life:
    """With Bo, who has noted what must stay inside."""
    story = paged()
    story.ticket = replace(story.ticket, description="internal description")
    story.becomes(staff.progress(story.ticket, "bo", 0, "internal note", story.now, via="link"))
    return story


def requested() -> Life:
    """The customer has asked to escalate."""
    story = acknowledged()
    story.becomes(customer.ask_for_escalation(story.ticket, "kim", 0, "please hurry", story.now))
    return story


def paused() -> Life:
    """The clock is stopped, for a reason that must stay inside."""
    story = acknowledged()
    story.becomes(staff.pause(story.ticket, "bo", "internal reason", story.now))
    return story


def asked() -> Life:
    """The customer was asked something."""
    story = acknowledged()
    story.becomes(customer.ask(story.ticket, "bo", 0, "Which desk is it?", story.now))
    return story


def resolved() -> Life:
    """Bo says that it is solved."""
    story = acknowledged()
    story.becomes(staff.resolve(story.ticket, "bo", 0, "Restarted the server", story.now))
    return story


def declined() -> Life:
    """Management has decided that it will not be done."""
    story = acknowledged()
    story.becomes(tiers.resolved(story.ticket, "We do not build it", story.now, "mia", declined=True))
    return story


def closed() -> Life:
    """The customer has confirmed it."""
    story = resolved()
    story.becomes(customer.confirm(story.ticket, "kim", 0, True, "", story.now))
    return story


def last_resort() -> Life:
    """Nobody has answered, and Ida has been told."""
    story = paged()
    story.passes(hours=1)
    return story


def unlisted() -> Life:
    """With Ana, of a system that is none of Harbor's."""
    return life(Facts(system="abacus", state="down", users=200))


STATES = (paged, acknowledged, requested, paused, asked, resolved, declined, closed, last_resort)


@functools.cache
def pages() -> dict[str, Page]:
    return {
        **{f"work, {state.__name__}": work(state(), "bo") for state in STATES},
        **{f"customer, {state.__name__}": customers(state()) for state in STATES},
        "work, unlisted": work(unlisted(), "ana"),
        "customer, unlisted": customers(unlisted()),
        "work, asked for the answer": work(requested(), "sam"),
        "work, not here": work(acknowledged(), "ana"),
        "work, problem": work(
            paged(), "bo", {"form": "hand_on", "text": "typed", "tier": "engineering"}, "Say what was found."
        ),
        "work, problem and no form": work(closed(), "bo", {"text": "typed"}, "The ticket is closed."),
        "customer, problem": customers(
            resolved(), {"form": "confirm", "text": "typed"}, "Choose what you want to do."
        ),
        **{kind: Page(VIEWS.plain(kind, 404).body) for kind in KINDS},
    }


ASKED_FOR: dict[str, set[str]] = {
    "acknowledge": set(),
    "accept": set(),
    "keep": set(),
    "resume": set(),
    "hand_on": {"condition", "tier", "text"},
    "hand_back": {"tier", "text"},
    "name_system": {"system"},
}
"""What a form asks for besides its choice, where it is not somebody's words alone."""

EVERY_PAGE = every("page", pages)
EVERY_FORM = every("page", lambda: {name: page for name, page in pages().items() if page.all("form")})

# What holds for every page ----------------------------------------------------------------


@EVERY_PAGE
def test_the_page_keeps_to_the_policy(page: Page) -> None:
    """No script, no inline style, nothing from elsewhere: the content policy would refuse it."""
    keeps_to_the_policy(page)
    assert [str(link["href"]) for link in page.all("link")] == ["/static/style.css"]
    for a in page.all("a"):
        assert re.fullmatch(
            r"http://rung\.test/(approval/[^/]+|complain/[^/]+|ticket/staff/[^/]+/ask)",
            str(a["href"]),
        )


@EVERY_PAGE
def test_the_page_can_be_read_by_everybody(page: Page) -> None:
    """A language, a title, one main heading, a width that fits a phone, and ids that are there once."""
    can_be_read_by_everybody(page)


@EVERY_FORM
def test_the_form_decides_nothing_by_itself(page: Page) -> None:
    """Each form is a POST, choices unselected and required, one button: a scanner sends no decision."""
    forms = page.all("form")
    assert forms
    for form in forms:
        assert form["method"] == "post"
        assert form.get("action") is None, "it goes back to the same address"
        radios = form.select("input[type=radio]")
        assert radios
        assert all(radio.has_attr("required") and not radio.has_attr("checked") for radio in radios)
        assert {radio["name"] for radio in radios} == {"choice"}
        (button,) = form.select("button, input[type=submit]")
        assert button["type"] == "submit"
        assert not button.has_attr("name")


@EVERY_FORM
def test_what_the_page_is_for_stands_open_and_the_rest_is_folded(page: Page) -> None:
    """Ten seconds on a phone: what is asked comes first, and no other form is in the way of the facts."""
    first, folded = page.all(".now form"), page.all("details form")
    assert len(first) + len(folded) == len(page.all("form"))
    assert all(page.html.index(f'id="{form["id"]}"') < page.html.index("<dl") for form in (*first, *folded))
    for form in folded:
        only = {"answer": 2}.get(str(form["id"]), 1)
        assert len(form.select("input[type=radio]")) == only, "a form for each thing to do"
    assert [fold for fold in page.all("details.do[open]") if not page.all(".problem")] == []


@EVERY_FORM
def test_every_field_has_its_label(page: Page) -> None:
    """The choices stand in fieldsets with a legend, and each field is named for who can't see it."""
    assert len(page.all("fieldset > legend")) == len(page.all("form"))
    labels_every_field(page)


@EVERY_FORM
def test_each_form_asks_only_for_what_it_needs(page: Page) -> None:
    """Who says "I have it", or starts the clock again, writes nothing."""
    for form in page.all("form"):
        fields = {str(field["name"]) for field in form.select("textarea, select")}
        assert fields == ASKED_FOR.get(str(form["id"]), {"text"}), form["id"]


@EVERY_FORM
def test_the_hidden_fields_tell_what_it_is_about(page: Page) -> None:
    """The version of the record, the visit of the tier, and which of the page's forms it is."""
    for form in page.all("form"):
        hidden = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
        assert set(hidden) == {"version", "visit", "form"}
        assert hidden["form"] == form["id"]
        assert (hidden["version"] + hidden["visit"]).isdigit()


@every("name, page", pages)
def test_choices_are_those_that_the_gateway_knows(name: str, page: Page) -> None:
    """Whatever is offered is understood."""
    assert page.choices <= {*CHOICES["staff" if name.startswith("work") else "customer"]}


@every("name, page", pages)
def test_a_customer_reads_nothing_internal(name: str, page: Page) -> None:
    """No note, no reason of a pause, nothing from the record that quotes them."""
    if name.startswith("customer"):
        assert "internal" not in page.html


# The staff's page ---------------------------------------------------------------------------


def test_who_is_paged_is_asked_to_acknowledge() -> None:
    """Until when, on top; and everything else that can be done."""
    page = work(paged(), "bo")

    assert re.fullmatch(r"You are paged: acknowledge by .*12:05\.", page.lead)
    assert page.choices == {
        *("acknowledge", "progress", "resolve", "hand_on", "hand_back", "ask_customer", "pause")
    }
    assert "Nothing was recorded so far." in page.text
    assert page.title == "Ticket 42: Nobody can log in (Northwind)"


def test_who_has_a_ticket_of_no_known_system_is_asked_which_one_it_is() -> None:
    """With the client's own to choose from; nobody else is asked, nor when it is known."""
    page = work(unlisted(), "ana")
    assert "Which system is it? “abacus” is none that is known here" in page.text
    assert "name_system" in page.choices
    assert [option.get_text() for option in page.all("select[name=system] option")] == [
        *("Not chosen", "trading platform", "office mail")
    ]
    nameless = life(Facts(state="down"))
    assert "Which system is it? Nobody has named one" in work(nameless, "ana").text
    for other in (work(paged(), "bo"), work(unlisted(), "bo"), customers(unlisted())):
        assert "Which system" not in other.text
        assert other.all("select[name=system]") == []


def test_the_briefing_is_on_the_page() -> None:
    """Severity and why, what was found, the first level's list, what happens if nobody acts, the record."""
    page = work(acknowledged(), "bo")

    for fact in (
        "critical",
        "the business stands still",
        "trading platform down, 12 users: the firm can't trade",
        "internal description",
        "Bo Lind: internal note",
        "Since when?",
        "Restart the router.",
        "it goes to Cy Tanaka (engineering)",
        "Progress: internal note (through the link sent to Bo Lind)",
        "Times are Europe/London.",
    ):
        assert fact in page.text


def closed_now() -> Procedure:
    """Harbor is on call, and works on Thursdays: it is out of hours on a Monday."""
    harbor = ON_CALL["clients"]["harbor"] | {"hours": {"thursday": "09:00-17:00"}}
    return on_call(clients=ON_CALL["clients"] | {"harbor": harbor})


@pytest.mark.parametrize(("person", "told"), [("bo", True), ("ana", False)])
def test_who_is_here_at_night_reads_what_they_may_decide_alone(person: str, told: bool) -> None:
    """As far as their tier's lines go; for who reads along, they are not."""
    story = paged()
    ticket = story.ticket
    address = Address("staff", ticket.id, person, ticket.tiers.visit)
    page = Page(Views(closed_now, LINKS).page(ticket, Showing(address, story.now)).body)

    assert ("restart: up to 2 hours down" in page.text) == told
    assert "without asking" not in work(paged(), person).text, "in hours"


def test_who_has_it_is_not_asked_to_acknowledge_again() -> None:
    """It would change nothing."""
    page = work(acknowledged(), "bo")

    assert page.lead == "You have it."
    assert "acknowledge" not in page.choices
    assert "progress" in page.choices


def test_a_colleague_of_the_same_tier_may_help() -> None:
    """Nothing is to be done, but it is possible."""
    page = work(acknowledged(), "sam")

    assert page.lead == "Bo Lind (senior specialist) has it: nothing for you to do."
    assert "resolve" in page.choices


def test_who_is_not_here_hears_who_has_it() -> None:
    """And has no form."""
    page = work(acknowledged(), "ana")

    assert page.lead == "Bo Lind (senior specialist) has it: nothing for you to do."
    assert page.all("form") == []


def test_an_old_link_of_the_holder_leads_to_the_newest_mail() -> None:
    """It was about another visit of the ticket, so it can't act on this one."""
    page = work(last_resort(), "ida", visit=1)

    assert page.lead == "You have it, but this link is from an earlier mail."
    assert page.all("form") == []


def test_the_last_resort_can_only_hand_it_back() -> None:
    """There is nobody above."""
    page = work(last_resort(), "ida")

    assert "hand_on" not in page.choices
    assert "hand_back" in page.choices
    assert page.options("tier")[1:] == ["first level", "senior specialist", "engineering", "management"]


def test_hand_on_and_hand_back_offer_what_there_is() -> None:
    """The tiers above and below, and the conditions that lead up from here."""
    page = work(paged(), "bo")

    assert page.options("tier", "hand_on") == ["The next one up", "engineering", "management"]
    assert page.options("tier", "hand_back") == ["Choose a tier", "first level"]
    assert page.options("condition", "hand_on")[1:] == ["corrupted database (engineering)"]


def test_the_first_level_has_nobody_to_hand_it_back_to() -> None:
    """So it is not offered; handing on is."""
    page = work(life(), "ana")

    assert "hand_back" not in page.choices
    assert "hand_on" in page.choices


def test_a_stopped_clock_can_be_started() -> None:
    """The page says what it waits for, and until when."""
    page = work(paused(), "bo")

    assert "resume" in page.choices
    assert "pause" not in page.choices
    assert re.search(r"The clock is stopped until .* at the latest: internal reason\.", page.text)


def test_the_lead_is_asked_for_the_answer_to_the_customer() -> None:
    """With the customer's words, and until when."""
    page = work(requested(), "sam")

    assert re.fullmatch(
        r"The customer asks to escalate: you answer by .*12:30, or it is granted\.", page.leads[0]
    )
    assert "Kim Harlow asks to escalate: please hurry" in page.text
    assert {"grant", "refuse"} <= page.choices


@pytest.mark.parametrize("state", [resolved, closed])
def test_what_is_over_has_no_form_for_staff(state: Callable[[], Life]) -> None:
    """Resolved waits for the customer; closed is closed."""
    page = work(state(), "bo")

    assert page.all("form") == []
    assert "nothing to do" in page.lead
    assert "Restarted the server" in page.text


def test_a_problem_is_told_first_and_what_was_typed_stays() -> None:
    """Also in the title; but what to do has to be chosen again."""
    typed = {"form": "hand_on", "choice": "hand_on", "text": "typed <here>", "tier": "engineering"}
    page = work(paged(), "bo", typed, "Say what was found.")

    assert page.title == "That did not count: Ticket 42: Nobody can log in (Northwind)"
    (alert,) = page.all("main > [role=alert]:first-child")
    assert "Say what was found." in alert.get_text()
    assert page.one("details[open] textarea").get_text().strip() == "typed <here>"
    assert [box.get_text().strip() for box in page.all("details:not([open]) textarea")] == [""] * 5
    assert [option.get_text() for option in page.all("option[selected]")] == ["engineering"]


def test_what_was_typed_can_be_copied_when_there_is_no_form_any_more() -> None:
    """Somebody else was faster: the words are not lost."""
    page = work(closed(), "bo", {"text": "a long report"}, "The ticket is closed.")

    assert "What you wrote was not sent a long report" in page.text
    page = work(acknowledged(), "bo", {"form": "answer", "text": "a long report"}, "There is no open wish.")
    assert "What you wrote was not sent a long report" in page.text


# The customer's page -------------------------------------------------------------------------


def test_the_customer_sees_who_has_it_and_what_comes_next() -> None:
    """In words, with the severity and its reason; whom the MSP pages after that is its own affair."""
    page = customers(paged())

    assert re.fullmatch(r"Bo Lind \(senior specialist\) is asked to take your ticket by .*12:05\.", page.lead)
    for fact in ("critical", "the business stands still", "the firm can't trade"):
        assert fact in page.text
    assert page.part("What comes next") == [
        "12:05 somebody else is asked to take it",
        "12:10 it goes to our engineering, if it is not taken by then",
    ]
    assert page.choices == {"reply", "escalate"}


def test_the_customer_sees_the_whole_chain_where_the_procedure_says_so() -> None:
    """Up to the last resort, with everybody's name."""
    story = paged()
    agreed = story.ticket.agreement.model_copy(update={"customers_see_chain": True})
    story.ticket = replace(story.ticket, agreement=agreed)

    assert [step.partition(" ")[2] for step in customers(story).part("What comes next")] == [
        "Sam Ortega is paged (senior specialist)",
        "it goes to Cy Tanaka (engineering)",
        "it goes to Mia Keller (management)",
        "it goes to Ida Northcott (last resort)",
    ]


def test_the_customer_reads_where_it_went_and_not_who_was_silent() -> None:
    """Each tier it has come to; the names of those who were paged in vain stay inside."""
    page = customers(last_resort())

    assert [line for line in page.part("What happened so far") if "now with" in line] == [
        "12:00 It is now with our senior specialist",
        "12:10 It is now with our engineering",
        "12:20 It is now with our management",
        "12:30 It is now with our last resort",
    ]
    for person in ("Bo Lind", "Sam Ortega", "Cy Tanaka", "Mia Keller"):
        assert person not in page.text


def test_who_has_asked_sees_who_answers_by_when() -> None:
    """Asking twice is not offered."""
    page = customers(requested())

    assert page.choices == {"reply"}
    assert re.search(r"You asked us to escalate\. Sam Ortega answers by .*12:30;", page.text)
    assert "your wish to escalate is granted, unless Sam Ortega answers" in page.text


def test_the_answer_to_the_wish_is_on_the_page() -> None:
    """Who kept it, and why."""
    story = requested()
    story.becomes(customer.answer_request(story.ticket, "sam", False, "it is nearly done", story.now))
    page = customers(story)

    assert "kept at senior specialist by Sam Ortega: it is nearly done" in page.text
    assert page.choices == {"reply", "escalate"}


def test_a_question_stands_on_top_until_it_is_answered() -> None:
    """And only the question, not what else was noted."""
    story = asked()
    story.becomes(staff.progress(story.ticket, "bo", 0, "internal: still waiting", story.now))
    page = customers(story)

    assert page.lead == "We have a question for you."
    assert "Which desk is it?" in page.text
    assert "internal" not in page.html

    story.becomes(customer.reply(story.ticket, "kim", "The third", story.now))
    assert "Which desk is it?" not in customers(story).text


def test_a_stopped_clock_is_told_without_its_reason() -> None:
    """Only until when at most."""
    assert "our clock goes on by itself, at the latest" in customers(paused()).text


def test_the_customer_is_asked_whether_it_is_solved() -> None:
    """What was done, by when to answer, yes or not yet."""
    page = customers(resolved())

    assert page.lead == "We think it is solved: is it?"
    assert page.choices == {"solved", "not_yet", "reply"}
    assert "Restarted the server" in page.text
    assert "it closes, if we have no answer from you" in page.text


def test_what_will_not_be_done_is_not_shown_as_solved() -> None:
    """The customer reads why, and may disagree; the staff's page says the same."""
    page = customers(declined())

    assert page.lead == "Northwind has decided that this will not be done."
    assert "We do not build it" in page.all(".now")[0].get_text()
    assert page.text.count("We do not build it") == 2, "on top, and in what happened so far"
    assert page.all("legend")[0].get_text() == "Do you accept it?"
    assert [label.get_text() for label in page.all(".choice label")][:2] == ["I accept", "I don't agree"]
    assert page.choices == {"solved", "not_yet", "reply"}
    assert "is solved" not in page.text
    assert "Declined: We do not build it" in page.text

    page = work(declined(), "bo")
    assert page.lead == "It will not be done: nothing to do."
    assert "What the customer was told We do not build it" in page.text


def test_the_answer_to_what_will_not_be_done_is_recorded_as_such() -> None:
    """Accepted, it closes, and nobody says that it was solved."""
    story = declined()
    story.becomes(customer.confirm(story.ticket, "kim", 0, True, "", story.now))
    page = customers(story)
    assert "Kim Harlow accepts it" in page.text
    assert "Why it is not done We do not build it" in page.text

    story = declined()
    story.becomes(customer.confirm(story.ticket, "kim", 0, False, "we need it", story.now))
    assert any("Kim Harlow does not accept it: we need it" in text for text in story.record)


def test_the_customer_does_not_read_what_the_msp_is_asked() -> None:
    """It is a next step on the staff's page alone, unless the clock waits for the client's answer."""
    question = Asked(
        1, Proposal("restart", "the web node"), "bo", NOON, undecided_at=NOON + timedelta(hours=1)
    )
    story = acknowledged()
    story.ticket = replace(story.ticket, approvals=(question,))
    assert "restart is undecided" in work(story, "bo").text
    assert "restart" not in customers(story).text

    waits = Pause("the client decides: restart", NOON, NOON + timedelta(days=3), approval=1)
    story.ticket = replace(story.ticket, status="paused", here=replace(story.ticket.here, pause=waits))
    assert "restart is undecided, and our clock goes on" in customers(story).text
    assert customers(story).text.count("our clock goes on by itself, at the latest") == 1


def test_the_choices_of_the_readmes_first_ticket_are_on_the_pages() -> None:
    """In the words that the pages have for them."""
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    chosen = re.findall(r"choose\s+\*(.+?)\*", readme)
    assert len(chosen) == 3
    labels = {label.text for page in pages().values() for label in page.all("label")}
    assert {*chosen} <= labels


def test_a_closed_ticket_has_no_form_for_the_customer() -> None:
    """But says what to do when it is not solved after all."""
    page = customers(closed())

    assert page.all("form") == []
    assert "open it again in the helpdesk, or answer any of our mails about it." in page.text


def test_the_last_resort_cannot_be_escalated() -> None:
    """There is no higher level to ask for."""
    assert customers(last_resort()).choices == {"reply"}


def test_the_customers_timeline_has_only_what_is_theirs() -> None:
    """How it opened, who took it, what they said, what they were told."""
    story = requested()
    story.ticket = replace(
        story.ticket,
        record=(
            *story.ticket.record,
            Entry(story.now, Kind.UNDELIVERED, person="bo", words="internal.example refused it"),
            Entry(story.now, Kind.HANDED_BACK, "bo", words="internal", to="first level"),
        ),
    )
    page = customers(story)

    assert [entry.get_text() for entry in page.all("ol:last-of-type > li .what")][-5:] == [
        "Opened as critical: trading platform down, 12 users: the firm can't trade",
        "It is now with our senior specialist",
        "Bo Lind has it",
        "Kim Harlow asks to escalate: please hurry",
        "It is now with our first level",
    ]


def test_a_helpdesk_user_who_is_called_like_a_contact_stays_inside() -> None:
    """What staff write in the helpdesk is internal, whatever their name there."""
    story = acknowledged()
    event = Event(delivery="d9", at=story.now, by="kim", text="internal comment")
    story.becomes(receive(story.ticket, event, story.now))

    assert "internal" not in customers(story).html


def test_pace_and_drill_are_shown_on_both_pages() -> None:
    """And on no other ticket's."""
    story = paged()
    for page in (work(story, "bo"), customers(story)):
        assert "DRILL" not in page.text
        assert "emonstration" not in page.text
    story.ticket = replace(
        story.ticket, drill=True, agreement=story.ticket.agreement.model_copy(update={"pace": 60.0})
    )
    for page in (work(story, "bo"), customers(story)):
        assert "DRILL: this is an exercise." in page.text
        assert "Demonstration pace 60: an hour takes 1 minute." in page.text


def test_what_is_hostile_is_only_text() -> None:
    """A title, a description, a note, a question and typed words put nothing into the page."""
    words = "</textarea><script>alert(1)</script>"
    story = asked()
    story.ticket = replace(story.ticket, title=words, description=words)
    story.becomes(staff.progress(story.ticket, "bo", 0, words, story.now))
    story.becomes(customer.ask(story.ticket, "bo", 0, words, story.now))
    for page in (work(story, "bo", {"text": words}, words), customers(story, {"text": words}, words)):
        assert page.all("script") == []
        assert "&lt;script&gt;" in page.html


# Pages without a ticket ------------------------------------------------------------------------


@every("kind", KINDS)
def test_every_plain_page_says_what_to_do_now(kind: str) -> None:
    """In words, and with no form."""
    page = pages()[kind]

    assert "What to do now" in page.text
    assert page.all("form, a") == []


def test_an_unknown_link_says_nothing_about_tickets() -> None:
    """Whether there is one or not."""
    assert "ticket" not in pages()["unknown"].text.casefold()


def test_the_style_loads_nothing_and_shows_the_focus() -> None:
    """One file, for light and dark."""
    style = (Path(gateway.__file__).parent / "static" / "style.css").read_text()

    assert "url(" not in style
    assert "@import" not in style
    assert ":focus-visible" in style
    assert "prefers-color-scheme: dark" in style
