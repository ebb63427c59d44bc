"""How often somebody may try, and who waits for their turn."""

from __future__ import annotations

from gateway.limits import Rate


def test_a_rate_gives_back_its_tries_over_its_time() -> None:
    """Ten an hour: the eleventh at once is refused, six minutes later one is allowed."""
    now = [0.0]
    rate = Rate(10, seconds=3600, clock=lambda: now[0])

    assert [rate.allows("a") for _ in range(11)] == [True] * 10 + [False]
    assert rate.allows("b")
    now[0] += 359
    assert not rate.allows("a")
    now[0] += 2
    assert rate.allows("a")
    assert not rate.allows("a")


async def test_whoever_comes_faster_waits_for_their_turn_if_that_is_not_long() -> None:
    """At a clock that stands still: two at once, then one more for each millisecond that they would wait."""
    rate = Rate(2, seconds=0.002, clock=lambda: 0.0)

    assert [await rate.turn("a", longest=0.0025) for _ in range(6)] == [True] * 4 + [False] * 2
    assert await rate.turn("b", longest=0)


def test_the_keys_that_were_not_seen_for_longest_are_forgotten() -> None:
    rate = Rate(1, clock=lambda: 0.0, keys=2)

    assert [rate.allows(key) for key in "abab"] == [True, True, False, False]
    assert [rate.allows(key) for key in "cab"] == [True, True, True]
