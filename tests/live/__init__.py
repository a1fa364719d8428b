"""The live contract kit: what the target assumes of the API, asked of the API itself."""
