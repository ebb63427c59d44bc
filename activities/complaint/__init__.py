"""What is done for complaints and reviews alone: rounds of notices, and their mails."""
