"""The form to complain, and the pages of a complaint and a review, for each reader, in every state."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from gateway.complaint.views import hears
from gateway.path.views import has
from gateway.views import Showing, Views
from procedure.book.procedure import Procedure
from procedure.complaint import remarks as sayings
from procedure.complaint import review as reviews
from procedure.complaint.review import Counted
from procedure.complaint.state import (
    CALLER,
    CUSTOMERS,
    Complaint,
    Raised,
    begun,
)
from procedure.path import assignment as assignments
from procedure.path.levels import PathTerms, agreed
from procedure.ticket.customer import complained
from runtime.links import Address, Links
from tests.northwind import COMPLAINTS, PROCEDURE, northwind
from tests.page import Page, can_be_read_by_everybody, keeps_to_the_policy, labels_every_field
from tests.procedure.complaint.complaining import Complaining, Reviewing
from tests.procedure.ticket.lives import NOON, life
from tests.tables import every

LINKS = Links(["0" * 32], "http://rung.test")
BOOK = northwind()
VIEWS = Views(lambda: BOOK, LINKS)
HOSTILE = "</textarea><script>alert(1)</script>"
SECRET = "they took it down at noon"
SETTLE = "tell us before"
TICKET = life().ticket
"""Kim's, about which she complains."""

RAISED = Raised(
    client="harbor",
    number="c-4k7wz2xp",
    kind="changed without asking",
    words=f"{SECRET} <b>again</b>",
    by="kim",
    settle=SETTLE,
    ticket=TICKET.id,
    ticket_number=TICKET.number,
    ticket_title=TICKET.title,
)


# Complaints and reviews as time goes by -----------------------------------------------------


class Case(Complaining):
    """A complaint, as people say something about it and time goes by."""

    @property
    def complaint(self) -> Complaint:
        return self.stands

    @complaint.setter
    def complaint(self, complaint: Complaint) -> None:
        self.stands = complaint

    def page(
        self, reader: str, visit: int = 0, form: Mapping[str, str] | None = None, problem: str = ""
    ) -> Page:
        assert hears(self.book, self.complaint, reader)
        views = VIEWS if self.book is BOOK else Views(lambda: self.book, LINKS)
        address = Address("complaint", self.complaint.id, reader, visit)
        return Page(views.complaint(self.complaint, Showing(address, self.now, form or {}, problem)).body)


def raised(**known: Any) -> Case:
    """Kim complains."""
    terms = agreed(BOOK)
    assert terms is not None
    names = {ident: person.name for ident in ("kim", "max") if (person := BOOK.person(ident))}
    return Case(begun(replace(RAISED, **known), terms, names, NOON), BOOK, NOON)


def given() -> Case:
    """Max is told, and has said nothing yet."""
    return raised().settle()


def called() -> Case:
    """The same of somebody who is no contact."""
    return raised(by=CALLER, caller="Lou Dane", reach="020 7946 0111").settle()


def taken() -> Case:
    case = given()
    return case.becomes(sayings.acknowledge(case.complaint, "max", 1, case.now))


def silent() -> Case:
    """Max has not taken it: Vera is told."""
    return given().passes(hours=4)


def silent_too() -> Case:
    """Vera has not, either: Una is told, on the same level."""
    return silent().passes(hours=2)


def answered(**promise: Any) -> Case:
    """Max has answered, and promises something if it is said."""
    case = taken()
    words = "I am sorry <i>indeed</i>"
    return case.becomes(sayings.answer(case.complaint, "max", 1, words, case.now, **promise))


def with_promise() -> Case:
    return answered(promise="a call before each change", promised_by=NOON + timedelta(days=2))


def not_yet() -> Case:
    """It is with Vera now, with all that was said."""
    case = answered()
    return case.becomes(sayings.settle(case.complaint, "kim", False, "a call is not enough", case.now))


def promised() -> Case:
    """Kim says that it is settled; what was promised is waited for."""
    case = with_promise()
    return case.becomes(sayings.settle(case.complaint, "kim", True, "", case.now))


def due() -> Case:
    """The promise is asked for."""
    return promised().passes(days=2)


def kept() -> Case:
    case = due()
    return case.becomes(sayings.verify(case.complaint, "kim", 1, True, "", case.now))


def broken() -> Case:
    """It goes up."""
    case = due()
    return case.becomes(sayings.verify(case.complaint, "kim", 1, False, "nobody called", case.now))


def at_the_top() -> Case:
    """Otto of leadership has answered."""
    case = not_yet()
    for person in ("vera", "otto"):
        case.becomes(sayings.answer(case.complaint, person, 0, "we are sorry", case.now))
        if person == "vera":
            case.becomes(sayings.settle(case.complaint, "kim", False, "", case.now))
    return case


