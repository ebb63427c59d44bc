"""One question to those with the authority for it: who may decide, and how it is answered once."""
