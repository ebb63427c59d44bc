"""The page of an approval."""
