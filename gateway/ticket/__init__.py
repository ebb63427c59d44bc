"""The pages of a ticket: its own, a change of shifts, the emergency door, asking for an approval."""
