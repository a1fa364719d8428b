"""The tools beside the target, one file each."""
