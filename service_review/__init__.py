"""The service review: one client's month on one page, counted over the records."""
