"""The workflows that climb a path of levels: a complaint, and a review."""
