"""The pages that explain (docs/delivery.md, limits.md, identities.md), and the tables in them."""
