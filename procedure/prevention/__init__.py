"""Prevention: what of a client's comes due, ahead of its day, and what becomes of it."""
