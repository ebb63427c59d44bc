"""The closed set of what can happen: who may read it, and how it is told.

A kind alone decides who may read a fact (``CUSTOMERS_READ``) and how it is told (``SENTENCES``): rewording a
sentence changes nothing else.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What can happen to a ticket, an approval, a complaint, a review, or the list of a change of shifts."""

    # A ticket begins and ends.
    OPENED = "opened"
    STARTS = "starts"
    RESOLVED = "resolved"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    DECLINE_ACCEPTED = "decline accepted"
    CUSTOMER_REMINDED = "customer reminded"
    UNCONFIRMED = "unconfirmed"
    CLOSED_THERE = "closed there"
    NOT_SOLVED = "not solved"
    DECLINE_NOT_ACCEPTED = "decline not accepted"
    OPENED_THERE = "opened there"
    STAYS_AUTOMATIC = "stays, automatic"
    STAYS_AT_ONCE = "stays, at once"
    STAYS_TOO_OFTEN = "stays, too often"
    JOINED = "joined"
    JOINED_TO = "joined to"
    JOINED_AGAIN = "joined again"
    NOT_PASSED_ON = "not passed on"
    PROBLEM = "problem"
    CORRECTED = "corrected"
    TAKES_OVER = "takes over"
    REQUESTER = "requester"
    COMES_BACK = "comes back"
    # It is put before somebody, and climbs.
    PAGED = "paged"
    PAGED_AGAIN = "paged again"
    WAITS = "waits"
    MISSING = "missing"
    NO_SUCH_ROLE = "no such role"
    NOT_LISTED = "not listed"
    AWAY = "away"
    STAND_IN_BARRED = "stand-in barred"
    RESORT_BARRED = "resort barred"
    NOBODY_LEFT = "nobody left"
    NO_SUCH_PLACE = "no such place"
    UNDELIVERED = "undelivered"
    CHANNEL_FAILED = "channel failed"
    NOT_ACKNOWLEDGED = "not acknowledged"
    UNREACHABLE = "unreachable"
    NOBODY_THERE = "nobody there"
    NOBODY_ELSE = "nobody else"
    RAN_OUT = "ran out"
    WARNED = "warned"
    CALLED_UP = "called up"
    # Its people.
    HAS_IT = "has it"
    NOW_WITH = "now with"
    PROGRESS = "progress"
    EXTENDED = "extended"
    HANDED_ON = "handed on"
    HANDED_BACK = "handed back"
    REASSESSED = "reassessed"
    ASSESSED_ALIKE = "assessed alike"
    WRITES = "writes"
    AUTOMATIC = "automatic"
    # The change of shifts.
    OFFERED = "offered"
    ACCEPTED = "accepted"
    KEPT = "kept"
    OFFER_WITHDRAWN = "offer withdrawn"
    NOT_ACCEPTED = "not accepted"
    # The clock stands still.
    STOPPED = "stopped"
    LONGEST_PAUSE_OVER = "longest pause over"
    STARTED_AGAIN = "started again"
    CUSTOMER_ANSWERED = "customer answered"
    OFF_HOLD = "off hold"
    QUESTION_SETTLED = "question settled"
    DECIDES_AGAIN = "decides again"
    UNDONE = "undone"
    PAUSE_OVER = "pause over"
    LOOKED_AGAIN = "looked again"
    # The customer.
    SAYS = "says"
    WANTS_UP = "wants up"
    GRANTED = "granted"
    NOT_ANSWERED = "not answered"
    NO_LEAD = "no lead"
    KEPT_DOWN = "kept down"
    COMPLAINED = "complained"
    COMPLAINT_OVER = "complaint over"
    # What it asks of those who may decide.
    ASKED_FOR = "asked for"
    ACTED_FIRST = "acted first"
    RULED = "ruled"
    OPEN_AGAIN = "open again"
    NO_TIER = "no tier"
    MANAGEMENT_DECIDES = "management decides"
    # An approval.
    ASKS = "asks"
    ACTS = "acts"
    MAY_DECIDE = "may decide"
    CLIENT_MUST_AGREE = "client must agree"
    CLIENT_MUST_AGREE_NOW = "client must agree now"
    PUT_TO = "put to"
    SILENT = "silent"
    SAYS_YES = "says yes"
    SAYS_NO = "says no"
    ONE_MORE = "one more"
    SETTLED = "settled"
    UNDECIDED = "undecided"
    NOBODY_MAY = "nobody may"
    WITHDRAWN = "withdrawn"
    CONTESTED = "contested"
    NOTHING_DECIDED = "nothing decided"
    OBJECTED = "objected"
    # A complaint.
    RAISED = "raised"
    TOLD = "told"
    TOLD_AGAIN = "told again"
    NOT_TAKEN = "not taken"
    NOBODY_HEARS = "nobody hears"
    ANSWERED = "answered"
    PROMISED = "promised"
    IS_SETTLED = "is settled"
    NOT_SETTLED = "not settled"
    ADDED = "added"
    ABOUT_WHOM = "about whom"
    TAKEN_BACK = "taken back"
    RAISED_AGAIN = "raised again"
    PROMISE_DUE = "promise due"
    PROMISE_KEPT = "promise kept"
    PROMISE_BROKEN = "promise broken"
    BROKEN = "broken"
    NO_VERDICT = "no verdict"
    NO_VERDICT_ON_PROMISE = "no verdict on promise"
    ONLY_PROMISES = "only promises"
    CLOSED = "closed"
    REVIEW_ASKED = "review asked"
    # A review.
    REVIEW_BEGUN = "review begun"
    ONE_MORE_COMPLAINT = "one more complaint"
    PASSED_OVER = "passed over"
    CONCLUDED = "concluded"
    GOES_ON = "goes on"
    # A problem.
    PROBLEM_BEGUN = "problem begun"
    CAME_AGAIN = "came again"
    ONE_MORE_TICKET = "one more ticket"
    CAUSE_FOUND = "cause found"
    WORKAROUND = "workaround"
    # A prevention proposal.
    COMES_DUE = "comes due"
    PLANNED = "planned"
    NEEDS_NO_YES = "needs no yes"
    ITEM_RULED = "item ruled"
    ITEM_DONE = "item done"
    ITEM_DECLINED = "item declined"
    NOT_DONE = "not done"
    # The list of a change of shifts.
    LISTED = "listed"
    LIST_ACCEPTED = "list accepted"
    LIST_KEPT = "list kept"
    PASSED_ON = "passed on"
    LIST_LATE = "list late"
    GONE = "gone"
    # Anything.
    REFUSED = "refused"
    FOLDED = "folded"


