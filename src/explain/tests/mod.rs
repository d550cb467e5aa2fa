#![allow(clippy::unwrap_used, clippy::panic)]

mod duty;
mod pay;
mod sample;
