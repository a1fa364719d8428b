"""The benchmark: what the project promises of speed and memory, measured."""
