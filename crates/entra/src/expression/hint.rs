//! What somebody may have meant by a name that does not exist.

use super::functions::{Function, all};
use super::lexer::Problem;

/// The problem with a name that no function has.
pub(crate) fn unknown_function(at: usize, name: &str) -> Problem {
    let problem = Problem::new(at, format!("there is no function `{name}`"));
    if let Some(function) = all().find(|function| function.name.eq_ignore_ascii_case(name)) {
        return problem.hint(format!("Names are compared with case: write {}.", function.name));
    }
    match nearest(name) {
        Some(function) => problem.hint(format!("Did you mean {}?", function.signature())),
        None => {
            let mut names: Vec<_> = all().map(|function| function.name).collect();
            names.sort_unstable();
            problem.hint(format!("The functions are {}.", names.join(", ")))
        }
    }
}

fn nearest(name: &str) -> Option<&'static Function> {
    let lower = name.to_ascii_lowercase();
    let most = (lower.chars().count() / 3).max(1);
    all()
        .map(|function| (distance(&lower, &function.name.to_ascii_lowercase()), function))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, function)| function)
}

/// Insertions, removals, replacements and swaps of neighbours that lead from one word to the other.
pub(crate) fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().take(64).collect(), to.chars().take(64).collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(a != b)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from[i - 1] == *b && to[j - 1] == *a {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}
