"""Problems: the cause of what comes again."""