def last_resort() -> Case:
    """Nobody has taken it: it is with Ida."""
    return given().passes(days=3)


def nobody_else() -> Case:
    """It is about all who could hear it: Ida is told all the same."""
    return raised(about=("max", "vera", "una", "otto", "ida", "tom", "gil", "sam", "lea")).settle()


def due_before_settled() -> Case:
    """The promise is asked for while Kim is still asked whether the answer settles it."""
    case = answered(promise="a call before each change", promised_by=NOON + timedelta(hours=2))
    return case.passes(hours=3)


def due_in_turn() -> Case:
    """Kim has two promises: one is asked for, the other is not due yet."""
    case = with_promise()
    case.becomes(sayings.settle(case.complaint, "kim", False, "", case.now))
    later = case.now + timedelta(days=20)
    case.becomes(
        sayings.answer(case.complaint, "vera", 2, "sorry", case.now, promise="a list", promised_by=later)
    )
    return case.becomes(sayings.settle(case.complaint, "kim", True, "", case.now)).passes(days=2)


def settled() -> Case:
    case = answered()
    return case.becomes(sayings.settle(case.complaint, "kim", True, "thank you", case.now))


def unanswered() -> Case:
    return answered().passes(days=10)


def withdrawn() -> Case:
    case = given()
    return case.becomes(sayings.withdraw(case.complaint, "kim", "", case.now))


def reopened() -> Case:
    case = settled()
    return case.becomes(sayings.reopen(case.complaint, "kim", "again", case.now))


STATES = (
    raised,
    given,
    called,
    taken,
    silent,
    silent_too,
    answered,
    with_promise,
    not_yet,
    promised,
    due,
    kept,
    broken,
    at_the_top,
    last_resort,
    nobody_else,
    due_before_settled,
    due_in_turn,
    settled,
    unanswered,
    withdrawn,
    reopened,
)


@dataclass
class Talks(Reviewing):
    """A review, as people say something about it; and the complaints it is about."""

    complaints: list[Complaint] = field(default_factory=list)

    def page(
        self, reader: str, visit: int = 1, form: Mapping[str, str] | None = None, problem: str = ""
    ) -> Page:
        assert has(BOOK, self.stands, reader)
        address = Address("review", self.stands.id, reader, visit)
        return Page(
            VIEWS.assignment(
                self.stands, Showing(address, self.now, form or {}, problem), self.complaints
            ).body
        )


def added_up() -> Talks:
    """Three complaints of Harbor's: the last one can't be looked up. Vera is asked to lead the review."""
    stories = [given(), settled(), replace_number(given(), "c-3")]
    known = [replace_number(story, f"c-{n}").complaint for n, story in enumerate(stories, start=1)]
    counted = tuple(Counted(one.id, one.number, one.raised.kind, one.opened) for one in known)
    terms = agreed(BOOK, path="review")
    assert terms is not None
    return Talks(reviews.begun("harbor", counted, terms, NOON), BOOK, NOON, known[:2]).settle()


def replace_number(case: Case, number: str) -> Case:
    complaint = case.complaint
    case.complaint = replace(
        complaint, number=number, id=f"complaint-harbor-{number}", raised=replace(RAISED, number=number)
    )
    return case


def led() -> Talks:
    case = added_up()
    return case.becomes(assignments.acknowledge(case.stands, "vera", 1, case.now))


def led_higher() -> Talks:
    """Vera has not taken it: Otto is asked."""
    case = added_up()
    case.now += timedelta(days=1)
    return case.settle()


def held() -> Talks:
    case = led()
    return case.becomes(assignments.conclude(case.stands, "vera", 1, "a call each <b>month</b>", case.now))


REVIEWS = (added_up, led, led_higher, held)


# The pages ------------------------------------------------------------------------------------


def form_to_complain(
    form: Mapping[str, str] | None = None,
    problem: str = "",
    person: str = "kim",
    about_ticket: bool = True,
    views: Views = VIEWS,
    kept: bool = True,
) -> Page:
    address = Address("complain", (TICKET.id if kept else "") if person else "harbor", person)
    ticket = TICKET if person and about_ticket else None
    return Page(views.complain(address, ticket, form or {}, "n1", problem).body)


TYPED = {
    "kind": "conduct",
    "words": HOSTILE,
    "settle": '"><b>odd</b>',
    "about-vera": "yes",
    "who": '"><b>Lou</b>',
    "reach": "<i>020</i>",
}


