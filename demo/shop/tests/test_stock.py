import pytest

from shop.stock import OutOfStock, Stock


@pytest.fixture
def stock():
    stock = Stock()
    stock.add("pear", 5)
    return stock


def test_what_is_added_is_free(stock):
    assert stock.free("pear") == 5


def test_nothing_cannot_be_added(stock):
    with pytest.raises(ValueError):
        stock.add("pear", 0)


def test_a_reservation_is_no_longer_free(stock):
    stock.reserve("pear", 2)
    assert stock.free("pear") == 3


def test_everything_free_can_be_reserved(stock):
    stock.reserve("pear", 5)
    assert stock.free("pear") == 0


def test_more_than_is_free_cannot_be_reserved(stock):
    with pytest.raises(OutOfStock):
        stock.reserve("pear", 6)


def test_what_is_released_is_free_again(stock):
    stock.reserve("pear", 4)
    stock.release("pear", 3)
    assert stock.free("pear") == 4


def test_everything_reserved_can_be_released(stock):
    stock.reserve("pear", 5)
    stock.release("pear", 5)
    assert stock.free("pear") == 5
