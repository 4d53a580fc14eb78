"""What an earlier build saved, read again: nothing here needs more than the standard library."""