@functools.cache
def forms() -> dict[str, Page]:
    return {
        "about a ticket": form_to_complain(),
        "about a ticket, problem": form_to_complain(TYPED, "Say what happened."),
        "about a ticket, away": form_to_complain(TYPED, "Again in a minute.", about_ticket=False),
        "about no ticket any more": form_to_complain(about_ticket=False, kept=False),
        "about no ticket any more, problem": form_to_complain(
            TYPED, "Again.", about_ticket=False, kept=False
        ),
        "a client's": form_to_complain(person=""),
        "a client's, problem": form_to_complain(TYPED, "Say who you are.", person=""),
    }


def readers(case: Case) -> list[str]:
    return [one for one in ("kim", CALLER, *BOOK.people) if hears(BOOK, case.complaint, one)]


@functools.cache
def complaints() -> dict[str, Page]:
    return {
        f"{reader}, {state.__name__}, {visit}": state().page(reader, visit)
        for state in STATES
        for reader in readers(state())
        for visit in (0, 1)
    } | {
        "problem": answered().page("kim", 0, {"text": HOSTILE}, "It has moved since."),
        "problem of an answer": taken().page("max", 1, {"text": HOSTILE, "promise": HOSTILE}, "Say by when."),
        "problem and no form": settled().page("max", 1, {"text": "typed", "promise": "typed too"}, "Closed."),
    }


@functools.cache
def review_pages() -> dict[str, Page]:
    return {
        f"{reader}, {state.__name__}": state().page(reader)
        for state in REVIEWS
        for reader in BOOK.people
        if has(BOOK, state().stands, reader)
    } | {"problem": led().page("vera", 1, {"text": HOSTILE}, "Choose what you want to do.")}


def pages() -> dict[str, Page]:
    return {
        **{f"form, {name}": page for name, page in forms().items()},
        **{f"complaint, {name}": page for name, page in complaints().items()},
        **{f"review, {name}": page for name, page in review_pages().items()},
        "just raised": Page(VIEWS.just_raised().body),
    }


EVERY_PAGE = every("page", pages)


# What holds for every page --------------------------------------------------------------------


@EVERY_PAGE
def test_the_page_keeps_to_the_policy_and_can_be_read_by_everybody(page: Page) -> None:
    """No script, nothing from elsewhere; a language, a title, one heading, a phone's width, ids once."""
    keeps_to_the_policy(page)
    can_be_read_by_everybody(page)
    assert "<b>" not in page.html
    assert "<i>" not in page.html
    for a in page.all("a"):
        assert re.fullmatch(r"#(decide|promise-[12])|http://rung\.test/ticket/customer/[^/]+", str(a["href"]))


@EVERY_PAGE
def test_the_title_of_the_page_has_no_words_of_the_complaint(page: Page) -> None:
    """It stands in the browser's list of what was opened."""
    title = page.one("title").get_text()
    assert not re.search(f"{SECRET}|{SETTLE}|asking|log in|Kim|Lou", title)


@EVERY_PAGE
def test_no_form_of_the_page_says_anything_by_itself(page: Page) -> None:
    """By POST to the same address; one button, which says nothing; choices are required."""
    for form in page.all("form"):
        assert form["method"] == "post"
        assert form.get("action") is None
        radios = form.select("input[type=radio]")
        assert radios
        assert all(radio.has_attr("required") for radio in radios)
        (button,) = form.select("button, input[type=submit]")
        assert button["type"] == "submit"
        assert not button.has_attr("name")


@every("name, page", pages)
def test_nothing_is_chosen_before_somebody_chooses(name: str, page: Page) -> None:
    """Only the form to complain keeps what was chosen, when it was not sent."""
    chosen = {str(tag["name"]) for tag in page.all("[checked]")}
    kept = name.startswith("form") and page.all("[role=alert]")
    assert chosen == ({"kind", "about-vera"} if kept else set())


@EVERY_PAGE
def test_every_field_has_its_label(page: Page) -> None:
    """For who can't see it."""
    labels_every_field(page)


# Raising one ----------------------------------------------------------------------------------


@every("name", ["about a ticket", "a client's"])
def test_before_the_form_stands_who_reads_it_and_what_comes_next(name: str) -> None:
    page = forms()[name]
    before = page.text.partition("What is it about?")[0]
    assert "Somebody outside the technical team reads it, Max Berger (account manager) first" in before
    assert ("nobody who worked on your ticket" in before) == (name == "about a ticket")
    assert "You see at once who has it and by when they answer" in before
    assert "it goes up to customer success, then to leadership" in before
    assert "another button, “Please escalate”" in before


