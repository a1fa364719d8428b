"""What the sources of recorded files say, by other means than the target's."""
