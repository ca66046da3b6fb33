"""The front door: channels, sessions, limits and the floor; answers an emergency with nothing but its own process."""

import os

# The net multiplies small matrices: threads cost it more than they give (p99 of a reading: 2 ms with one, tens with several).
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
