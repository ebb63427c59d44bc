"""Records that are asked while somebody waits: for a moment; not again for a while if that was in vain."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from records.database import Records, RecordsAway, RecordsRefused

MOMENT = 0.5
"""Seconds that an answer may take."""

AWAY = 5.0
"""Seconds for which records that have not answered are not asked again."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Patience:
    """Asks one database, in threads of its own: one that hangs holds up nobody who needs others."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="records-asked")
        self._away_until = 0.0

    async def ask(
        self, work: Callable[Concatenate[Records, Given], Result], *args: Given.args, **more: Given.kwargs
    ) -> Result:
        """What it answers. Raises RecordsAway."""
        if time.monotonic() < self._away_until:
            raise RecordsAway("they did not answer a moment ago")
        asked = asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: work(self._records, *args, **more)
        )
        try:
            return await asyncio.wait_for(asked, MOMENT)
        except (RecordsAway, RecordsRefused, TimeoutError) as error:
            self._away_until = time.monotonic() + AWAY
            raise RecordsAway(str(error) or f"no answer within {MOMENT:g} s") from error
