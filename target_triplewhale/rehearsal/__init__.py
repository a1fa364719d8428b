"""Before a run: what a dry run finds, what a run will take, and what of it can be taken back."""
