//! Dates. Every one given is text in UTC, `M/d/yyyy h:mm:ss tt`.

use super::{Function, optional, required, text_value};
use crate::expression::date::{Format, Known, Moment, Unit};
use crate::expression::eval::{Call, Outcome, Stop, shown};
use crate::expression::tree::Node;

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new("CDate", &[required("expression")], "A date from text, in UTC.", c_date),
    Function::new(
        "DateAdd",
        &[required("interval"), required("value"), required("dateTime")],
        "The date so many units later; units are yyyy, m, ww, d, h, n (minutes) and s.",
        date_add,
    )
    .checked(check_unit),
    Function::new(
        "DateDiff",
        &[required("interval"), required("date1"), required("date2")],
        "How many units date2 is after date1.",
        date_diff,
    )
    .checked(check_unit),
    Function::new(
        "DateFromNum",
        &[required("value")],
        "A date from Active Directory's number.",
        date_from_num,
    ),
    Function::new("NumFromDate", &[required("value")], "Active Directory's number of a date.", num_from_date),
    Function::new("Now", &[], "The present, in UTC.", now),
    Function::new(
        "FormatDateTime",
        &[required("source"), optional("dateTimeStyles"), required("inputFormat"), optional("outputFormat")],
        "A date in one .NET format written in another.",
        format_date_time,
    )
    .checked(check_formats),
];

/// The argument as a date; the text must be one.
fn date(call: &Call<'_>, index: usize) -> Result<Option<Moment>, Stop> {
    let Some(text) = call.text(index)? else { return Ok(None) };
    Moment::read(&text)
        .map(Some)
        .ok_or_else(|| call.fault(format!("{} is no date that can be read", shown(&text))))
}

fn printed(call: &Call<'_>, moment: Option<Moment>) -> Outcome {
    match moment {
        Some(moment) => text_value(moment.print()),
        None => Err(call.fault("the date is outside the years 1 to 9999")),
    }
}

fn c_date(call: Call<'_>) -> Outcome {
    match date(&call, 0)? {
        Some(moment) => text_value(moment.print()),
        None => Ok(None),
    }
}

fn unit(call: &Call<'_>) -> Result<Unit, Stop> {
    let text = call.text(0)?.unwrap_or_default();
    Unit::read(&text).ok_or_else(|| call.fault(no_unit(&text)))
}

fn no_unit(text: &str) -> String {
    format!("`interval` is yyyy, m, ww, d, h, n or s, not {}", shown(text))
}

fn check_unit(arguments: &[Node]) -> Result<(), (usize, String)> {
    match arguments.first() {
        Some(Node::Text(text)) if Unit::read(text).is_none() => Err((0, no_unit(text))),
        _ => Ok(()),
    }
}

fn date_add(call: Call<'_>) -> Outcome {
    let unit = unit(&call)?;
    let (Some(count), Some(moment)) = (call.integer(1)?, date(&call, 2)?) else { return Ok(None) };
    printed(&call, moment.plus(unit, count))
}

fn date_diff(call: Call<'_>) -> Outcome {
    let unit = unit(&call)?;
    let (Some(from), Some(to)) = (date(&call, 1)?, date(&call, 2)?) else { return Ok(None) };
    text_value(from.until(to, unit).to_string())
}

fn date_from_num(call: Call<'_>) -> Outcome {
    let Some(text) = call.text(0)? else { return Ok(None) };
    match text.trim().parse() {
        Ok(ticks) => printed(&call, Moment::from_filetime(ticks)),
        Err(_) => Err(call.fault(format!("{} is no number", shown(&text)))),
    }
}

fn num_from_date(call: Call<'_>) -> Outcome {
    let Some(moment) = date(&call, 0)? else { return Ok(None) };
    match moment.to_filetime() {
        Some(ticks) => text_value(ticks.to_string()),
        None => Err(call.fault("the date is before 1601, where Active Directory begins to count")),
    }
}

fn now(call: Call<'_>) -> Outcome {
    printed(&call, Moment::now(call.env().clock.as_ref()))
}

/// Entra's servers run in UTC: a date with an offset is converted to it, one without is taken as it stands. Written with
/// three arguments, as an older form of the function was, the styles are left out.
fn format_date_time(call: Call<'_>) -> Outcome {
    let Some(source) = call.text(0)? else { return Ok(None) };
    if source.trim().is_empty() {
        return Ok(None);
    }
    let styles = if call.count() == 4 { Styles::read(call.text(1)?.as_deref()) } else { Styles::read(None) };
    let styles = styles.map_err(|message| call.fault(message))?;
    let format = |index: usize| -> Result<(Format, String), Stop> {
        let text = call.text(index)?.unwrap_or_default();
        Ok((Format::parse(&text).map_err(|message| call.fault(message))?, text.into_owned()))
    };
    let ((input, input_text), (output, _)) = (format(call.count() - 2)?, format(call.count() - 1)?);
    let known = Known { today: Moment::now(call.env().clock.as_ref()) };
    match input.read(styles.trimmed(&source), known) {
        Some(moment) => text_value(output.print(moment)),
        None => Err(call.fault(format!("{} is not written as {}", shown(&source), shown(&input_text)))),
    }
}

fn check_formats(arguments: &[Node]) -> Result<(), (usize, String)> {
    for (index, argument) in arguments.iter().enumerate().skip(1) {
        let styles = index == 1 && arguments.len() == 4;
        match argument {
            Node::Empty if !styles => return Err((index, "a format of FormatDateTime is left out".into())),
            Node::Text(text) if styles => {
                Styles::read(Some(text)).map(drop).map_err(|message| (index, message))?;
            }
            Node::Text(text) => Format::parse(text).map(drop).map_err(|message| (index, message))?,
            _ => {}
        }
    }
    Ok(())
}

/// What of .NET's `DateTimeStyles` makes a difference on a server in UTC.
struct Styles {
    leading: bool,
    trailing: bool,
}

impl Styles {
    fn read(text: Option<&str>) -> Result<Self, String> {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            return Ok(Self { leading: true, trailing: true });
        };
        let mut styles = Self { leading: false, trailing: false };
        for name in text.split([',', '|']) {
            match name.trim().trim_start_matches("DateTimeStyles.") {
                "AllowLeadingWhite" => styles.leading = true,
                "AllowTrailingWhite" => styles.trailing = true,
                "AllowWhiteSpaces" => (styles.leading, styles.trailing) = (true, true),
                "None"
                | "AllowInnerWhite"
                | "NoCurrentDateDefault"
                | "AdjustToUniversal"
                | "AssumeLocal"
                | "AssumeUniversal"
                | "RoundtripKind" => {}
                other => return Err(format!("{} is none of .NET's DateTimeStyles", shown(other))),
            }
        }
        Ok(styles)
    }

    fn trimmed<'t>(&self, text: &'t str) -> &'t str {
        let text = if self.leading { text.trim_start() } else { text };
        if self.trailing { text.trim_end() } else { text }
    }
}
