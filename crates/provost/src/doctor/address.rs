//! The public name: whether it resolves, to what, and whether somebody listens there.

use std::net::SocketAddr;
use std::time::Duration;

use base::AddressPolicy;

use super::Finding;
use super::configuration::Place;

const PART: &str = "public URL";
/// How long connecting may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What was found, and an address at which somebody listens.
pub(super) async fn look(place: &Place) -> (Vec<Finding>, Option<SocketAddr>) {
    let addresses = match resolve(place).await {
        Ok(addresses) => addresses,
        Err(finding) => return (vec![finding], None),
    };
    let mut found = vec![reachable_from_outside(place, &addresses)];
    let mut last = String::new();
    for address in &addresses {
        match tokio::time::timeout(PATIENCE, tokio::net::TcpStream::connect(address)).await {
            Ok(Ok(_)) => {
                found.push(Finding::good(PART, format!("somebody listens on {address}")));
                return (found, Some(*address));
            }
            Ok(Err(error)) => last = format!("{address}: {error}"),
            Err(_) => last = format!("{address}: no answer in {} seconds", PATIENCE.as_secs()),
        }
    }
    found.push(Finding::fault(
        PART,
        format!("nobody answers from here at {last}"),
        "start `provost serve` and the proxy in front of it; open the port in the firewall. If the network lets nobody reach its \
         own public address from inside, run this from outside",
    ));
    (found, None)
}

async fn resolve(place: &Place) -> Result<Vec<SocketAddr>, Finding> {
    let todo = format!("make an A record for {}, then wait until the name servers know it", place.host);
    let asked =
        tokio::time::timeout(PATIENCE * 2, tokio::net::lookup_host((place.host.as_str(), place.port))).await;
    match asked {
        Ok(Ok(addresses)) => {
            let mut addresses: Vec<_> = addresses.collect();
            addresses.dedup();
            if addresses.is_empty() {
                Err(Finding::fault(PART, format!("{} has no address", place.host), todo))
            } else {
                Ok(addresses)
            }
        }
        Ok(Err(error)) => {
            Err(Finding::fault(PART, format!("{} does not resolve: {error}", place.host), todo))
        }
        Err(_) => Err(Finding::fault(PART, format!("{} does not resolve in time", place.host), todo)),
    }
}

fn reachable_from_outside(place: &Place, addresses: &[SocketAddr]) -> Finding {
    let list = addresses.iter().map(|a| a.ip().to_string()).collect::<Vec<_>>().join(", ");
    let public: Vec<_> =
        addresses.iter().filter(|a| AddressPolicy::PublicOnly.permits(a.ip()).is_ok()).collect();
    if public.is_empty() {
        return Finding::advice(
            PART,
            format!(
                "as this machine sees it, {} is {list}, which cannot be reached from the internet",
                place.host
            ),
            "Entra comes from the internet: the name must have a public address there",
        );
    }
    if public.iter().all(|address| address.is_ipv6()) {
        return Finding::advice(
            PART,
            format!("{} has IPv6 addresses only: {list}", place.host),
            "add an A record: Microsoft documents no provisioning over IPv6",
        );
    }
    Finding::good(PART, format!("{} is {list}", place.host))
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn judged(addresses: &[&str]) -> State {
        let place = Place { url: String::new(), secure: true, host: "scim.example.com".into(), port: 443 };
        let addresses: Vec<SocketAddr> = addresses.iter().filter_map(|a| a.parse().ok()).collect();
        reachable_from_outside(&place, &addresses).state
    }

    #[test]
    fn addresses_are_judged_as_the_internet_sees_them() {
        assert_eq!(judged(&["93.184.216.34:443"]), State::Good);
        assert_eq!(judged(&["10.0.0.1:443", "93.184.216.34:443"]), State::Good);
        assert_eq!(judged(&["10.0.0.1:443", "[::1]:443"]), State::Advice);
        assert_eq!(judged(&["[2606:2800:220:1:248:1893:25c8:1946]:443"]), State::Advice);
    }
}
