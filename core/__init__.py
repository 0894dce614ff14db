"""The core: what happens to a request, on any chat platform. It imports none of them."""
