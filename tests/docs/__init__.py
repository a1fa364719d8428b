"""Every command and configuration of the documentation is run."""
