"""The bodies that the API takes: one model per endpoint, each in a file of its own."""
