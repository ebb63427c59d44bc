"""An approval in words, without a server: the ledger of the command line, and what the Temporal UI shows."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from commands import approval_ledger
from procedure.approval.state import Approval, ApprovalNotice
from procedure.book.severity import Facts
from procedure.record import Notice
from tests.procedure.approval.questions import Asking, asks
from tests.procedure.ticket.lives import NOON
from workflows.letters import approval_details, approval_headline, approval_summary

DOWN = Facts(system="trading platform", state="down")


def bought() -> Asking:
    """A part that Ana wants to buy, with all that there is to say of it."""
    asked = asks(
        *("replace hardware", 1800, "2 hours"),
        begins=NOON + timedelta(hours=6),
        by_when=NOON + timedelta(hours=2),
    )
    proposal = replace(asked.approval.proposal, otherwise="it may fail tonight")
    asked.approval = replace(asked.approval, title="No prices", number="42", proposal=proposal)
    return asked


def acted() -> Asking:
    return asks("failover", 0, "1 hour", asker="bo", facts=DOWN, act_first=True)


def told(approval: Approval) -> list[str]:
    """The ledger's lines without the padding of columns, and times of day and dates as T."""
    lines = (" ".join(line.split()) for line in approval_ledger.told(approval))
    return [re.sub(r"(\w+ \d+ \w+ )?\b\d\d:\d\d(:\d\d)?\b", "T", line) for line in lines]


# The Temporal UI ----------------------------------------------------------------------


def test_its_details_tell_all_that_a_decision_needs() -> None:
    asked = bought()
    assert approval_details(asked.approval).startswith(
        "### Ana Ruiz asks: replace hardware (GBP 1,800 and 2 hours down)\n\n"
        "_replace hardware (GBP 1,800 and 2 hours down): not decided yet_\n\n"
        "- Client: harbor\n"
        f"- Ticket: No prices ({asked.approval.ticket})\n"
        "- Severity: high\n"
        "- What exactly: the node\n"
        "- Why: it hangs\n"
        "- What happens without it: it may fail tonight\n"
        "- Action: replace hardware\n"
        "- It takes: GBP 1,800 and 2 hours down\n"
        "- To be done: Mon 23 Nov 18:00:00 UTC\n"
        "- An answer is needed by: Mon 23 Nov 14:00:00 UTC\n"
        "- Asked by: Ana Ruiz, Mon 23 Nov 12:00:00 UTC\n\n"
        "#### If nobody answers\n"
    )
    assert " it is undecided, and Tom Adeyemi is told\n\n#### So far\n" in approval_details(asked.approval)


def test_what_holds_until_a_date_says_so() -> None:
    asked = asks("workaround")
    proposal = replace(asked.approval.proposal, option="accept it", until=NOON + timedelta(days=1))
    approval = replace(asked.approval, proposal=proposal)
    assert "- Action: accept it (workaround)\n" in approval_details(approval)
    assert "- Holds until: Tue 24 Nov 12:00:00 UTC\n" in approval_details(approval)
    assert "Holds until: T" in told(approval)
    assert "- Holds until" not in approval_details(asked.approval)
    assert not any(line.startswith("Holds until") for line in told(asked.approval))


def test_what_was_done_first_is_not_asked() -> None:
    approval = acted().approval
    details = approval_details(approval)
    assert details.startswith("### Bo Lind has already done it: failover (1 hour down)\n")
    assert "To be done" not in details
    assert "If nobody answers" not in details


def test_a_pace_and_a_drill_are_named() -> None:
    details = approval_details(replace(bought().approval, pace=60, drill=True))
    assert (
        "\n\n_Demonstration pace 60: an hour takes 1 minute._\n\n_DRILL: this is an exercise._\n\n" in details
    )
    assert "emonstration" not in approval_details(bought().approval)


def test_the_list_of_workflows_says_whose_it_is_and_what_it_takes() -> None:
    approval = bought().approval
    assert approval_headline(approval) == (
        "harbor 42: Ana Ruiz asks: replace hardware (GBP 1,800 and 2 hours down), for No prices"
    )
    assert len(approval_headline(replace(approval, title="No prices! " * 100))) == 200
    assert " Bo Lind has already done it: failover (1 hour down), for " in approval_headline(acted().approval)


def test_the_history_says_what_is_asked_for_and_what_it_takes() -> None:
    notice = Notice(1, ApprovalNotice.ASKED, "cy")
    assert approval_summary(bought().approval, notice) == (
        "ask Cy Tanaka for replace hardware (GBP 1,800 and 2 hours down) by mail"
    )
    by_sms = replace(notice, channel="sms")
    assert approval_summary(asks().approval, by_sms).endswith("for configuration change by sms")


# The ledger ---------------------------------------------------------------------------


def test_the_zone_of_its_times_stands_above_them() -> None:
    lines = told(bought().approval)
    assert lines[2] == "Times are UTC."


def test_what_is_agreed_on_a_condition_names_it_beside_the_outcome() -> None:
    asked = asks()
    asked.says("bo", conditions="not before 17:30")
    lines = told(asked.approval)
    assert lines[4] == "On condition (Bo Lind): not before T"
    assert "To be done: as soon as the condition allows" in lines
    plain = asks()
    plain.says("bo")
    assert "To be done: at once" in told(plain.approval)
    assert not any(line.startswith("On condition") for line in told(plain.approval))


def test_what_was_done_first_says_when() -> None:
    lines = told(acted().approval)
    assert any(line == "Done by: Bo Lind, T" for line in lines)
    assert not any(line.startswith("To be done") for line in lines)


def test_a_link_is_named_after_the_person_and_not_by_an_id() -> None:
    asked = asks("failover", 0, "1 hour")
    asked.says("cy", via="link and code")
    asked.says("kim", via="the command line")
    lines = told(asked.approval)
    assert (
        "T Cy Tanaka (engineering) says yes: so, through the link sent to Cy Tanaka, with the code" in lines
    )
    assert "T Kim Harlow says yes: so, through the command line" in lines
    assert not any("sent to cy" in line for line in lines)
