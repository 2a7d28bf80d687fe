//! Answers to questions, drawn from the text of the pages.
//!
//! A question becomes *concepts*: its words without the little ones, each with what else it may be called. The full-text
//! index (BM25 over stems) names the sections that speak of them; within those, every sentence, item, row and code block
//! is weighed by how much of the question it, its heading and its neighbours cover, and how close together. When the
//! best of them covers too little, the documentation does not answer the question, and that is the answer.

mod answer;
mod concept;
mod index;
mod lexicon;
mod passage;
mod rank;
mod synonyms;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

pub use answer::{Answer, Excerpt};

use crate::page::pages;
use index::Index;

/// Longest question that is looked at, in characters; what follows is left out.
const LONGEST: usize = 400;
/// Passages shown beside the direct answer.
const EXCERPTS: usize = 3;
/// Pages named when nothing was found.
const NEAREST: usize = 4;

/// The search index failed, which is a fault of this program.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the documentation's index does not answer")]
pub struct AskError(#[from] std::sync::Arc<rusqlite::Error>);

static INDEX: LazyLock<Result<Index, AskError>> =
    LazyLock::new(|| Index::build(pages()).map_err(|error| AskError(std::sync::Arc::new(error))));

/// Answers a question from the documentation.
///
/// # Errors
/// When the index does not answer.
pub fn ask(question: &str) -> Result<Answer, AskError> {
    let index = INDEX.as_ref().map_err(Clone::clone)?;
    let question: String =
        question.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let question = question.trim();
    let concepts = index.concepts(question).map_err(|error| AskError(std::sync::Arc::new(error)))?;
    let sections = index.search(&concepts).map_err(|error| AskError(std::sync::Arc::new(error)))?;
    let wants = rank::Wants::of(question);
    let ranked = rank::rank(index, &wants, &concepts, &sections);
    let mut answer = Answer { question: question.to_owned(), ..Answer::default() };
    let known = ranked.first().is_some_and(rank::Ranked::answers);
    if known {
        let mut passages = passage::choose(index, &ranked, &wants, EXCERPTS + 1).into_iter();
        answer.direct = passages.next();
        answer.excerpts = passages.collect();
    }
    answer.nearest = nearest(index, &sections);
    Ok(answer)
}

/// Titles and addresses of the sections that come nearest, no page twice.
fn nearest(index: &Index, sections: &[(usize, f64)]) -> Vec<Excerpt> {
    let mut found: Vec<Excerpt> = Vec::new();
    for (at, _) in sections {
        let excerpt = passage::address(index, *at);
        if found.len() < NEAREST && found.iter().all(|other| other.page != excerpt.page) {
            found.push(excerpt);
        }
    }
    if found.is_empty() && !index.sections.is_empty() {
        // Not a word is known: the first page says where to begin.
        found.push(passage::address(index, 0));
    }
    found
}
