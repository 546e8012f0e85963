"""Whom an address on the Internet stands for, where tries are counted."""

from ipaddress import ip_address, ip_network

_IPV6_PREFIX = 64


def one_client(address: str) -> str:
    """What one client cannot change about its address: with IPv6 the network of 64 bits, in which
    it may take any address that it likes. Anything else comes back as it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found.packed, _IPV6_PREFIX), strict=False))
