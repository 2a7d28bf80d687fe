//! Blocks of addresses, `10.0.0.0/8`.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A block of addresses: those that share the first `prefix` bits with `base`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CidrBlock {
    base: IpAddr,
    prefix: u8,
}

impl CidrBlock {
    pub(super) const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Self {
        Self { base: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), prefix }
    }

    pub(super) const fn v6(head: [u16; 4], prefix: u8) -> Self {
        let [a, b, c, d] = head;
        Self { base: IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)), prefix }
    }

    /// Whether the address is in the block. Addresses of the other family never are.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                shares(u128::from(base.to_bits()), u128::from(address.to_bits()), 32 - self.prefix)
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                shares(base.to_bits(), address.to_bits(), 128 - self.prefix)
            }
            _ => false,
        }
    }
}

/// Whether two numbers are equal but for their lowest `free` bits.
fn shares(a: u128, b: u128, free: u8) -> bool {
    (a ^ b).checked_shr(u32::from(free)).unwrap_or(0) == 0
}

impl fmt::Display for CidrBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}

impl FromStr for CidrBlock {
    type Err = CidrError;

    /// `192.168.0.0/16`, `fd00::/8`, or one address without a prefix. Bits beyond the prefix must be zero: a block
    /// written with others is more often a mistake than a habit.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |problem| CidrError { text: text.chars().take(64).collect(), problem };
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let base: IpAddr = address.parse().map_err(|_| wrong(CidrProblem::Address))?;
        let width = if base.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => width,
            Some(digits) => digits
                .parse::<u8>()
                .ok()
                .filter(|n| *n <= width && digits.bytes().all(|c| c.is_ascii_digit()))
                .ok_or_else(|| wrong(CidrProblem::Prefix(width)))?,
        };
        let bits = match base {
            IpAddr::V4(v4) => u128::from(v4.to_bits()),
            IpAddr::V6(v6) => v6.to_bits(),
        };
        let host = bits & !u128::MAX.checked_shl(u32::from(width - prefix)).unwrap_or(0);
        if host != 0 {
            return Err(wrong(CidrProblem::HostBits));
        }
        Ok(Self { base, prefix })
    }
}

/// A text that is no block of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CidrError {
    text: String,
    problem: CidrProblem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CidrProblem {
    Address,
    Prefix(u8),
    HostBits,
}

impl fmt::Display for CidrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no block of addresses: ", self.text)?;
        match self.problem {
            CidrProblem::Address => f.write_str("it must start with an IP address, as in 10.0.0.0/8"),
            CidrProblem::Prefix(width) => write!(f, "the number after the slash must be from 0 to {width}"),
            CidrProblem::HostBits => f.write_str("the bits after the prefix must be zero"),
        }
    }
}

impl Error for CidrError {}
