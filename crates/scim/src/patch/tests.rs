mod fixtures;
mod kit;
mod lists;
mod message;
mod properties;
mod single;
