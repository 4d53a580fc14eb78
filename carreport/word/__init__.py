"""A finished page as a Word document whose numbers stay linked to their results."""
