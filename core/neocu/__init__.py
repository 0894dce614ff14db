"""The Neocu API: calls, errors, prices, uploads, and when to poll."""
