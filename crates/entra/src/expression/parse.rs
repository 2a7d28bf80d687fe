//! From text to a tree: recursive descent.

use regex::RegexBuilder;

use super::functions::{Function, find};
use super::hint;
use super::lexer::{Lexer, Problem, Read};
use super::tree::{Comparison, Invocation, Node, Operator};

/// The longest expression, in characters (entra.md §4.4).
pub(crate) const LONGEST: usize = 10_000;
/// Functions inside functions.
pub(crate) const DEEPEST: u32 = 64;
/// What a regular expression may take when it is compiled, in bytes.
const PATTERN_SIZE: usize = 1 << 20;

pub(crate) const WORDS: [&str; 2] = ["vbTextCompare", "vbBinaryCompare"];

/// The whole text.
pub(crate) fn whole(text: &str) -> Read<Node> {
    let length = text.chars().count();
    if length > LONGEST {
        let message = format!("the expression has {length} characters; Entra takes at most {LONGEST}");
        return Err(Problem::new(0, message));
    }
    let mut lexer = Lexer::new(text);
    lexer.spaces();
    if lexer.rest().is_empty() {
        return Err(Problem::new(lexer.at(), "the expression is empty")
            .hint("Write an attribute, [mail], or a function, Append([mailNickname], \"@contoso.com\")."));
    }
    let node = operand(&mut lexer, DEEPEST)?;
    lexer.spaces();
    match lexer.rest().chars().next() {
        None => Ok(node),
        Some(')') => Err(Problem::new(lexer.at(), "nothing is open that this parenthesis could close")),
        Some('&' | '+') => Err(Problem::new(lexer.at(), "there are no operators that join text")
            .hint("Use Append([givenName], \"text\") or Join(\" \", [givenName], [surname]).")),
        Some('=' | '<' | '>') => Err(Problem::new(lexer.at(), "a comparison can stand only as an argument")
            .hint("Use it in IIF([country] = \"USA\", \"yes\", \"no\") or CBool([a] = [b]).")),
        Some(_) => {
            Err(Problem::new(lexer.at(), format!("found {} after the end of the expression", lexer.found())))
        }
    }
}

/// An argument: nothing, an operand, or a comparison of two.
fn argument(lexer: &mut Lexer<'_>, room: u32) -> Read<Node> {
    lexer.spaces();
    if lexer.rest().starts_with([',', ')']) {
        return Ok(Node::Empty);
    }
    let left = operand(lexer, room)?;
    lexer.spaces();
    match Operator::ALL.into_iter().find(|operator| lexer.eat(operator.sign())) {
        None => Ok(left),
        Some(operator) => {
            lexer.spaces();
            let right = operand(lexer, room)?;
            Ok(Node::Compare(Box::new(Comparison { left, operator, right })))
        }
    }
}

fn operand(lexer: &mut Lexer<'_>, room: u32) -> Read<Node> {
    let start = lexer.at();
    match lexer.rest().chars().next() {
        Some('"') => return lexer.text().map(Node::Text),
        Some('[') => return lexer.attribute().map(Node::Attribute),
        Some('“' | '”' | '„' | '‘' | '’' | '\'') => {
            return Err(Problem::new(start, "text stands in straight double quotes")
                .hint("Replace the quotes by \"; word processors make curly ones."));
        }
        _ => {}
    }
    if let Some(number) = lexer.number()? {
        return Ok(Node::Number(number));
    }
    let name = lexer.name();
    lexer.spaces();
    if !name.is_empty() && lexer.rest().starts_with('(') {
        return call(lexer, start, name, room);
    }
    if let Some(word) = WORDS.into_iter().find(|word| *word == name) {
        return Ok(Node::Word(word));
    }
    Err(bare(start, name, lexer))
}

/// Something stands where an operand should.
fn bare(start: usize, name: &str, lexer: &Lexer<'_>) -> Problem {
    if name.is_empty() {
        let problem = Problem::new(start, format!("found {} where a value was expected", lexer.found()));
        return problem.hint("A value is [attribute], \"text\", a number or Function(…).");
    }
    if name.eq_ignore_ascii_case("true") || name.eq_ignore_ascii_case("false") {
        return Problem::new(start, format!("`{name}` stands without quotes"))
            .hint("Truth values are text: write \"True\" or \"False\".");
    }
    if find(name).is_some() {
        return Problem::new(start, format!("{name} is a function and needs its parentheses"));
    }
    let hint = format!("Write [{name}] for the attribute or \"{name}\" for the text.");
    Problem::new(start, format!("`{name}` is neither attribute nor text")).hint(hint)
}

