"""The ledger: what a run knows of the runs before it."""
