//! Random values. Each cycle gives another, so a mapping that uses them flows only when an object is created.

use base::{Entropy, random_bytes};

use super::{Function, optional, required, text_value};
use crate::expression::eval::{Call, Outcome};

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("Guid", &[], "A new random GUID.", guid),
    Function::new(
        "RandomString",
        &[
            required("Length"),
            required("MinimumNumbers"),
            required("MinimumSpecialCharacters"),
            required("MinimumCapital"),
            required("MinimumLowerCase"),
            optional("CharactersToAvoid"),
        ],
        "A random text of at most 256 characters with at least so many of each kind.",
        random_string,
    ),
];

fn guid(call: Call<'_>) -> Outcome {
    let bytes = random_bytes(call.env().entropy.as_ref());
    text_value(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}

/// Numbers, special characters (of the Windows password policy), capitals and small letters.
const CLASSES: [&str; 4] = [
    "0123456789",
    "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "abcdefghijklmnopqrstuvwxyz",
];

/// What the minimums leave open is filled from the kinds that have one, or from letters and digits (unverified).
fn random_string(call: Call<'_>) -> Outcome {
    let length = call.number(0)?;
    let mut minimums = [0; 4];
    for (index, minimum) in minimums.iter_mut().enumerate() {
        *minimum = call.number(index + 1)?;
    }
    let length = usize::try_from(length).ok().filter(|length| *length <= 256);
    let length = length.ok_or_else(|| call.fault("`Length` is from 0 to 256"))?;
    let minimums = minimums.map(|minimum| usize::try_from(minimum).ok().filter(|minimum| *minimum <= 256));
    let [Some(numbers), Some(special), Some(capital), Some(small)] = minimums else {
        return Err(call.fault("the minimums are from 0 to 256"));
    };
    let minimums = [numbers, special, capital, small];
    if minimums.iter().sum::<usize>() > length {
        return Err(call.fault("`Length` is less than the minimums together"));
    }
    let avoided = call.text(5)?.unwrap_or_default();
    let classes = CLASSES.map(|class| class.chars().filter(|c| !avoided.contains(*c)).collect::<Vec<char>>());
    let any = minimums.iter().any(|minimum| *minimum > 0);
    let fill: Vec<char> = classes
        .iter()
        .zip(minimums)
        .enumerate()
        .filter(|(index, (_, minimum))| if any { *minimum > 0 } else { *index != 1 })
        .flat_map(|(_, (class, _))| class.iter().copied())
        .collect();
    let entropy = call.env().entropy.as_ref();
    let mut text = Vec::with_capacity(length);
    for (class, minimum) in
        classes.iter().zip(minimums).chain([(&fill, length - minimums.iter().sum::<usize>())])
    {
        for _ in 0..minimum {
            match below(entropy, class.len()).and_then(|index| class.get(index)) {
                Some(c) => text.push(*c),
                None => return Err(call.fault("`CharactersToAvoid` leaves none of a kind that is asked for")),
            }
        }
    }
    for last in (1..text.len()).rev() {
        if let Some(other) = below(entropy, last + 1) {
            text.swap(last, other);
        }
    }
    text_value(text.into_iter().collect::<String>())
}

/// A number below `limit`, each as likely; `None` when there is none.
fn below(entropy: &dyn Entropy, limit: usize) -> Option<usize> {
    let limit = u64::try_from(limit).ok().filter(|limit| *limit > 0)?;
    // 64 bits over at most 256 values: what one is likelier than another is less than one in 10^16.
    usize::try_from(u64::from_be_bytes(random_bytes(entropy)) % limit).ok()
}
