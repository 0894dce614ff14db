"""A local Neocu API with the documented contract, for trying out and for tests."""
