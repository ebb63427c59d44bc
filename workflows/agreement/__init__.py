"""What clients have confirmed of their documents."""
