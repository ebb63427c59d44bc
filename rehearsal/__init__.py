"""Rehearses a procedure: the real workflows and activities, with skipped time, and nothing that leaves."""