def test_a_contact_says_nothing_of_who_they_are() -> None:
    """And the way back to their ticket is shown; a client's page asks who it is, and has no way back."""
    page = forms()["about a ticket"]
    assert {str(field["name"]) for field in page.all("[name]:not([type=checkbox])")} == {
        *("viewport", "color-scheme"),
        *("nonce", "kind", "words", "settle"),
    }
    assert page.one("a")["href"] == LINKS.url(Address("customer", TICKET.id, "kim"))
    assert "Nobody can log in (ticket 42)" in page.text
    client = forms()["a client's"]
    assert {"who", "reach"} < {str(field["name"]) for field in client.all("[required]")}
    assert client.all("a") == []


def test_the_form_promises_no_more_than_the_rules_keep() -> None:
    """When nobody else is left, the last resort hears what is about them, or what they worked on; and
    without a ticket nobody knows who worked on it."""
    page = forms()["about a ticket"]
    hint = page.one("#hint-about").get_text()
    assert "does not hear it, nor that you chose them, as long as there is anybody else who can." in hint
    assert "never" not in page.text
    assert "nobody who worked on your ticket does, as long as there is anybody else who can." in page.text


def test_without_its_ticket_a_contact_can_still_complain() -> None:
    """They are who they are; and no way leads back to what is not kept any more."""
    for page in (forms()["about no ticket any more"], forms()["about no ticket any more, problem"]):
        assert "The ticket is not kept here any more. You can still complain" in page.text
        assert page.all("#who, #reach, a") == []
        assert "You are here as Kim Harlow." in page.text
        assert "nobody who worked on" not in page.text
        assert "Not happy with how Northwind serves you?" in page.text
    assert "not kept here" not in forms()["about a ticket, away"].text


def test_whom_it_can_be_about_is_who_hears_it() -> None:
    """By name; nobody of the tiers."""
    labels = [label.get_text() for label in forms()["about a ticket"].all("fieldset.about label")]
    assert labels == [
        f"It is about {name}" for name in ("Max Berger", "Vera Hall", "Una Doyle", "Otto Northwind")
    ]


@every("name, page", lambda: {name: page for name, page in forms().items() if "," in name})
def test_nothing_that_was_typed_is_lost(name: str, page: Page) -> None:
    """Nor what was chosen, nor what makes it the same form."""
    assert page.one("[name=kind][checked]")["value"] == "conduct"
    assert page.one("#words").text.strip() == HOSTILE
    assert page.one("#settle").text.strip() == TYPED["settle"]
    assert page.one("[name=about-vera]").has_attr("checked")
    assert page.one("[name=nonce]")["value"] == "n1"
    assert page.one("title").get_text().startswith("Not sent: ")
    if "client" in name:
        assert (page.one("#who")["value"], page.one("#reach")["value"]) == (TYPED["who"], TYPED["reach"])


def test_with_one_level_it_says_nothing_of_going_up() -> None:
    book = northwind(complaints=COMPLAINTS | {"levels": COMPLAINTS["levels"][:1], "review": None})
    page = form_to_complain(views=Views(lambda: book, LINKS))
    assert "if they don't, somebody else hears it." in page.text


# The pages of the ticket ------------------------------------------------------------------------


def ticket_page(purpose: str, person: str, book: Any = BOOK, over: bool | None = None) -> Page:
    ticket = TICKET
    if over is not None:
        ticket = complained(ticket, "c-4k7wz2xp", False, NOON)
        ticket = complained(ticket, "c-4k7wz2xp", True, NOON) if over else ticket
    address = Address("customer" if purpose == "customer" else "staff", ticket.id, person)
    return Page(Views(lambda: book, LINKS).page(ticket, Showing(address, NOON)).body)


def test_the_customers_page_leads_to_the_form_and_keeps_its_own_button() -> None:
    """To escalate the technical work is another thing."""
    page = ticket_page("customer", "kim")
    link = LINKS.url(Address("complain", TICKET.id, "kim"))
    assert page.one(f"a[href='{link}']").get_text() == (
        "Not happy with how this is handled? Tell somebody outside the technical team"
    )
    assert "escalate" in page.choices


def test_who_is_no_contact_any_more_or_is_not_heard_here_has_no_link() -> None:
    without = northwind(complaints=None)
    for page in (ticket_page("customer", "nora"), ticket_page("customer", "kim", without)):
        assert "Not happy" not in page.text
    assert "Not happy" not in ticket_page("staff", "ana").text


def test_the_staffs_page_knows_that_there_is_a_complaint_and_no_more() -> None:
    """As long as it is open."""
    line = (
        r"There is a complaint about how this ticket is handled \(since .*12:00\)\. It is heard outside the "
        r"tiers; nothing changes here, and there is nothing for you to do with it\."
    )
    page = ticket_page("staff", "ana", over=False)
    assert len(re.findall(line, page.text)) == 1
    for word in ("c-4k7wz2xp", *CUSTOMERS, "Max Berger"):
        assert f" {word} " not in page.text
    assert "There is a complaint" not in ticket_page("staff", "ana", over=True).text
    assert "There is a complaint" not in ticket_page("staff", "ana").text
    assert "omplaint" not in ticket_page("customer", "kim", over=False).text


