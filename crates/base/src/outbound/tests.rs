use proptest::prelude::*;

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn public_only_permits_the_internet() {
    for address in
        ["1.1.1.1", "8.8.8.8", "20.190.128.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1"]
            .into_iter()
            .chain(["11.0.0.1", "126.255.255.255", "128.0.0.1", "223.255.255.255", "192.0.1.1", "198.20.0.1"])
            .chain([
                "2606:4700::1111",
                "2a00:1450::1",
                "2001:4860:4860::8888",
                "2002:101:101::1",
                "64:ff9b::808:808",
            ])
            .chain(["::ffff:8.8.8.8", "2001:200::1"])
    {
        assert_eq!(AddressPolicy::PublicOnly.permits(ip(address)), Ok(()), "{address}");
    }
}

#[test]
fn public_only_refuses_everything_special_and_says_what_it_is() {
    let cases = [
        ("0.0.0.0", "this host"),
        ("0.1.2.3", "this host"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("10.0.0.1", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "carrier"),
        ("100.127.255.255", "carrier"),
        ("169.254.0.1", "link-local"),
        ("169.254.169.254", "metadata"),
        ("168.63.129.16", "metadata"),
        ("100.100.100.200", "metadata"),
        ("192.0.0.192", "metadata"),
        ("192.0.0.1", "protocol"),
        ("192.0.2.1", "documentation"),
        ("198.51.100.1", "documentation"),
        ("203.0.113.1", "documentation"),
        ("192.88.99.1", "6to4"),
        ("198.18.0.1", "benchmarks"),
        ("198.19.255.255", "benchmarks"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.255", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("fd00::1", "private"),
        ("fd00:ec2::254", "private"),
        ("fe80::1", "link-local"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("100::1", "discard"),
        ("2001::1", "protocol"),
        ("2001:db8::1", "documentation"),
        ("3fff::1", "documentation"),
        ("64:ff9b:1::1", "NAT64"),
        ("4000::1", "not a global unicast"),
        ("5f00::1", "not a global unicast"),
        // IPv4 in disguise.
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:0:10.0.0.1", "private"),
        ("::10.0.0.1", "private"),
        ("::2", "this host"),
        ("2002:7f00:1::", "loopback"),
        ("2002:a9fe:a9fe::1", "metadata"),
        ("64:ff9b::10.0.0.1", "private"),
        ("64:ff9b::169.254.169.254", "metadata"),
        ("2606:4700::5efe:10.0.0.1", "private"),
        ("2606:4700::200:5efe:127.0.0.1", "loopback"),
    ];
    for (address, words) in cases {
        let refused = AddressPolicy::PublicOnly.permits(ip(address)).expect_err(address);
        assert!(refused.reason.contains(words), "{address}: {}", refused.reason);
        assert!(refused.to_string().contains(refused.reason));
        assert_eq!(AddressPolicy::Anywhere.permits(ip(address)), Ok(()));
    }
}

#[test]
fn lists_permit_their_blocks_also_through_a_mapped_address() {
    let only: AddressPolicy = "10.1.0.0/16, fd00::/8".parse().unwrap();
    let and: AddressPolicy = "public,10.1.0.0/16".parse().unwrap();
    for address in ["10.1.2.3", "::ffff:10.1.2.3"] {
        assert_eq!(only.permits(ip(address)), Ok(()));
        assert_eq!(and.permits(ip(address)), Ok(()));
    }
    assert_eq!(only.permits(ip("fd12::1")), Ok(()));
    assert!(only.permits(ip("10.2.0.1")).is_err() && and.permits(ip("10.2.0.1")).is_err());
    assert!(only.permits(ip("8.8.8.8")).is_err(), "an allow-list is all there is");
    assert_eq!(and.permits(ip("8.8.8.8")), Ok(()));
    assert!(and.permits(ip("fd12::1")).is_err());
}

#[test]
fn policies_print_as_they_are_read() {
    for text in ["public", "anywhere", "10.0.0.0/8", "public,10.0.0.0/8,::1/128", "127.0.0.1/32,::1/128"] {
        assert_eq!(text.parse::<AddressPolicy>().unwrap().to_string(), text);
    }
    assert_eq!("".parse::<AddressPolicy>(), Err(PolicyError::Empty));
    let error = "publik".parse::<AddressPolicy>().unwrap_err().to_string();
    assert!(error.contains("`publik`"), "{error}");
}

#[test]
fn blocks_are_read_strictly() {
    assert!("0.0.0.0/0".parse::<CidrBlock>().unwrap().contains(ip("255.1.2.3")));
    assert!("::/0".parse::<CidrBlock>().unwrap().contains(ip("fe80::1")));
    assert_eq!("10.1.2.3".parse::<CidrBlock>().unwrap().to_string(), "10.1.2.3/32");
    for text in [
        "",
        "10.0.0.0/33",
        "::/129",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/",
        "10.0.0/8",
        "10.0.0.1/8",
        "::1/64",
        "a/8",
    ] {
        let error = text.parse::<CidrBlock>().unwrap_err().to_string();
        assert!(error.contains(&format!("`{text}`")), "{error}");
    }
}

proptest! {
    #[test]
    fn a_block_contains_exactly_what_shares_its_prefix(bits in any::<u32>(), other in any::<u32>(), prefix in 0u8..=32) {
        let mask = u32::MAX.checked_shl(u32::from(32 - prefix)).unwrap_or(0);
        let base = std::net::Ipv4Addr::from_bits(bits & mask);
        let block: CidrBlock = format!("{base}/{prefix}").parse().unwrap();
        let other = std::net::Ipv4Addr::from_bits(other);
        prop_assert!(block.contains(IpAddr::V4(std::net::Ipv4Addr::from_bits(bits))));
        prop_assert_eq!(block.contains(IpAddr::V4(other)), other.to_bits() & mask == bits & mask);
    }

    #[test]
    fn no_disguise_changes_the_verdict(bits in any::<u32>()) {
        let v4 = std::net::Ipv4Addr::from_bits(bits);
        let plain = AddressPolicy::PublicOnly.permits(IpAddr::V4(v4)).map_err(|r| r.reason);
        // ::0.0.0.0 and ::0.0.0.1 are IPv6's own.
        let [hi, lo] = [(bits >> 16) as u16, bits as u16];
        let disguises = [
            std::net::Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, hi, lo),
            std::net::Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, hi, lo),
            std::net::Ipv6Addr::new(0x2002, hi, lo, 1, 2, 3, 4, 5),
        ];
        for disguise in disguises {
            prop_assert_eq!(AddressPolicy::PublicOnly.permits(IpAddr::V6(disguise)).map_err(|r| r.reason), plain);
        }
    }
}

#[test]
fn of_a_names_addresses_only_those_that_are_permitted_are_left() {
    let name = |addresses: &[&str]| -> Vec<std::net::SocketAddr> {
        addresses.iter().map(|address| address.parse().unwrap()).collect()
    };
    let policy = AddressPolicy::PublicOnly;
    let left = policy.only_permitted(name(&["10.0.0.1:0", "93.184.216.34:0", "[::1]:0"])).unwrap();
    assert_eq!(left.collect::<Vec<_>>(), name(&["93.184.216.34:0"]));
    let refused = policy.only_permitted(name(&["10.0.0.1:0"])).unwrap_err();
    assert!(crate::find_cause::<Refused>(&refused).is_some());
    assert_eq!(policy.only_permitted(Vec::new()).unwrap().count(), 0);
}
