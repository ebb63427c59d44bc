"""The procedure decides: data and rules, without I/O and without a clock.

Every function that needs the time takes it as ``now``, an aware UTC instant.
Nothing here imports more than the standard library and pydantic.
"""
