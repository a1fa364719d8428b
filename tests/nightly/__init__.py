"""Three nights of a shop under each scheduler of examples/nightly/, of which the second fails."""
