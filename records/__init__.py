"""The records: what outlives Temporal's retention, in a database of SQL.

They are made from what happened as facts (``procedure.record``), beside the escalation and never in its way.
"""
