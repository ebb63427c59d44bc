"""Assignments: what their workflows have in common."""