fn call(lexer: &mut Lexer<'_>, start: usize, name: &str, room: u32) -> Read<Node> {
    let Some(function) = find(name) else { return Err(hint::unknown_function(start, name)) };
    let Some(room) = room.checked_sub(1) else {
        return Err(Problem::new(start, format!("functions are nested more than {DEEPEST} deep")));
    };
    let open = lexer.at();
    lexer.eat("(");
    lexer.spaces();
    let mut arguments = Vec::new();
    let mut places = Vec::new();
    if !lexer.eat(")") {
        loop {
            lexer.spaces();
            if lexer.rest().is_empty() {
                return Err(unseparated(lexer, function, open));
            }
            places.push(lexer.at());
            arguments.push(argument(lexer, room)?);
            lexer.spaces();
            if lexer.eat(",") {
                continue;
            }
            if lexer.eat(")") {
                break;
            }
            return Err(unseparated(lexer, function, open));
        }
    }
    let position = lexer.position(start);
    invocation(function, arguments, position).map(|call| Node::Call(Box::new(call))).map_err(|wrong| {
        let at = wrong.argument.and_then(|index| places.get(index).copied()).unwrap_or(start);
        Problem { at, message: wrong.message, hint: wrong.hint.map(Into::into) }
    })
}

fn unseparated(lexer: &Lexer<'_>, function: &Function, open: usize) -> Problem {
    let at = lexer.at();
    match lexer.rest().chars().next() {
        None => {
            Problem::new(open, format!("the parenthesis of {} is opened and never closed", function.name))
        }
        Some('&' | '+') => Problem::new(at, "there are no operators that join text")
            .hint("Use Append(a, b) or Join(\"\", a, b)."),
        Some('”' | '“') => Problem::new(at, "text stands in straight double quotes"),
        Some(_) => Problem::new(
            at,
            format!("found {} where a comma or the end of {} was expected", lexer.found(), function.name),
        )
        .hint("Separate arguments by commas. There is no AND and no OR: nest IIF instead."),
    }
}

/// What is wrong with a call, and with which of its arguments.
pub(crate) struct Wrong {
    pub(crate) argument: Option<usize>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

/// A call, if the function takes these arguments.
pub(crate) fn invocation(
    function: &'static Function,
    arguments: Vec<Node>,
    position: usize,
) -> Result<Invocation, Wrong> {
    let wrong = |argument, message: String, hint: Option<String>| Wrong { argument, message, hint };
    if let Some(why) = function.refused {
        return Err(wrong(None, why.to_owned(), None));
    }
    if let Err(message) = function.takes(arguments.len()) {
        return Err(wrong(None, message, Some(format!("It is written {}.", function.signature()))));
    }
    for (index, (parameter, argument)) in function.parameters.iter().zip(&arguments).enumerate() {
        if parameter.required() && *argument == Node::Empty {
            let message = format!("`{}` of {} is left out", parameter.name, function.name);
            return Err(wrong(
                Some(index),
                message,
                Some(format!("It is written {}.", function.signature())),
            ));
        }
        if matches!(argument, Node::Word(_)) && parameter.name != "compareType" {
            let message = format!("`{argument}` can stand only as the last argument of InStr");
            return Err(wrong(Some(index), message, None));
        }
    }
    let mut call = Invocation { function, arguments, position, pattern: None };
    if let Some(check) = function.check {
        check(&call.arguments).map_err(|(argument, message)| wrong(Some(argument), message, None))?;
    }
    if let Some(index) = function.parameters.iter().position(|parameter| parameter.name == "regexPattern")
        && let Some(Node::Text(pattern)) = call.arguments.get(index)
    {
        call.pattern = Some(compile(pattern).map_err(|message| {
            let hint = match message == UNSUPPORTED {
                true => "Entra itself takes them: to try the mapping here, write the pattern with groups.",
                false => "In an expression each backslash of a pattern is written twice.",
            };
            wrong(Some(index), message, Some(hint.to_owned()))
        })?);
    }
    Ok(call)
}

const UNSUPPORTED: &str = "look-around and back-references, which could take for ever, are not supported";

/// A regular expression that takes time and memory in proportion to the text (the `regex` crate's guarantee).
pub(crate) fn compile(pattern: &str) -> Result<regex::Regex, String> {
    RegexBuilder::new(pattern).size_limit(PATTERN_SIZE).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "the regular expression is too big when compiled".to_owned(),
        error => {
            // The last line says what is wrong; those before it draw the pattern.
            let text = error.to_string();
            let why = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            match why.contains("look-around") || why.contains("backreferences") {
                true => UNSUPPORTED.to_owned(),
                false => format!("the regular expression cannot be read: {why}"),
            }
        }
    })
}
