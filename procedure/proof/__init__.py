"""What is true of every ticket in a time: promises proved or refuted, and faults with their instant."""
