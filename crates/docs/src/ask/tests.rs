//! The questions of `questions.toml`.

use serde::Deserialize;

use super::{Answer, ask};
use crate::page::page;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    question: Vec<Question>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    ask: String,
    section: Option<String>,
    fact: Option<String>,
}

fn questions() -> Vec<Question> {
    toml::from_str::<Catalogue>(include_str!("../../questions.toml")).unwrap().question
}

/// Text as it reads: line ends and the escapes of tables do not matter.
fn flat(text: &str) -> String {
    text.replace("\\|", "|").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn says(answer: &Answer, fact: &str) -> bool {
    let passages = answer.direct.iter().chain(&answer.excerpts).map(|e| e.text.as_str());
    flat(&passages.collect::<Vec<_>>().join("\n")).contains(&flat(fact))
}

#[test]
fn each_question_names_a_section_and_a_fact_that_stands_there() {
    let all = questions();
    let unanswerable = all.iter().filter(|q| q.section.is_none()).count();
    assert!(all.len() >= 100 && unanswerable * 4 >= all.len(), "{} of {}", unanswerable, all.len());
    let mut wrong = Vec::new();
    for question in all {
        let (Some(at), Some(fact)) = (&question.section, &question.fact) else {
            assert!(question.section.is_none() && question.fact.is_none(), "{}", question.ask);
            continue;
        };
        let (slug, anchor) = at.split_once('#').unwrap_or((at, ""));
        let section = page(slug).and_then(|page| page.sections.iter().find(|s| s.anchor == anchor));
        let text =
            section.map(|s| s.units.iter().map(|u| u.markdown.as_str()).collect::<Vec<_>>().join("\n"));
        match text {
            None => wrong.push(format!("{}: no section {at}", question.ask)),
            Some(text) if !flat(&text).contains(&flat(fact)) => {
                wrong.push(format!("{at} does not say {fact}"))
            }
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn questions_are_answered_and_what_is_not_documented_is_not_answered() {
    let all = questions();
    let (mut right, mut direct, mut asked, mut false_answers, mut others) = (0, 0, 0, 0, 0);
    let mut misses = Vec::new();
    for question in &all {
        let answer = ask(&question.ask).unwrap();
        match &question.fact {
            Some(fact) => {
                asked += 1;
                let good = says(&answer, fact);
                right += usize::from(good);
                direct +=
                    usize::from(answer.direct.as_ref().is_some_and(|d| flat(&d.text).contains(&flat(fact))));
                if !good {
                    let found = answer.direct.map_or("not found".to_owned(), |d| d.path);
                    misses.push(format!("missed: {} ({found})", question.ask));
                }
            }
            None => {
                others += 1;
                if let Some(direct) = answer.direct {
                    false_answers += 1;
                    misses.push(format!("false: {} ({}: {})", question.ask, direct.path, flat(&direct.text)));
                }
            }
        }
    }
    let report = format!(
        "{right} of {asked} have the fact in the answer, {direct} in its first passage; {false_answers} of {others} unanswerable ones got one\n{}",
        misses.join("\n")
    );
    println!("{report}");
    assert!(right * 100 >= asked * 80, "{report}");
    assert!(false_answers * 100 <= others * 5, "{report}");
}

#[test]
fn nonsense_and_nothing_are_not_answered() {
    for question in
        ["", "   ", "?", "the of and", "xyzzy plugh", "\u{0}\u{1}", "🦀🦀🦀", "\"; DROP TABLE section; --"]
    {
        assert!(!ask(question).unwrap().is_found(), "{question:?}");
    }
    assert!(ask(&"token ".repeat(10_000)).unwrap().question.len() <= 400);
}

#[test]
fn the_answer_names_its_sources() {
    let text = ask("how do I rotate a token?").unwrap().markdown("https://h");
    assert!(text.contains("](https://h/docs/how-to/rotate-a-token.md#rotate)"), "{text}");
}
