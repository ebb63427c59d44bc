"""What is done for tickets alone: offers at a change of shifts."""