# A complaint, for the customer -----------------------------------------------------------------


@every(
    "state, lead, choices",
    [
        (raised, "We have it, and it is just being given to somebody.", ""),
        (
            given,
            r"Max Berger \(account manager\) is asked to take it by .*16:00\.",
            "add about settled withdraw",
        ),
        (
            taken,
            r"Max Berger \(account manager\) has it, and answers by .*12:00\.",
            "add about settled withdraw",
        ),
        (
            silent,
            r"Vera Hall \(customer success\) is asked to take it by .*18:00\.",
            "add about settled withdraw",
        ),
        (answered, r"Max Berger has answered: does that settle it\?", "settled not_yet add withdraw"),
        (promised, "Now it waits for what was promised to you.", "not_yet add withdraw"),
        (
            due,
            r"What was promised to you is due: was it kept\?",
            "not_yet add withdraw kept-1 broken-1",
        ),
        (kept, "Closed: you said that it is settled.", "reopen"),
        (settled, "Closed: you said that it is settled.", "reopen"),
        (unanswered, "Closed: you did not say whether the answer settles it.", "reopen"),
        (withdrawn, "Closed: you took it back.", "reopen"),
        (
            reopened,
            r"Vera Hall \(customer success\) is asked to take it by .*14:00\.",
            "add about settled withdraw",
        ),
    ],
)
def test_the_customer_sees_first_how_it_stands_and_can_say_what_fits(
    state: Any, lead: str, choices: str
) -> None:
    page = state().page("kim")
    assert re.fullmatch(lead, page.lead), page.lead
    assert page.choices == set(choices.split())


@every("state", [kept, settled, unanswered, withdrawn])
def test_what_is_closed_can_be_opened_again_by_the_customer_alone(state: Any) -> None:
    """It needs no words; and no bare button, which a mail scanner would press."""
    page = state().page("kim")
    assert page.one("form button").get_text() == "Open it again"
    assert "It is opened again. It goes up to customer success, with all that was said." in page.text
    assert not page.one("#text").has_attr("required")
    assert state().page("max").all("form") == []


def test_the_customer_reads_all_that_was_said_and_what_comes_next() -> None:
    page = not_yet().page("kim")
    raised, answer, says = page.part("What was said")
    assert raised.endswith(f"You complained: {SECRET} <b>again</b>")
    assert answer.endswith("Max Berger answered: I am sorry <i>indeed</i>")
    assert says.endswith("You said that it is not settled yet: a call is not enough")
    steps = page.part("If nobody acts")
    assert [step.partition("it goes to ")[2] for step in steps] == [
        *("Una Doyle (customer success)", "Otto Northwind (leadership)"),
        "Ida Northcott (last resort)",
    ]
    closes = answered().page("kim")
    assert closes.part("If nobody acts")[-1].endswith("closed as unanswered, if you say nothing")
    assert "Please tell us below by Thu 26 Nov 12:00." in closes.text


def test_not_yet_says_where_it_goes() -> None:
    """Up; from the highest level to that level again, from the last resort to that person."""
    assert "It goes up to customer success, with all that was said." in answered().page("kim").text
    assert "Leadership hears it again, with all that was said." in at_the_top().page("kim").text
    case = last_resort()
    case.becomes(sayings.answer(case.complaint, "ida", 0, "sorry", case.now))
    assert "Ida Northcott hears it again" in case.page("kim").text


def test_who_has_complained_without_a_word_is_asked_for_words() -> None:
    """Until they have written some; whoever hears it is not asked."""
    asks = "We don't know yet what happened: please write it below"
    case = raised(wordless=True).settle()
    assert asks in case.page("kim").text
    assert asks not in case.page("max").text
    assert asks not in given().page("kim").text
    case.becomes(sayings.add(case.complaint, "kim", "he hung up on me", case.now))
    assert asks not in case.page("kim").text


def test_when_it_is_with_whom_it_is_about_the_customer_reads_so() -> None:
    """And is not told that somebody else could hear it."""
    says = "Nobody else is left who could hear it: it is with Ida Northcott, whom it is about."
    case = nobody_else()
    assert says in case.page("kim").text
    assert case.page("kim").choices == {"add", "settled", "withdraw"}
    assert "whom it is about" not in case.page("ida", case.complaint.path.levels.visit).text
    case.becomes(sayings.answer(case.complaint, "ida", 0, "sorry", case.now))
    assert says in case.page("kim").text
    case.becomes(sayings.settle(case.complaint, "kim", True, "", case.now))
    assert says not in case.page("kim").text


