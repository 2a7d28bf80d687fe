//! Every seed, whole, cut short anywhere, and with bytes changed, goes through its target.

use std::fs;
use std::path::Path;

fn every_seed(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
    let mut seeds = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let seed = fs::read(entry.unwrap().path()).unwrap();
        target(&seed);
        for end in 0..seed.len().min(600) {
            target(&seed[..end]);
        }
        // The same changes in every run: a failure must come again.
        let mut state = seed.len() as u64;
        for _ in 0..200 {
            let mut changed = seed.clone();
            for _ in 0..3 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (state >> 33) as usize % changed.len().max(1);
                if let Some(byte) = changed.get_mut(at) {
                    *byte = br#"[](){}"':.,-$ truefalsn0179eE\"#[(state >> 20) as usize % 30];
                }
            }
            target(&changed);
        }
        seeds += 1;
    }
    assert!(seeds > 0, "{} is empty", folder.display());
}

#[test]
fn body() {
    every_seed("body", crate::body);
}

#[test]
fn filter() {
    every_seed("filter", crate::filter);
}

#[test]
fn path() {
    every_seed("path", crate::path);
}

#[test]
fn cursor() {
    every_seed("cursor", crate::cursor);
}
