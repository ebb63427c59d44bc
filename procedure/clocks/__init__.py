"""Counts time: durations, calendars, working hours, and what is left of a commitment."""
