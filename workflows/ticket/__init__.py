"""The workflow of a ticket, what it hears, what it asks, and the list of one change of shifts."""
