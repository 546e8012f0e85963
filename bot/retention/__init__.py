"""What is kept for how long, and the job that deletes what is over time."""
