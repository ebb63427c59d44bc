"""The worker and the gateway, each in a process of its own that is forked from one that has imported both.

An interpreter takes a second of a core to import them, and the stories start dozens of them only to kill them
again. How they start in production is seen where `make run` starts them (tests/system/beside/test_demo.py).
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import gateway.__main__
import worker

PROGRAMS: dict[str, Callable[[], int]] = {"worker": worker.main, "gateway": gateway.__main__.main}

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload([__name__, "tests.system.build_id"])


class Forked:
    """A running program of ours; to be waited for and killed as asyncio's own processes are."""

    def __init__(self, program: str, folder: Path, variables: Mapping[str, str], log: Path) -> None:
        self._process = _SERVER.Process(target=_runs, args=(program, folder, {**variables}, log), daemon=True)
        self._process.start()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()

    async def wait(self) -> int:
        while (code := self._process.exitcode) is None:
            await asyncio.sleep(0.01)
        return code


def _runs(program: str, folder: Path, variables: dict[str, str], log: Path) -> None:
    """In the new process: what an interpreter of its own would be started with."""
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    with log.open("ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    sys.exit(PROGRAMS[program]())
