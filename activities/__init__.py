"""Activities act: the only place that touches the world, one class for each outside system."""
