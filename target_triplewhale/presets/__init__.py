"""Packaged mappings of known sources: one YAML file each, and what reads them."""
