"""Somebody's files in, a study folder out: what was used, what was not, what was assumed."""
