"""What a run has sent, and whether it is there."""
