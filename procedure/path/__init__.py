"""What climbs levels of named people beside the tiers: who stands on one, and what somebody concludes."""
