"""What is promised, what holds it, and what makes that fail; it writes docs/reliability.md."""
