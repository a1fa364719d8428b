"""Random but seeded faults, and an oracle that holds the target to what it promises under them."""
