"""The procedure as both sides read it: the document that is attached to a client's contract."""
