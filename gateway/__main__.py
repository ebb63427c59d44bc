"""Start the gateway: ``python -m gateway``."""
