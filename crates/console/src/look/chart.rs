//! Numbers over time: a chart drawn here, with its table beneath for those who cannot see it.

use maud::{Markup, html};

use super::{Tone, number};

/// Width of the drawing, in its own units.
const WIDTH: usize = 720;
/// Height of the columns.
const HEIGHT: u64 = 120;

/// One kind of thing that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Series {
    /// Its name.
    pub name: &'static str,
    /// Its colour.
    pub tone: Tone,
}

/// One span of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// When, for people.
    pub label: String,
    /// How many of each series.
    pub values: Vec<u64>,
}

/// Columns over time, the series on top of each other. Every `tick`-th column has its label below.
#[must_use]
pub fn columns(title: &str, series: &[Series], columns: &[Column], tick: usize) -> Markup {
    let most = columns.iter().map(|c| c.values.iter().sum::<u64>()).max().unwrap_or(0).max(1);
    let step = WIDTH / columns.len().max(1);
    let width = (step * 7 / 10).max(1);
    let sums: Vec<u64> =
        (0..series.len()).map(|at| columns.iter().filter_map(|c| c.values.get(at)).sum()).collect();
    html! {
        figure.chart {
            figcaption {
                span.chart-title { (title) }
                ul.legend {
                    @for (one, sum) in series.iter().zip(&sums) {
                        li { span.swatch.(one.tone.class()) {} (one.name) " " b { (number(*sum)) } }
                    }
                }
            }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT + 24) } role="img" aria-label={ (title) ". The figures stand in the table below." } {
                line.axis x1="0" y1="0.5" x2=(WIDTH) y2="0.5" {}
                line.axis x1="0" y1=(HEIGHT) x2=(WIDTH) y2=(HEIGHT) {}
                @for (at, column) in columns.iter().enumerate() {
                    g {
                        title { (column.label) ": " (said(series, column)) }
                        rect.hit x=(at * step) y="0" width=(step) height=(HEIGHT) {}
                        @for (tone, y, height) in stack(series, column, most) {
                            rect.(tone.class()) x=(at * step + (step - width) / 2) y=(y) width=(width) height=(height) {}
                        }
                    }
                    @if tick > 0 && at % tick == 0 {
                        text x=(at * step) y=(HEIGHT + 18) { (column.label) }
                    }
                }
                text.most x="0" y="12" { (number(most)) }
            }
            details {
                summary { "Figures as a table" }
                div.scroll tabindex="0" role="region" aria-label=(title) {
                    table {
                        caption.unseen { (title) }
                        thead { tr { th scope="col" { "Time" } @for one in series { th.number scope="col" { (one.name) } } } }
                        tbody {
                            @for column in columns {
                                tr { th scope="row" { (column.label) } @for value in &column.values { td.number { (number(*value)) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn said(series: &[Series], column: &Column) -> String {
    let parts =
        series.iter().zip(&column.values).map(|(s, v)| format!("{} {}", number(*v), s.name.to_lowercase()));
    parts.collect::<Vec<_>>().join(", ")
}

/// The pieces of one column from the bottom up: colour, upper edge, height. What is not nothing is seen.
fn stack(series: &[Series], column: &Column, most: u64) -> Vec<(Tone, u64, u64)> {
    let mut edge = HEIGHT;
    let mut out = Vec::new();
    for (one, value) in series.iter().zip(&column.values).filter(|(_, value)| **value > 0) {
        let height = (value * (HEIGHT - 8) / most).max(2).min(edge);
        edge -= height;
        out.push((one.tone, edge, height));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_rare_is_seen_beside_what_is_frequent() {
        let series =
            [Series { name: "Requests", tone: Tone::Info }, Series { name: "Refused", tone: Tone::Bad }];
        let column = Column { label: "09:00".to_owned(), values: vec![10_000, 1] };
        let pieces = stack(&series, &column, 10_001);
        assert_eq!(pieces.len(), 2);
        assert_eq!(pieces[1].2, 2);
        let page = columns("Requests", &series, &[column], 1).into_string();
        assert!(page.contains("<td class=\"number\">10,000</td>"), "{page}");
    }
}
