//! Where this process may connect to when someone else names the address.
//!
//! Webhook targets and directory sources are user input. The policy is a value that judges one address; the connector
//! asks it about the very address it dials, so that a name which resolves twice cannot slip through.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

mod cidr;
mod special;

pub use cidr::{CidrBlock, CidrError};

/// Which addresses may be dialled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AddressPolicy {
    /// The public internet only: nothing special-purpose, private or local.
    #[default]
    PublicOnly,
    /// No restriction: for a laptop, or where the network itself restricts.
    Anywhere,
    /// These blocks and nothing else.
    Allow(Vec<CidrBlock>),
    /// The public internet and these blocks: an app on the same private network.
    PublicAnd(Vec<CidrBlock>),
}

impl AddressPolicy {
    /// Judges an address.
    ///
    /// An IPv6 address that carries an IPv4 one (mapped, 6to4, NAT64) is judged as that, since that is where the
    /// packets go.
    ///
    /// # Errors
    /// [`Refused`], with the reason.
    pub fn permits(&self, address: IpAddr) -> Result<(), Refused> {
        let listed = |blocks: &[CidrBlock]| {
            let target = special::target(address);
            blocks.iter().any(|block| block.contains(address) || block.contains(target))
        };
        let reason = match self {
            Self::Anywhere => None,
            Self::PublicOnly => special::reason(address),
            Self::Allow(blocks) => (!listed(blocks)).then_some("not on the allow-list"),
            Self::PublicAnd(blocks) => special::reason(address).filter(|_| !listed(blocks)),
        };
        reason.map_or(Ok(()), |reason| Err(Refused { address, reason }))
    }
}

impl AddressPolicy {
    /// Those of a name's addresses that may be dialled.
    ///
    /// # Errors
    /// `PermissionDenied` with the [`Refused`] inside when it has addresses, and none may be.
    pub fn only_permitted(
        &self,
        addresses: impl IntoIterator<Item = SocketAddr>,
    ) -> io::Result<std::vec::IntoIter<SocketAddr>> {
        let (mut permitted, mut refused) = (Vec::new(), None);
        for address in addresses {
            match self.permits(address.ip()) {
                Ok(()) => permitted.push(address),
                Err(reason) => refused = Some(reason),
            }
        }
        match refused {
            Some(reason) if permitted.is_empty() => {
                Err(io::Error::new(io::ErrorKind::PermissionDenied, reason))
            }
            _ => Ok(permitted.into_iter()),
        }
    }
}

impl FromStr for AddressPolicy {
    type Err = PolicyError;

    /// `public`, `anywhere`, or a comma-separated list of blocks, which may contain `public`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (mut public, mut blocks) = (false, Vec::new());
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            match item {
                "public" => public = true,
                "anywhere" => return Ok(Self::Anywhere),
                block => blocks.push(block.parse().map_err(PolicyError::Block)?),
            }
        }
        match (public, blocks.is_empty()) {
            (true, true) => Ok(Self::PublicOnly),
            (true, false) => Ok(Self::PublicAnd(blocks)),
            (false, false) => Ok(Self::Allow(blocks)),
            (false, true) => Err(PolicyError::Empty),
        }
    }
}

impl fmt::Display for AddressPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, blocks): (&str, &[CidrBlock]) = match self {
            Self::PublicOnly => ("public", &[]),
            Self::Anywhere => ("anywhere", &[]),
            Self::Allow(blocks) => ("", blocks),
            Self::PublicAnd(blocks) => ("public", blocks),
        };
        f.write_str(head)?;
        for (at, block) in blocks.iter().enumerate() {
            let comma = if at > 0 || !head.is_empty() { "," } else { "" };
            write!(f, "{comma}{block}")?;
        }
        Ok(())
    }
}

/// A text that is no policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyError {
    /// It says nothing.
    Empty,
    /// One of its items is no block.
    Block(CidrError),
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str(
                "an address policy is `public`, `anywhere` or a list of blocks such as 10.0.0.0/8",
            ),
            Self::Block(e) => write!(f, "{e}; an address policy is `public`, `anywhere` or a list of blocks"),
        }
    }
}

impl Error for PolicyError {}

/// An address that may not be dialled, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The address.
    pub address: IpAddr,
    /// What it is that makes it refused.
    pub reason: &'static str,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connections to {} are not permitted: {}", self.address, self.reason)
    }
}

impl Error for Refused {}

#[cfg(test)]
mod tests;
