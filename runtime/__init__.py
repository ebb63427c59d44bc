"""What every process stands on: settings, the connection to Temporal, links, logs, the procedure folder."""
