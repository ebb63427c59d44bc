"""What is done for complaints alone: what their mails say."""
