"""The commands of ``starter.py``: what somebody types, and what they read. They decide nothing."""
