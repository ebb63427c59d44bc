"""Who stands where: who is on duty at an instant, and who is paged at a tier until when."""
