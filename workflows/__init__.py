"""Workflows wait: they put the ticket before people, and let the procedure decide what follows."""
