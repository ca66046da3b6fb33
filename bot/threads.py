"""How many threads the matrix library may use in a process that serves; imported before anything that loads it."""

import os

SETTINGS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


def keep_to_one_thread() -> None:
    """One thread, unless the environment says otherwise. Call it before numpy is imported.

    A message is small matrices: more threads spin while they wait for the next one. The net's p99 was tens of milliseconds
    with several threads and 2 ms with one; the assistant took 26 ms of processor time a turn and takes 16 with one, which
    is what lets a second pair of processes on the same machine add anything.
    """
    for name in SETTINGS:
        os.environ.setdefault(name, "1")
