"""A shop: what is on the shelf, what is promised, what it costs."""
