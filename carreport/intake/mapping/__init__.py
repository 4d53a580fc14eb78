"""Somebody's sheets or instruments into the tables of a study folder, as a mapping file says."""
