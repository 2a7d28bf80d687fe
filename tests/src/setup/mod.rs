//! What the customer's administrator meets: the setup page, and the catalogue of set-up faults.

mod faults;
mod page;
mod rehearsal;
