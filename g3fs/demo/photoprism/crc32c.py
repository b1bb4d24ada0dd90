"""CRC-32C (Castagnoli), which PhotoPrism puts into the names of imported files.

Bytes by the million would take seconds one by one; folding the message in half with shifts of
whole integers takes milliseconds. Bits are reflected: the first bit is the highest power of x.
"""

POLYNOMIAL = 0x11EDC6F41
REFLECTED = 0x82F63B78
SMALL_BITS = 512


def crc32c(data: bytes) -> int:
    """The checksum, as a number of 32 bits."""
    value = int.from_bytes(data, "little")
    bits = len(data) * 8
    if bits > SMALL_BITS:
        value ^= 0xFFFFFFFF
        while bits > SMALL_BITS:
            value, bits = _folded(value, bits)
        return _by_bytes(value.to_bytes(bits // 8, "little"), 0)
    return _by_bytes(data, 0xFFFFFFFF)


def _folded(value: int, bits: int) -> tuple[int, int]:
    """A shorter message with the same remainder; its length is in bytes again."""
    head = (bits - 32) // 16 * 8
    rest = bits - head
    top = value & ((1 << head) - 1)
    value >>= head
    power = _power_of_x(rest)
    for degree in range(32):
        if power >> degree & 1:
            value ^= top << (rest - head - degree)
    return value, rest


def _power_of_x(exponent: int) -> int:
    """X to the exponent, modulo the polynomial."""
    result = 1
    for bit in f"{exponent:b}":
        result = _multiplied(result, result)
        if bit == "1":
            result = _multiplied(result, 2)
    return result


def _multiplied(left: int, right: int) -> int:
    product = 0
    while right:
        if right & 1:
            product ^= left
        right >>= 1
        left <<= 1
        if left >> 32:
            left ^= POLYNOMIAL
    return product


def _by_bytes(data: bytes, crc: int) -> int:
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (REFLECTED if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF
