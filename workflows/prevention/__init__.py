"""What of a client's comes due: kept, looked at each day, and put before somebody ahead of time."""
