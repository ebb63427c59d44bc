"""How long activities may take, and how they are tried again: the same for all workflows."""

from __future__ import annotations

from datetime import timedelta

from temporalio.common import RetryPolicy

LOOK_UP = timedelta(seconds=10)
"""How long one look into the procedure may take before it is tried again."""

SEND = timedelta(seconds=60)
"""How long one attempt to hand a mail to the mail server may take."""

ALIVE = timedelta(seconds=10)
"""After how much silence of its worker a mail on its way counts as lost, and is sent again."""

RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
"""Tried again for as long as it matters, never a fixed number of times."""

LAST_MAILS = timedelta(days=1)
"""How long what has ended goes on trying to deliver what it still has to say."""
