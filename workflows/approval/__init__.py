"""The workflow of an approval."""
