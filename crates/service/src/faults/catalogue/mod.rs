//! The catalogue: data only.

mod address;
mod groups;
mod mapping;
mod people;
mod running;
mod token;

/// A language that the words for the customer's administrator are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Lang {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// As in BCP 47.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language that a tag such as `de-AT` asks for, if there is one.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_', ';']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|lang| lang.code().eq_ignore_ascii_case(primary))
    }
}

/// Where in a set-up the fault lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// The Tenant URL and the way to it.
    Address,
    /// The Secret Token.
    Token,
    /// Groups.
    Groups,
    /// Attribute mapping.
    Mapping,
    /// Single people.
    People,
    /// Cycles.
    Running,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing works until it is put right.
    Stops,
    /// Somebody or something does not arrive, or will not one day.
    Loses,
    /// Works, but better otherwise.
    Advice,
}

/// How it is found, and so when it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Found {
    /// A refused sign-in or a wrong address, by its code in the log; over with the next request that gets in.
    Refusal,
    /// Refused requests about single resources, by their code in the log; over when an hour of traffic passed without.
    Log,
    /// Something in a request that was served; over when a later one shows the contrary.
    Sign,
    /// What time or settings show; over when it is not so any more.
    State,
}

/// A fault in one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    /// What is wrong, as the administrator would say it: part of a sentence, without full stop.
    pub name: &'static str,
    /// What to do, in whole sentences, with the provider's setting.
    pub remedy: &'static str,
}

/// One fault.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable id; also the code of its entries in the provisioning log.
    pub id: &'static str,
    /// Where it lies.
    pub stage: Stage,
    /// How bad it is.
    pub weight: Weight,
    /// How it is found.
    pub found: Found,
    /// What is seen on the wire.
    pub seen: &'static str,
    /// In each language, in the order of [`Lang::ALL`].
    said: [Said; 2],
}

impl Fault {
    /// Name and remedy.
    #[must_use]
    pub const fn said(&self, lang: Lang) -> &Said {
        match lang {
            Lang::En => &self.said[0],
            Lang::De => &self.said[1],
        }
    }

    /// All faults, in the order in which a set-up meets them.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        [address::FAULTS, token::FAULTS, groups::FAULTS, mapping::FAULTS, people::FAULTS, running::FAULTS]
            .into_iter()
            .flatten()
    }

    /// The fault of this id, which is also the code in the log.
    #[must_use]
    pub fn of_code(code: &str) -> Option<&'static Self> {
        Self::all().find(|fault| fault.id == code)
    }

    /// What to do about a code of the log, whether it is a fault of this catalogue or the reason of a refusal.
    #[must_use]
    pub fn advice_of(code: &str) -> Option<&'static str> {
        let of_catalogue = || Self::of_code(code).map(|fault| fault.said(Lang::En).remedy);
        crate::Explanation::from_code(code).map(crate::Explanation::advice).or_else(of_catalogue)
    }

    /// The sentence in the log: what is wrong, then what to do.
    #[must_use]
    pub fn sentence(&self) -> String {
        let said = self.said(Lang::En);
        format!("{}. {}", said.name, said.remedy)
    }
}

/// Name and remedy in one language.
type Words = [&'static str; 2];

/// A row of the catalogue.
const fn fault(
    id: &'static str,
    (stage, weight, found): (Stage, Weight, Found),
    seen: &'static str,
    en: Words,
    de: Words,
) -> Fault {
    let said = [Said { name: en[0], remedy: en[1] }, Said { name: de[0], remedy: de[1] }];
    Fault { id, stage, weight, found, seen, said }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{Explanation, sign_in_refusals};

    #[test]
    fn every_fault_has_an_id_of_its_own_and_whole_sentences_in_each_language() {
        let ids: HashSet<_> = Fault::all().map(|f| f.id).collect();
        assert_eq!(ids.len(), Fault::all().count());
        assert!(ids.len() >= 30, "{}", ids.len());
        for fault in Fault::all() {
            assert_eq!(Fault::of_code(fault.id), Some(fault));
            assert!(!fault.seen.is_empty() && !fault.seen.ends_with('.'), "{}", fault.id);
            for lang in Lang::ALL {
                let said = fault.said(lang);
                assert!(!said.name.ends_with('.') && said.remedy.ends_with('.'), "{} {lang:?}", fault.id);
            }
        }
    }

    #[test]
    fn what_is_found_in_the_log_has_a_code_of_the_log() {
        let sign_ins: HashSet<_> = sign_in_refusals().into_iter().map(|(code, _)| code).collect();
        for fault in Fault::all() {
            match fault.found {
                Found::Refusal => assert!(
                    sign_ins.contains(fault.id) || fault.stage == Stage::Address,
                    "{} is no refusal",
                    fault.id
                ),
                Found::Log => assert!(Explanation::from_code(fault.id).is_some(), "{}", fault.id),
                Found::Sign | Found::State => {}
            }
        }
    }

    #[test]
    fn a_language_is_found_by_its_tag() {
        assert_eq!(Lang::of_tag("de-AT"), Some(Lang::De));
        assert_eq!(Lang::of_tag(" EN;q=0.8"), Some(Lang::En));
        assert_eq!(Lang::of_tag("fr"), None);
    }
}
