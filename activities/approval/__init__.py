"""What is done for approvals alone: what a reader sees of one in a mail."""
