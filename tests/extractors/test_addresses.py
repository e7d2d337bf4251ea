from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.addresses import is_allowed, is_public, literal

OUTER = ["93.184.215.14", "8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001::200e", "64:ff9b::808:808"]
INNER = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "168.63.129.16", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd12::1", "ff02::1",
    "2001:db8::1", "2001::1", "100::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::10.0.0.1", "::ffff:0:10.0.0.1",
    "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:a00:1::", "2002:7f00:1::1", "3fff::1", "5f00::1",
]  # fmt: skip


@pytest.mark.parametrize("address", OUTER)
def test_the_public_web_is_let_through(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", INNER)
def test_everything_else_is_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("0177.0.0.01", "127.0.0.1"),
        ("10.0.258", "10.0.1.2"),
        ("127.0.0.1.", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("[::1]", "::1"),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_a_literal_is_read_in_every_notation_a_resolver_takes(host: str, address: str) -> None:
    assert literal(host) == ip_address(address)


@pytest.mark.parametrize(
    "host", ["", "example.com", "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "4294967296", "08.1.1.1", "1..2", "0xg"]
)
def test_a_name_is_no_literal(host: str) -> None:
    assert literal(host) is None


@pytest.mark.parametrize(
    ("address", "network", "allowed"),
    [
        ("127.0.0.5", "127.0.0.0/8", True),
        ("127.0.0.5", "127.0.0.1/32", False),
        ("::ffff:127.0.0.5", "127.0.0.0/8", True),
        ("fd00::5", "fd00::/8", True),
        ("10.0.0.1", "fd00::/8", False),
        ("8.8.8.8", "10.0.0.0/8", True),
    ],
)
def test_an_allowed_network_is_let_through_and_no_other(address: str, network: str, allowed: bool) -> None:
    assert is_allowed(ip_address(address), (ip_network(network),)) == allowed


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_it_is_wrapped(address: IPv4Address) -> None:
    wrapped = [int(IPv6Address("::ffff:0:0")), int(IPv6Address("64:ff9b::"))]

    assert {is_public(IPv6Address(prefix + int(address))) for prefix in wrapped} == {is_public(address)}
    assert literal(str(int(address))) == literal(hex(int(address))) == address


@given(st.text())
def test_no_text_breaks_the_reading_of_a_literal(host: str) -> None:
    address = literal(host)
    assert address is None or is_public(address) in (True, False)
