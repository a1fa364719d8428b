"""What a run leaves behind: rejects, counts, and its report."""
