"""What the API has accepted, kept from run to run."""
