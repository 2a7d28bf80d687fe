//! libFuzzer on [`provost_fuzz::filter`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| provost_fuzz::filter(data));
