#![allow(clippy::unwrap_used, clippy::panic)]

mod alternatives;
mod checker;
mod duty;
mod institutions;
mod mutate;
mod pay;
mod sample;
mod supposed;
mod written;
