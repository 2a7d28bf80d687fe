//! Finding somebody in a source by what people call him.

use std::ops::ControlFlow;
use std::sync::Arc;

use base::Hinted;
use entra::model::{Kind, SourceObject, Value};
use entra::source::{Record, Source};

use crate::failure::Failure;

/// Names by which an object is asked for, beside its id.
const NAMES: [&str; 5] =
    ["userPrincipalName", "originalUserPrincipalName", "mail", "mailNickname", "displayName"];

/// The object with this id or name. An id wins; a name that two have is refused.
pub(super) async fn object(source: Arc<dyn Source>, kind: Kind, who: &str) -> Result<SourceObject, Failure> {
    let (wanted, at) = (who.to_owned(), source.describe());
    // A file is read as a whole: off the runtime.
    let read = tokio::task::spawn_blocking(move || search(source.as_ref(), kind, &wanted)).await;
    let found = read.map_err(|e| Failure::unexpected("reading the source ended badly").caused_by(&e))??;
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (Some(one), Some(other)) => {
            Err(Failure::input(format!("“{who}” is both {} and {}", one.id, other.id))
                .hint("give the object id"))
        }
        (None, _) => Err(Failure::input(format!("{at} has no {} “{who}”", kind.name().to_lowercase()))
            .hint("give the user principal name, the mail, or the object id as the source has it")),
    }
}

fn search(source: &dyn Source, kind: Kind, who: &str) -> Result<Vec<SourceObject>, Failure> {
    let mut found = Vec::new();
    let mut bad = 0_u64;
    let result = source.read(&mut |record| {
        match record {
            Record::Object(object, _) if object.kind == kind => {
                if object.id == who {
                    found = vec![object];
                    return ControlFlow::Break(());
                }
                let is = |name: &str| {
                    let value = object.attributes.get(name).and_then(Value::as_text);
                    value.is_some_and(|value| value.eq_ignore_ascii_case(who))
                };
                if found.len() < 2 && NAMES.iter().any(|name| is(name)) {
                    found.push(object);
                }
            }
            Record::Bad(_) => bad += 1,
            _ => {}
        }
        ControlFlow::Continue(())
    });
    result.map_err(|e| {
        e.hints().into_iter().fold(Failure::input(e.to_string()).caused_by(&e), Failure::hint)
    })?;
    if bad > 0 && found.is_empty() {
        return Err(Failure::input(format!(
            "“{who}” is not among what can be read of the source: {bad} records cannot"
        ))
        .hint("`provost entra provision --dry-run` names their places"));
    }
    Ok(found)
}
