"""Tests of the files around the package."""
