"""Whom an address on the Internet stands for, where tries are counted; which are this machine."""

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


def is_this_machine(host: str) -> bool:
    """Whether a host's name or address is a loopback one: nothing else can be reached there, and no
    proxy leads to it."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        found = ip_address(host)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if found.version == 6 else None
    return (mapped or found).is_loopback
