"""What must hold of the package before it is published."""
