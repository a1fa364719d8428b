"""What came of a run as one document: built, written as JSON or as a page, read back, printed."""
