"""Patient-level study data to a report whose every number can be followed back."""
