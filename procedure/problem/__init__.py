"""One problem: the cause of what comes again, found and removed by a named owner."""
