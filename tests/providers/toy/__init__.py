"""A fifth provider, made as CONTRIBUTING.md says: one folder, and one line in the registry."""
