"""Small files that look like pictures to whoever checks them, each different from the others."""


def jpeg(number: int, size_bytes: int = 2000) -> bytes:
    """A JPEG as far as its segments go: start, a comment, a scan, end."""
    comment = f"picture {number}".encode()
    head = b"\xff\xd8\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    body = bytes((number * 7 + position) % 251 for position in range(size_bytes))
    return head + scan + body + b"\xff\xd9"
