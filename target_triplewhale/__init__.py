"""A Singer target that delivers any tap's streams to the Triple Whale Data-In API."""
