"""The page of an assignment: what it is about, who has it, and how it is concluded."""
