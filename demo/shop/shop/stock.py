"""What is on the shelf, and what of it is promised to customers."""


class OutOfStock(Exception):
    """More was wanted than is free."""


class Stock:
    """Counts by product name."""

    def __init__(self):
        self.counts = {}
        self.promised = {}

    def add(self, name, amount):
        """Put goods on the shelf."""
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.counts[name] = self.counts.get(name, 0) + amount

    def reserve(self, name, amount):
        """Promise goods to a customer."""
        if amount <= 0:
            raise ValueError("amount must be positive")
        if amount > self.free(name):
            raise OutOfStock(name)
        self.promised[name] = self.promised.get(name, 0) + amount

    def release(self, name, amount):
        """Take a promise back."""
        self.promised[name] = self.promised.get(name, 0) - amount

    def free(self, name):
        """What can still be promised."""
        return self.counts.get(name, 0) - self.promised.get(name, 0)
