"""The commands, one file each; what they say and how they end is in `messages`."""
