//! Addresses that are not the public internet: the IANA special-purpose registries (RFC 6890 and after), and the few
//! public-looking ones at which clouds answer their own machines.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::CidrBlock;

/// Most specific first, since the first that fits gives the reason.
const V4: &[(CidrBlock, &str)] = &[
    (CidrBlock::v4(169, 254, 169, 254, 32), "a cloud's metadata service"),
    (CidrBlock::v4(168, 63, 129, 16, 32), "a cloud's metadata service"),
    (CidrBlock::v4(100, 100, 100, 200, 32), "a cloud's metadata service"),
    (CidrBlock::v4(192, 0, 0, 192, 32), "a cloud's metadata service"),
    (CidrBlock::v4(255, 255, 255, 255, 32), "the broadcast address"),
    (CidrBlock::v4(0, 0, 0, 0, 8), "this host (0.0.0.0/8)"),
    (CidrBlock::v4(127, 0, 0, 0, 8), "a loopback address"),
    (CidrBlock::v4(10, 0, 0, 0, 8), "a private address"),
    (CidrBlock::v4(172, 16, 0, 0, 12), "a private address"),
    (CidrBlock::v4(192, 168, 0, 0, 16), "a private address"),
    (CidrBlock::v4(100, 64, 0, 0, 10), "a carrier's shared address (100.64.0.0/10)"),
    (CidrBlock::v4(169, 254, 0, 0, 16), "a link-local address"),
    (CidrBlock::v4(192, 0, 0, 0, 24), "reserved for protocol assignments"),
    (CidrBlock::v4(192, 0, 2, 0, 24), "reserved for documentation"),
    (CidrBlock::v4(198, 51, 100, 0, 24), "reserved for documentation"),
    (CidrBlock::v4(203, 0, 113, 0, 24), "reserved for documentation"),
    (CidrBlock::v4(192, 88, 99, 0, 24), "a former 6to4 relay address"),
    (CidrBlock::v4(198, 18, 0, 0, 15), "reserved for benchmarks"),
    (CidrBlock::v4(224, 0, 0, 0, 4), "a multicast address"),
    (CidrBlock::v4(240, 0, 0, 0, 4), "a reserved address (240.0.0.0/4)"),
];

const V6: &[(CidrBlock, &str)] = &[
    (CidrBlock::v6([0xfc00, 0, 0, 0], 7), "a private address (fc00::/7)"),
    (CidrBlock::v6([0xfe80, 0, 0, 0], 10), "a link-local address"),
    (CidrBlock::v6([0xfec0, 0, 0, 0], 10), "a former site-local address"),
    (CidrBlock::v6([0xff00, 0, 0, 0], 8), "a multicast address"),
    (CidrBlock::v6([0x0064, 0xff9b, 0x0001, 0], 48), "a network's own NAT64 prefix"),
    (CidrBlock::v6([0x0100, 0, 0, 0], 64), "a discard-only address"),
    (CidrBlock::v6([0x2001, 0, 0, 0], 23), "reserved for protocol assignments"),
    (CidrBlock::v6([0x2001, 0x0db8, 0, 0], 32), "reserved for documentation"),
    (CidrBlock::v6([0x3fff, 0, 0, 0], 20), "reserved for documentation"),
];

const GLOBAL_UNICAST: CidrBlock = CidrBlock::v6([0x2000, 0, 0, 0], 3);

/// Why the address is not the public internet; `None` when it is.
pub(super) fn reason(address: IpAddr) -> Option<&'static str> {
    match target(address) {
        v4 @ IpAddr::V4(_) => first(V4, v4),
        IpAddr::V6(Ipv6Addr::LOCALHOST) => Some("a loopback address"),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Some("the unspecified address"),
        v6 @ IpAddr::V6(_) => {
            first(V6, v6).or_else(|| (!GLOBAL_UNICAST.contains(v6)).then_some("not a global unicast address"))
        }
    }
}

fn first(table: &[(CidrBlock, &'static str)], address: IpAddr) -> Option<&'static str> {
    table.iter().find(|(block, _)| block.contains(address)).map(|(_, reason)| *reason)
}

/// Where packets to this address end: the IPv4 address within an IPv6 one, if it carries one.
pub(super) fn target(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => embedded(v6).map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let low = |hi: u16, lo: u16| Some(Ipv4Addr::from_bits(u32::from(hi) << 16 | u32::from(lo)));
    match address.segments() {
        // ::1 and :: are themselves.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        // Mapped (::ffff:a.b.c.d), translated (::ffff:0:a.b.c.d) and compatible (::a.b.c.d).
        [0, 0, 0, 0, 0, 0xffff, hi, lo] | [0, 0, 0, 0, 0xffff, 0, hi, lo] | [0, 0, 0, 0, 0, 0, hi, lo] => {
            low(hi, lo)
        }
        // NAT64, RFC 6052.
        [0x64, 0xff9b, 0, 0, 0, 0, hi, lo] => low(hi, lo),
        // 6to4, RFC 3056.
        [0x2002, hi, lo, ..] => low(hi, lo),
        // ISATAP, RFC 5214: under any prefix.
        [_, _, _, _, 0x0000 | 0x0200, 0x5efe, hi, lo] => low(hi, lo),
        _ => None,
    }
}
