"""How a ticket climbs: the rules that its workflow waits by, and all that foresees it."""

from __future__ import annotations

from procedure.climbing import Rules
from procedure.ticket.due import dues
from procedure.ticket.paging import undeliverable
from procedure.ticket.presenting import present, question

RULES = Rules(dues=dues, question=question, present=present, undeliverable=undeliverable)
