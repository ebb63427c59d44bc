"""What Rung costs, each figure beside a bare Temporal workflow that takes the same steps in the same run."""
