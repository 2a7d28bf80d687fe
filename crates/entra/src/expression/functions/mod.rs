//! The functions of expressions: one table, a file for each family.

mod case;
mod choose;
mod convert;
mod dates;
mod facts;
mod lists;
mod random;
mod replace;
mod roles;
mod text;

use std::fmt;

use super::eval::{Call, Outcome};
use super::tree::Node;

/// A function.
pub struct Function {
    /// Its name, compared with case.
    pub name: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// Whether only its name is public, and what it does is our guess.
    pub unverified: bool,
    /// Why it cannot stand in a mapping to a SCIM service.
    pub refused: Option<&'static str>,
    pub(super) check: Option<Check>,
    pub(super) run: fn(Call<'_>) -> Outcome,
}

/// Looks at the arguments before anything runs; the error names the argument and says what is wrong.
pub(super) type Check = fn(&[Node]) -> Result<(), (usize, String)>;

/// A parameter of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, also as the key of a schema's `parameters`.
    pub name: &'static str,
    /// Whether it may be left out, or repeats.
    pub need: Need,
}

/// How often a parameter is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Once.
    Required,
    /// Once or not.
    Optional,
    /// Any number of times, together with the other repeating ones; at least once.
    Repeated,
}

impl Parameter {
    pub(super) fn required(&self) -> bool {
        self.need == Need::Required
    }
}

const fn required(name: &'static str) -> Parameter {
    Parameter { name, need: Need::Required }
}

const fn optional(name: &'static str) -> Parameter {
    Parameter { name, need: Need::Optional }
}

const fn repeated(name: &'static str) -> Parameter {
    Parameter { name, need: Need::Repeated }
}

impl Function {
    const fn new(
        name: &'static str,
        parameters: &'static [Parameter],
        doc: &'static str,
        run: fn(Call<'_>) -> Outcome,
    ) -> Self {
        Self { name, parameters, doc, unverified: false, refused: None, check: None, run }
    }

    const fn unverified(mut self) -> Self {
        self.unverified = true;
        self
    }

    const fn checked(mut self, check: Check) -> Self {
        self.check = Some(check);
        self
    }

    const fn refused(mut self, why: &'static str) -> Self {
        self.refused = Some(why);
        self
    }

    /// `Join(separator, source, …)`: how it is written.
    #[must_use]
    pub fn signature(&self) -> String {
        let mut text = format!("{}(", self.name);
        for (index, parameter) in self.parameters.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            match parameter.need {
                Need::Optional => text.extend([comma, "[", parameter.name, "]"]),
                Need::Required | Need::Repeated => text.extend([comma, parameter.name]),
            }
        }
        if self.group() > 0 {
            text.push_str(", …");
        }
        text.push(')');
        text
    }

    /// How many parameters repeat together; 0 when none does.
    pub(super) fn group(&self) -> usize {
        self.parameters.iter().filter(|parameter| parameter.need == Need::Repeated).count()
    }

    /// Whether it takes so many arguments.
    pub(super) fn takes(&self, count: usize) -> Result<(), String> {
        let group = self.group();
        let least = match group {
            // What may be left out is at the end, and need not even be separated.
            0 => self.parameters.iter().rposition(Parameter::required).map_or(0, |last| last + 1),
            _ => self.parameters.len(),
        };
        let right = match group {
            0 => (least..=self.parameters.len()).contains(&count),
            group => count >= least && (count - least).is_multiple_of(group),
        };
        if right {
            return Ok(());
        }
        let plural =
            |count: usize| if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") };
        let wanted = match (group, self.parameters.len()) {
            (0, most) if most == least => plural(least),
            (0, most) => format!("{least} to {most} arguments"),
            (1, _) => format!("at least {}", plural(least)),
            (_, _) => format!("at least {}, the last ones in pairs", plural(least)),
        };
        Err(format!("{} takes {wanted}, not {count}", self.name))
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.signature())
    }
}

/// All functions, by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    static FAMILIES: [&[Function]; 10] = [
        text::FUNCTIONS,
        case::FUNCTIONS,
        replace::FUNCTIONS,
        lists::FUNCTIONS,
        choose::FUNCTIONS,
        facts::FUNCTIONS,
        convert::FUNCTIONS,
        dates::FUNCTIONS,
        random::FUNCTIONS,
        roles::FUNCTIONS,
    ];
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// The function of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name == name)
}

/// A text that grows, but not beyond what a function may give.
pub(super) struct Bounded(String);

impl Bounded {
    pub(super) const fn new() -> Self {
        Self(String::new())
    }

    /// Says whether there was room.
    pub(super) fn push(&mut self, text: &str) -> Option<()> {
        (self.0.len() + text.len() <= super::eval::LONGEST).then(|| self.0.push_str(text))
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

fn text_value(text: impl Into<String>) -> Outcome {
    Ok(Some(crate::model::Value::Text(text.into())))
}
