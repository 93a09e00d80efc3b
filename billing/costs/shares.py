"""Split a charge over what it is for, exactly."""

from collections.abc import Mapping


def split_charge(charge: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Give each its part of the charge (µ$) by weight; the parts sum to the charge.

    What rounding down leaves over goes, a micro-dollar each, to those that lost most by it, then by name. Raises
    ValueError for a charge below zero, and for one without a weight above zero.
    """
    total = sum(weights.values())
    if charge < 0 or min(weights.values(), default=0) < 0 or (charge and not total):
        raise ValueError("a charge and its weights are not below zero, and a charge is for something")
    if not total:
        return dict.fromkeys(weights, 0)
    parts = {name: charge * weight // total for name, weight in weights.items()}
    left = charge - sum(parts.values())
    for name in sorted(weights, key=lambda name: (-(charge * weights[name] % total), name))[:left]:
        parts[name] += 1
    return parts
