//! Operators at work, and letting requests in, on a real database file.

mod connections;
mod held;
mod import;
mod learners;
mod races;
mod resuming;
mod schemas;
mod scrubbing;
mod signing_in;
mod sweeping;
mod tenants;
mod tokens;
mod world;
