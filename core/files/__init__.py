"""Files that others host: which addresses may be read, and how much of them."""
