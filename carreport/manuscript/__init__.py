"""A manuscript: every number in it, and whether a result of ours has that value."""
