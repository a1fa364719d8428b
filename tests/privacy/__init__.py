"""What is kept and shown around holds no person's data and no key."""
