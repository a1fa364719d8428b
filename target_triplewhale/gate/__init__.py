"""What stands around delivery where there is a ledger: only what is new or has changed is sent."""
