"""The pages of a complaint: raising one, its own, a review's."""
