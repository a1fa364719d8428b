"""The payload models and the conversions they are made of."""
