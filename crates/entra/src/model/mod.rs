//! What travels through the engine: objects of the source, values, and places in the target.

mod object;
mod path;
mod value;

pub use object::{Attributes, Kind, Member, SourceObject};
pub use path::{ElementFilter, PathFault, TargetPath};
pub use value::Value;
