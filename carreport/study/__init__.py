"""The study: its files, its rows as of the cutoff, and who counts."""
