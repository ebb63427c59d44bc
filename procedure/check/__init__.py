"""What is wrong with the files, and what lies ahead: mistakes, outlooks, changes, rehearsal."""
