"""What Temporal begins by the calendar."""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from workflows.messages import TASK_QUEUE
from workflows.messages.service_review import ReviewsInput

REVIEWS = "service-reviews"
CATCH_UP = timedelta(days=20)
"""A month's reviews that were missed while Temporal was away are still sent within this time."""

HOUR = 6


async def keep_schedules(client: Client, time_zone: str) -> None:
    """Set up what begins by the calendar, however often it is asked for; a new time zone is taken over."""
    wanted = _reviews(time_zone)
    try:
        await client.create_schedule(REVIEWS, wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(REVIEWS).update(lambda found: _kept(found, wanted))


def _kept(found: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate:
    """As it is wanted now; somebody's pause stays."""
    wanted.state = found.description.schedule.state
    return ScheduleUpdate(schedule=wanted)


def _reviews(time_zone: str) -> Schedule:
    """On the first of each month, in the morning where the MSP is."""
    first = ScheduleCalendarSpec(
        hour=(ScheduleRange(HOUR),), day_of_month=(ScheduleRange(1),), comment="the month before is reviewed"
    )
    action = ScheduleActionStartWorkflow(
        "ServiceReviews",
        ReviewsInput(),
        id=REVIEWS,
        task_queue=TASK_QUEUE,
        static_summary="service reviews of the last month",
    )
    return Schedule(
        action=action,
        spec=ScheduleSpec(calendars=[first], time_zone_name=time_zone),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ONE, catchup_window=CATCH_UP),
    )