def test_behind_the_last_resort_somebody_else_is_no_promise() -> None:
    """Somebody may be left: so it can still be said, and the page says what became of it."""
    case = last_resort()
    hints = case.page("kim").text
    assert "If anybody else is left who can hear it, they do, and Ida Northcott reads no more of it." in hints
    assert "Somebody else hears it then" not in hints
    assert "Somebody else hears it then, and Max Berger reads no more of it." in given().page("kim").text
    case.becomes(sayings.add(case.complaint, "kim", "it is her", case.now, about=("ida",)))
    assert case.complaint.holder != "ida"
    assert "Nobody else is left" not in case.page("kim").text


def test_where_one_person_is_all_there_is_the_page_promises_nobody_else() -> None:
    """A small MSP, whose owner is leadership, the tiers' lead and the last resort: from form to answer."""
    levels = [{"name": "leadership", "people": ["ida"], "acknowledge": "2 hours", "answer": "8 hours"}]
    harbor = {key: value for key, value in PROCEDURE["clients"]["harbor"].items() if key != "account_manager"}
    tiers = [tier | {"lead": "ida"} for tier in PROCEDURE["tiers"]]
    book = northwind(
        complaints=COMPLAINTS | {"levels": levels, "review": None},
        clients={"harbor": harbor},
        tiers=tiers,
    )
    case = Case(begun(RAISED, _terms(book), {"kim": "Kim Harlow"}, NOON), book, NOON).settle()
    assert (case.complaint.holder, case.complaint.path.level) == ("ida", "leadership")
    assert "Somebody else hears it then" not in case.page("kim").text
    case.becomes(sayings.add(case.complaint, "kim", "it is about Ida", case.now, about=("ida",)))
    page = case.page("kim")
    assert page.lead.startswith("Ida Northcott (last resort) is asked to take it by ")
    assert "it is with Ida Northcott, whom it is about." in page.text
    assert "about" not in page.choices


def _terms(book: Procedure) -> PathTerms:
    terms = agreed(book)
    assert terms is not None
    return terms


def test_who_reads_the_page_is_said_without_a_promise_that_cannot_be_kept() -> None:
    """The last resort can be a tier's lead."""
    case = raised(about=("max", "vera", "una", "otto", "ida")).settle()
    assert case.complaint.holder in {tier.lead for tier in BOOK.tiers}
    for page in (case.page("kim"), given().page("kim")):
        assert "technical team" not in page.text
        assert "Besides you, only those read this page who were asked to hear it." in page.text


def test_who_has_answered_reads_what_is_left_to_do() -> None:
    """A promise, a customer whom no mail reaches, or something that was added to the answer."""
    assert answered().page("max").lead.endswith("settles it. Nothing for you to do.")
    assert "You owe what you promised by" in with_promise().page("max").lead
    case = called()
    case.becomes(sayings.answer(case.complaint, "max", 1, "sorry", case.now))
    assert case.page("max").lead == (
        "Answered: no mail reaches Lou Dane, so tell them, and ask whether that settles it."
    )


def test_what_was_added_to_the_answer_can_be_answered() -> None:
    case = answered()
    assert case.page("max").choices == set()
    case.becomes(sayings.add(case.complaint, "kim", "the mail server", case.now))
    page = case.page("max")
    assert page.lead == "Kim Harlow has added something to your answer: you can answer that, too."
    assert page.choices == {"answer"}
    case.becomes(sayings.answer(case.complaint, "max", 1, "then it is that one", case.now))
    assert case.page("max").choices == set()


def test_what_was_promised_and_is_due_says_until_when_the_customer_is_waited_for() -> None:
    """And what happens then; also while they are still asked whether the answer settles it."""
    page = due().page("kim")
    assert "We wait for your word until Sat 28 Nov 12:00. Without it your complaint is closed" in page.text
    assert page.part("What was promised")[0].endswith("was it kept? Please say so by Sat 28 Nov 12:00)")
    page = due_before_settled().page("kim")
    assert (
        "Please tell us below by Thu 26 Nov 12:00. Without a word from you we only wait for whether the "
        "promise was kept, until Thu 26 Nov 14:00; without that, too, it is closed. You can open it again."
    ) in page.text
    assert "It only waits for your word whether the promise was kept." in page.text
    assert "at its time" not in page.text
    page = due_in_turn().page("kim")
    assert "Without it we ask no more about that, only about what is promised for later." in page.text
    assert "We wait for your word" not in promised().page("kim").text
    early = with_promise().page("kim").text
    assert "Without a word from you we only ask whether the promise was kept, at its time." in early


