"""Patient-level study data to a report whose every number can be followed back."""

import time

BEGUN = time.time_ns()
"""Before any other module is read: what is changed later may not be what runs (see `again`)."""
