#![allow(clippy::unwrap_used, clippy::panic)]

mod alternatives;
mod checker;
mod duty;
mod institutions;
mod lasting;
mod mutate;
mod pay;
mod possible;
mod refused;
mod sample;
mod supposed;
mod written;