def test_promises_are_shown_with_what_became_of_them() -> None:
    for state, says in (
        (with_promise, "promised by Max Berger, for Wed 25 Nov 12:00: not due yet)"),
        (due, "for 12:00: was it kept? Please say so by Sat 28 Nov 12:00)"),
        (kept, "for 12:00: kept)"),
        (broken, "for 12:00: not kept)"),
        (lambda: due().passes(days=10), "nobody has said whether it was kept)"),
    ):
        (promise,) = state().page("kim").part("What was promised")
        assert promise.startswith("1. a call before each change (")
        assert promise.endswith(says)


def test_what_can_not_be_kept_goes_up_or_to_who_has_it_by_then() -> None:
    """Said by who has promised it, before its time as well."""
    assert (
        "It goes up to customer success, with all that was said. Write why" in promised().page("max", 1).text
    )
    case = with_promise()
    case.becomes(sayings.settle(case.complaint, "kim", False, "", case.now))
    page = case.page("max", 1)
    assert page.choices == {"kept-1", "broken-1"}
    assert "Vera Hall hears of it. Write why: Kim Harlow reads it." in page.text


def test_the_visit_that_is_shown_is_the_one_that_is_sent() -> None:
    """An old page of the customer's moves nothing twice."""
    for state, visit in ((answered, "1"), (at_the_top, "3")):
        assert {str(tag["value"]) for tag in state().page("kim").all("[name=visit]")} == {visit}


def test_who_is_no_contact_is_told_to_keep_the_page() -> None:
    page = called().page(CALLER)
    assert "keep the address of this page. To reach you, we have: 020 7946 0111." in page.text
    assert page.part("What was said")[0].partition(" ")[2].startswith("You complained")
    assert "You are here as Lou Dane" in page.text


@every("name, page", complaints)
def test_the_customer_reads_nothing_internal(name: str, page: Page) -> None:
    """No record, nor who does not hear it."""
    if name.startswith(("kim", CALLER)):
        assert page.all("details") == []
        assert "is passed over" not in page.text


# A complaint, for those who hear it -----------------------------------------------------------------


@every(
    "state, reader, visit, lead, choices",
    [
        (
            given,
            "max",
            1,
            r"It is for you to hear: please say by .*16:00 that you have it\.",
            "acknowledge answer",
        ),
        (taken, "max", 1, r"You have it: please answer by .*12:00\.", "answer"),
        (
            silent,
            "max",
            1,
            r"Vera Hall \(customer success\) is asked to take it: nothing for you to do\.",
            "",
        ),
        (
            silent,
            "vera",
            2,
            r"It is for you to hear: please say by .*18:00 that you have it\.",
            "acknowledge answer",
        ),
        (
            silent_too,
            "vera",
            2,
            r"Una Doyle \(customer success\) is asked to take it by .*20:00\.",
            "acknowledge answer",
        ),
        (answered, "max", 1, "Answered: Kim Harlow is asked whether .* Nothing for you to do.", ""),
        (
            not_yet,
            "max",
            1,
            r"Vera Hall \(customer success\) is asked to take it: nothing for you to do\.",
            "",
        ),
        (
            promised,
            "max",
            1,
            "It only waits for what was promised. Nothing to answer.",
            "kept-1 broken-1",
        ),
        (due, "max", 1, r"What you promised is due: was it kept\?", "kept-1 broken-1"),
        (settled, "max", 1, "Closed: Kim Harlow said that it is settled.", ""),
        (unanswered, "max", 1, "Closed: Kim Harlow did not say whether the answer settles it.", ""),
        (withdrawn, "max", 1, "Closed: Kim Harlow took it back.", ""),
    ],
)
def test_who_hears_it_sees_first_what_there_is_to_do(
    state: Any, reader: str, visit: int, lead: str, choices: str
) -> None:
    page = state().page(reader, visit)
    assert re.fullmatch(lead, page.lead), page.lead
    assert page.choices == set(choices.split())


def test_who_hears_it_reads_all_that_they_need_to_answer() -> None:
    page = not_yet().page("vera", 2)
    for fact in (
        "Kim Harlow, Harbor Trading",
        "changed without asking",
        "42, Nobody can log in",
        SETTLE,
        SECRET,
        "Max Berger answered: I am sorry",
        "Kim Harlow said that it is not settled yet: a call is not enough",
        "The answer is due by 20:00.",
    ):
        assert fact in page.text
    assert "You were told before" not in taken().page("max", 1).text
    caller = called().page("max", 1)
    assert "No mail of ours reaches Lou Dane: tell them yourself (020 7946 0111)." in caller.text


