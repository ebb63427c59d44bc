"""What is done for all that climbs a path: rounds of notices, and what their mails say."""
