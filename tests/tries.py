"""How often a test tries what depends on chance: a race of processes, a property with what Hypothesis draws.

RUNG_TRIES says how often; four otherwise. With RUNG_TRIES=40 there are ten times as many races and examples.
Each run draws other examples, and those that fail are kept for the next (.hypothesis).
"""

from __future__ import annotations

import os

from hypothesis import settings

USUAL = 4

TRIES = int(os.environ.get("RUNG_TRIES", USUAL))


def examples(usually: int) -> settings:
    """So many examples of a property."""
    return settings(max_examples=usually * TRIES // USUAL)
