"""Tests of the imitation of the API, through a real socket."""
