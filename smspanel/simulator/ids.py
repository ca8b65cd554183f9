"""Identifiers that look random, never repeat, and are the same in every run with the same seed."""

from __future__ import annotations

ODD_MULTIPLIER = 0x9E3779B97F4A7C15


def scrambled(seed: int, sequence: int, bits: int) -> int:
    """Map a sequence number onto another one of that many bits; different numbers never collide."""
    mask = (1 << bits) - 1
    value = ((sequence + seed * 7919) * ODD_MULTIPLIER) & mask
    value ^= value >> (bits // 2)
    return (value * ODD_MULTIPLIER) & mask


def hex_id(seed: int, sequence: int, *, digits: int) -> str:
    """Return the sequence number's identifier as that many hexadecimal digits."""
    return f"{scrambled(seed, sequence, digits * 4):0{digits}x}"


def digit_id(seed: int, sequence: int, *, digits: int) -> str:
    """Return that many decimal digits, the first of them not 0; these may repeat."""
    lowest = int(10 ** (digits - 1))
    return str(lowest + scrambled(seed, sequence, 40) % (9 * lowest))
