"""Taking the place of another sender, as docs/another-sender.md says it."""
