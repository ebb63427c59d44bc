"""What else the machine does meanwhile: figures taken beside other work are worth less."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil


@dataclass
class Others:
    """How many processors were kept busy by programs that are not ours, on average."""

    processors: float = 0.0


@contextmanager
def watched() -> Iterator[Others]:
    """Watch the whole machine, ourselves and the programs that we run now and still run at the end."""
    others, ours = Others(), [psutil.Process(), *psutil.Process().children(recursive=True)]
    start, before = time.monotonic(), _busy() - _used(ours)
    yield others
    others.processors = max(0.0, _busy() - _used(ours) - before) / (time.monotonic() - start)


def _busy() -> float:
    """Seconds of work since the machine started."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def _used(ours: list[psutil.Process]) -> float:
    return float(sum(times.user + times.system for times in (part.cpu_times() for part in ours)))
