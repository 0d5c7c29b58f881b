import pytest

from shop.pricing import discount, shipping, subtotal


def test_a_basket_costs_the_sum_of_its_lines():
    assert subtotal([(250, 2), (100, 3)]) == 800


def test_a_discount_is_taken_off():
    assert discount(1000, 15) == 850


def test_no_discount_is_more_than_everything():
    with pytest.raises(ValueError):
        discount(1000, 101)


@pytest.mark.parametrize(("total", "cost"), [(4999, 495), (5000, 0), (8000, 0)])
def test_large_orders_ship_free(total, cost):
    assert shipping(total) == cost
