"""For the process that programs are forked from: what the SDK works out once in a process that has a worker.

It reads the code of all modules again to name the build, most of what a forked worker takes to start.
"""

from temporalio.worker._worker import load_default_build_id

load_default_build_id()
