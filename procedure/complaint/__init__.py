"""One complaint and one review: who hears it, what was said and promised, how it climbs."""