def test_an_answer_can_promise_something_by_a_day() -> None:
    """Both are offered where it can be answered, and kept when it did not count."""
    page = complaints()["problem of an answer"]
    assert page.one("#text").text.strip() == page.one("#promise").text.strip() == HOSTILE
    assert page.one("#promised_by")["type"] == "datetime-local"
    assert "The time in Europe/London" in page.text
    assert given().page("kim").all("#promise, #promised_by") == []


def test_an_old_link_of_who_has_it_again_leads_to_the_newest_mail() -> None:
    case = at_the_top()
    case.becomes(sayings.settle(case.complaint, "kim", False, "", case.now))
    assert case.complaint.holder == "otto"
    page = case.page("otto", 3)
    assert page.lead == "It is with you again, but this link is from an earlier mail."
    assert page.choices == set()


def test_what_was_typed_into_a_form_that_is_there_no_more_is_shown() -> None:
    page = complaints()["problem and no form"]
    assert "What you wrote was not sent" in page.text
    assert [tag.text for tag in page.all("main > .quoted")] == ["typed", "typed too"]
    early = given().page("kim", 0, {"text-1": "nobody called"}, "There is no promise 1.")
    assert [tag.text for tag in early.all("main > .quoted")] == ["nobody called"]


@every("name, page", complaints)
def test_only_a_page_without_a_form_looks_again(name: str, page: Page) -> None:
    """What somebody is just typing is never lost."""
    refreshes = bool(page.all("meta[http-equiv=refresh]"))
    assert refreshes == (", raised," in name)
    assert not (refreshes and page.all("form"))


def test_nobody_it_is_about_and_nobody_of_the_tiers_may_read_it() -> None:
    """Nor who was never told of it, nor another contact of the client."""
    case = given()
    case.becomes(sayings.add(case.complaint, "kim", "it is about Max", case.now, about=("max",)))
    assert readers(case) == ["kim", "vera"]
    assert not any(
        hears(BOOK, case.complaint, one) for one in ("max", "raj", "nora", "ana", "tom", "caller", "")
    )


def test_who_has_left_may_not_read_it_any_more() -> None:
    clients = PROCEDURE["clients"]
    harbor = clients["harbor"] | {
        "contacts": {"raj": clients["harbor"]["contacts"]["raj"]},
        "authority": [],
        "account_manager": "vera",
    }
    people = {ident: person for ident, person in PROCEDURE["people"].items() if ident != "max"}
    book = northwind(clients=clients | {"harbor": harbor}, people=people)
    assert not any(hears(book, given().complaint, one) for one in ("kim", "max"))


# A review -------------------------------------------------------------------------------------------


@every(
    "state, reader, visit, lead, choices",
    [
        (
            added_up,
            "vera",
            1,
            r"It is for you to lead: please say by .* that you do\.",
            "acknowledge conclude",
        ),
        (led, "vera", 1, r"You lead it: please hold it by .*\.", "conclude"),
        (led_higher, "vera", 1, r"Otto Northwind \(leadership\) is asked to lead it: nothing .*", ""),
        (led_higher, "otto", 2, r"It is for you to lead: .*", "acknowledge conclude"),
        (held, "vera", 1, "You have held it: nothing to do.", ""),
    ],
)
def test_who_leads_a_review_sees_first_what_there_is_to_do(
    state: Any, reader: str, visit: int, lead: str, choices: str
) -> None:
    page = state().page(reader, visit)
    assert re.fullmatch(lead, page.lead), page.lead
    assert page.choices == set(choices.split())


def test_a_review_shows_the_complaints_with_all_that_was_said() -> None:
    """But for what can't be looked up."""
    page = added_up().page("vera")
    assert [tag.get_text() for tag in page.all("h3")] == [
        f"c-{n}: changed without asking, since 12:00" for n in (1, 2, 3)
    ]
    assert page.text.count(SECRET) == 2
    assert "Kim Harlow said that it is settled: thank you" in page.text
    assert page.text.count("Its words can't be shown at the moment.") == 1
    assert "a call each <b>month</b>" in held().page("vera").text


def test_who_a_complaint_is_about_reads_neither_its_words_nor_its_kind() -> None:
    """Also when that was said after it was counted."""
    case = added_up()
    case.complaints[0] = replace(case.complaints[0], barred=("vera",))
    page = case.page("vera")
    assert page.all("h3")[0].get_text() == "c-1, since 12:00"
    assert page.text.count(SECRET) == 1
    assert page.text.count("It is not for you to read.") == 1


def test_only_who_was_asked_to_lead_a_review_may_read_it() -> None:
    review = added_up().stands
    assert [one for one in ("kim", *BOOK.people) if has(BOOK, review, one)] == ["vera"]
    counted = Counted("complaint-harbor-c-4", "c-4", "conduct", NOON, ("vera",))
    assert not has(BOOK, reviews.another(review, counted, NOON), "vera")
