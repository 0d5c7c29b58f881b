"""What a basket costs."""


def subtotal(lines):
    """The sum of (price, amount) lines, in cents."""
    return sum(price * amount for price, amount in lines)


def discount(total, percent):
    """A total less a percentage, rounded down to whole cents."""
    if not 0 <= percent <= 100:
        raise ValueError("percent must be between 0 and 100")
    return total - total * percent // 100


def shipping(total, free_from=5000):
    """What sending costs, in cents: nothing from ``free_from`` on."""
    if total >= free_from:
        return 0
    return 495