CUSTOMERS_READ = frozenset(
    {
        Kind.OPENED,
        Kind.HAS_IT,
        Kind.RESOLVED,
        Kind.DECLINED,
        Kind.CONFIRMED,
        Kind.DECLINE_ACCEPTED,
        Kind.NOT_SOLVED,
        Kind.DECLINE_NOT_ACCEPTED,
        Kind.SAYS,
        Kind.WANTS_UP,
        Kind.GRANTED,
        Kind.NOT_ANSWERED,
        Kind.NO_LEAD,
        Kind.KEPT_DOWN,
        Kind.NOW_WITH,
    }
)
"""What a customer may read of a ticket: what they said, who took it, and what they were told.

Everything else stays with the staff: progress, hand-offs and pauses quote the technicians' notes. What is
told of an approval or a complaint has readers of its own (who was asked, who heard it), whatever its kind.
"""

NOT_ARRIVED = frozenset({Kind.UNDELIVERED, Kind.CHANNEL_FAILED})
"""What becomes of a notice that can't reach its person."""

SENTENCES: dict[Kind, str] = {
    Kind.OPENED: "Opened as {what}: {words}",
    Kind.STARTS: "[Starts at {to}: ]{words}",
    Kind.RESOLVED: "Resolved: {words}",
    Kind.DECLINED: "Declined: {words}",
    Kind.CONFIRMED: "{by} confirms that it is solved",
    Kind.DECLINE_ACCEPTED: "{by} accepts it",
    Kind.CUSTOMER_REMINDED: "{person} is asked once more",
    Kind.UNCONFIRMED: "No answer from {person} within {what}: closed",
    Kind.CLOSED_THERE: "Closed in the helpdesk by {by}",
    Kind.NOT_SOLVED: "{by} says it is not solved[: {words}]: reopened[: to {to}]",
    Kind.DECLINE_NOT_ACCEPTED: "{by} does not accept it[: {words}]: reopened[: to {to}]",
    Kind.OPENED_THERE: "Opened again in the helpdesk by {by}: reopened[: to {to}]",
    Kind.STAYS_AUTOMATIC: "Opened again in the helpdesk by an automatic answer ({what}): it stays {was}",
    Kind.STAYS_AT_ONCE: "Opened again in the helpdesk within seconds of our mail, as machines do: "
    "{person} is asked whether it is solved",
    Kind.STAYS_TOO_OFTEN: "Opened again in the helpdesk, the third time within an hour and by nobody's "
    "click: {person} is asked whether it is solved",
    Kind.JOINED: "Joined by {what}: {words}",
    Kind.JOINED_TO: "Joined to the emergency {number}, which goes on for it",
    Kind.JOINED_AGAIN: "{what} came in about it: reopened[: to {to}]",
    Kind.PROBLEM: "It has come often enough for somebody to look for the cause: {number}",
    Kind.NOT_PASSED_ON: "The emergency has ended, and has not heard it: {words}",
    Kind.CORRECTED: "The client is corrected in the helpdesk: it goes on as {what}",
    Kind.TAKES_OVER: "The client is corrected in the helpdesk: it was {what}; what was found goes along",
    Kind.REQUESTER: "The requester is corrected in the helpdesk: {person}[, and not {other}]",
    Kind.COMES_BACK: "The client is corrected in the helpdesk once more: it goes on here[: to {to}]",
    Kind.PAGED: "{person} ({place}) paged[ instead of {other}, who is away], to acknowledge by {due}",
    Kind.PAGED_AGAIN: "{person} (last resort) paged again, times so far: {number}",
    Kind.WAITS: "Out of hours: waits until {due}, then {person} is paged",
    Kind.MISSING: "[{place}: ]{words}",
    Kind.NO_SUCH_ROLE: "[{place}: ]nobody is {what}",
    Kind.NOT_LISTED: "[{place}: ]{person} is listed, but is not in the procedure any more",
    Kind.AWAY: "[{place}: ]{person} is away, and nobody stands in",
    Kind.STAND_IN_BARRED: "[{place}: ]{person} is away, and who stands in is passed over",
    Kind.RESORT_BARRED: "{person} is passed over as the last resort",
    Kind.NOBODY_LEFT: "{person} hears it all the same, since nobody else is left",
    Kind.NO_SUCH_PLACE: "There is no {what} in the procedure any more",
    Kind.UNDELIVERED: "Mail to {person} does not arrive: {words}",
    Kind.CHANNEL_FAILED: "{person} is not reached by {words}",
    Kind.NOT_ACKNOWLEDGED: (
        "{person} did not acknowledge in time[: {other} is next][; nobody at {place} did][: to {to}]"
    ),
    Kind.UNREACHABLE: "{person} can't be reached[: {other} is next][; nobody at {place} did][: to {to}]",
    Kind.NOBODY_THERE: "Nobody at {place} can be reached[: to {to}]",
    Kind.NOBODY_ELSE: "Nobody else is on duty at {place}[: to {to}]",
    Kind.RAN_OUT: "{place}'s {what}[ and the {number} % more for progress] ran out at {due}[: to {to}]",
    Kind.WARNED: "{number} % of {place}'s {what} is used",
    Kind.CALLED_UP: "{words}[: to {to}]",
    Kind.HAS_IT: "{by} has it",
    Kind.NOW_WITH: "It is now with our {to}",
    Kind.PROGRESS: "Progress: {words}",
    Kind.EXTENDED: "Progress adds {number} % to {place}'s {what}, once",
    Kind.HANDED_ON: "Handed on by {by}, [complexity: {what}]{words}[: to {to}]",
    Kind.HANDED_BACK: "Handed back by {by}, {words}[: to {to}]",
    Kind.REASSESSED: "Assessed again: {was} to {what}, {words}",
    Kind.ASSESSED_ALIKE: "Assessed again, still {what}: {words}",
    Kind.WRITES: "{by} writes: {words}",
    Kind.AUTOMATIC: "An automatic answer from {by} ({what}): {words}",
    Kind.OFFERED: "{person}'s duty is over: offered to {other}, to accept by {due}",
    Kind.ACCEPTED: "{by} accepts it from {person}",
    Kind.KEPT: "{by} keeps it over the change of shifts",
    Kind.OFFER_WITHDRAWN: "Not offered to {person} any more, who has not accepted it",
    Kind.NOT_ACCEPTED: (
        "{person} did not accept it in time[: {other} is next][; nobody at {place} did][: to {to}]"
    ),
    Kind.STOPPED: "Clock stopped: {words}; goes on [at {due} at the latest][after {what}]",
    Kind.LONGEST_PAUSE_OVER: "The longest pause is over[, after {words}]",
    Kind.STARTED_AGAIN: "{by} starts the clock again[, after {words}]",
    Kind.CUSTOMER_ANSWERED: "The customer answered[, after {words}]",
    Kind.OFF_HOLD: "No longer on hold in the helpdesk[, after {words}]",
    Kind.QUESTION_SETTLED: "The question is {what}[, after {words}]",
    Kind.DECIDES_AGAIN: "The MSP has to decide again[, after {words}]",
    Kind.UNDONE: "What was decided does not count[, after {words}][: to {to}]",
    Kind.PAUSE_OVER: "{words}: over[: to {to}]",
    Kind.LOOKED_AGAIN: "Looked at again: {words}",
    Kind.SAYS: "{by} says: {words}",
    Kind.WANTS_UP: "{by} asks to escalate: {words}",
    Kind.GRANTED: "The customer asked, {by} granted it[: to {to}]",
    Kind.NOT_ANSWERED: "The customer asked, and {person} did not answer by {due}[: to {to}]",
    Kind.NO_LEAD: "The customer asked, and {place} has no lead to answer[: to {to}]",
    Kind.KEPT_DOWN: "The customer's wish to escalate is kept at {place} by {by}: {words}",
    Kind.COMPLAINED: "A complaint about how it is handled has come in; it is heard outside the tiers",
    Kind.COMPLAINT_OVER: "A complaint about how it is handled is over",
    Kind.ASKED_FOR: "{by} asks: {what}: {words}",
    Kind.ACTED_FIRST: "{by} acts first: {what}: {words}",
    Kind.RULED: "{words}",
    Kind.OPEN_AGAIN: "Open again: {words}. What was decided does not count",
    Kind.NO_TIER: "There is no tier {place} to carry out {what}",
    Kind.MANAGEMENT_DECIDES: "Management decides: {what}[: to {to}]",
    Kind.ASKS: "{by} asks: {what}",
    Kind.ACTS: "{by} acts first: {what}, {words}",
    Kind.MAY_DECIDE: "{person} may decide it for {place}: {words}",
    Kind.CLIENT_MUST_AGREE: "The client must agree: {words}",
    Kind.CLIENT_MUST_AGREE_NOW: "By now the client must agree: {words}",
    Kind.PUT_TO: "{person}[ ({place})] asked[ instead of {other}, who is away], to answer by {due}",
    Kind.SILENT: "{person} has not answered in time[: to {to}]",
    Kind.SAYS_YES: "{by}[ ({place})] says yes[, on condition: {what}][: {words}]",
    Kind.SAYS_NO: "{by}[ ({place})] says no[, on condition: {what}][: {words}]",
    Kind.ONE_MORE: "One more person has to say yes",
    Kind.SETTLED: "{words}",
    Kind.UNDECIDED: "Undecided: nobody of {place} has decided, and nobody is left to ask",
    Kind.NOBODY_MAY: "Undecided: nobody of {place} may decide it, and {person} is to find somebody who may",
    Kind.WITHDRAWN: "Withdrawn: {words}",
    Kind.CONTESTED: "{by} says that this was not them: their {what} is void",
    Kind.NOTHING_DECIDED: "Open again: nothing is decided",
    Kind.OBJECTED: "{by} objects: {words}",
    Kind.RAISED: "{by} complains[, taken by {person}]",
    Kind.TOLD: "{person} ({place}) is told, to take it by {due} and answer by {until}",
    Kind.TOLD_AGAIN: "{person} ({place}) is told again, times so far: {number}",
    Kind.NOT_TAKEN: "{person} has not taken it in time[: to {to}]",
    Kind.NOBODY_HEARS: "Nobody on {place} hears it[: to {to}]",
    Kind.ANSWERED: "{by} ({place}) has answered",
    Kind.PROMISED: "{by} promises something by {due}",
    Kind.IS_SETTLED: "{by} says that it is settled",
    Kind.NOT_SETTLED: "{by} says that it is not settled yet[: to {to}]",
    Kind.ADDED: "{by} has added something",
    Kind.ABOUT_WHOM: "The customer has said whom it is about[: to {to}]",
    Kind.TAKEN_BACK: "{by} takes it back",
    Kind.RAISED_AGAIN: "{by} opens it again[: to {to}]",
    Kind.PROMISE_DUE: "Promise {number} of {person}: was it kept?",
    Kind.PROMISE_KEPT: "{by} says that promise {number} was kept",
    Kind.PROMISE_BROKEN: "{by} says that promise {number} was not kept",
    Kind.BROKEN: "Promise {number} was not kept[: to {to}]",
    Kind.NO_VERDICT: "{person} has not said whether it is settled",
    Kind.NO_VERDICT_ON_PROMISE: "{person} has not said whether promise {number} was kept",
    Kind.ONLY_PROMISES: "Only promises are waited for, until {due}",
    Kind.CLOSED: "Closed: {what}",
    Kind.REVIEW_ASKED: "With {number} complaints in a short time a review is asked for",
    Kind.REVIEW_BEGUN: "{number} complaints of {place}: {words}",
    Kind.ONE_MORE_COMPLAINT: "One more complaint: {number}",
    Kind.PASSED_OVER: "{person} is passed over[: to {to}]",
    Kind.CONCLUDED: "{by} has {what} it",
    Kind.GOES_ON: "{person} ({place}) goes on with it until {until}",
    Kind.PROBLEM_BEGUN: "A problem[, opened by {by}]: {what}",
    Kind.CAME_AGAIN: "It has come again after it was solved[ ({words})][: to {to}]",
    Kind.ONE_MORE_TICKET: "One more ticket: {number}, {words}",
    Kind.CAUSE_FOUND: "{by} has found the cause: {words}",
    Kind.WORKAROUND: "{by} gives a workaround: {words}",
    Kind.COMES_DUE: "Comes due: {words}",
    Kind.PLANNED: "{by} plans it for {due}: {words}",
    Kind.NEEDS_NO_YES: "{by} may decide it alone: {what} ({words})",
    Kind.ITEM_RULED: "{what}: {words}",
    Kind.ITEM_DONE: "{by} says that it is done: {what}[: {words}]",
    Kind.ITEM_DECLINED: "{by} declines {what}: {words}",
    Kind.NOT_DONE: "It was to be done by {due}, and is not said to be: {words}",
    Kind.LISTED: "{person} hands over {what}, to be accepted by {due}",
    Kind.LIST_ACCEPTED: "{by} accepts {what}",
    Kind.LIST_KEPT: "{by} keeps {what}",
    Kind.PASSED_ON: "On to the next person: {what}",
    Kind.LIST_LATE: "{person} did not accept in time: {what}",
    Kind.GONE: "Closed meanwhile: {what}",
    Kind.REFUSED: "{what} does not count: {words}",
    Kind.FOLDED: "{number} more until {until}: Temporal's history has them",
}
"""How each kind is told. A part in brackets is left out where what it names is not known."""
