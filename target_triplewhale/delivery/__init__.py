"""Batches, attempts, verdicts, retries, limits, and the mark that STATE waits for."""
