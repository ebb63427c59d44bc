"""One ticket: its state, what staff, customer and helpdesk say to it, and what time does to it."""
