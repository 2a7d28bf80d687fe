//! A CSV file as people make them: any of three delimiters, with or without a byte order mark, saved by Excel.

use csv::{ByteRecord, ReaderBuilder};

use super::RowProblem;

/// A file's rows, with the lines they stand on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// Titles of the columns, trimmed.
    pub(crate) titles: Vec<String>,
    /// Rows with anything in them, as many cells as there are titles.
    pub(crate) rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Line of the file where it begins, counted from 1.
    pub(crate) line: u64,
    /// Cells, trimmed.
    pub(crate) cells: Vec<String>,
}

impl Sheet {
    /// Reads a file; what does not read is a problem with its line, and the rest is read all the same.
    pub(crate) fn read(bytes: &[u8]) -> (Self, Vec<RowProblem>) {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut sheet = Self { titles: Vec::new(), rows: Vec::new() };
        let mut problems = Vec::new();
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            problems.push(RowProblem::line(1, "the file is UTF-16; save it as \"CSV UTF-8\""));
            return (sheet, problems);
        }
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(bytes))
            .from_reader(bytes);
        let mut record = ByteRecord::new();
        let mut lines = Lines { bytes, at: 0, line: 1 };
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let line = lines.of(reader.position().byte());
                    problems.push(RowProblem::line(line, error.to_string()));
                    break;
                }
            }
            let line = lines.of(record.position().map_or(0, csv::Position::byte));
            let cells: Result<Vec<String>, _> = record
                .iter()
                .map(|cell| std::str::from_utf8(cell).map(|text| text.trim().to_owned()))
                .collect();
            let Ok(mut cells) = cells else {
                problems.push(RowProblem::line(line, "the row is not UTF-8; save the file as \"CSV UTF-8\""));
                continue;
            };
            if cells.iter().all(String::is_empty) {
                continue;
            }
            if sheet.titles.is_empty() {
                // Excel leaves empty columns at the end.
                while cells.last().is_some_and(String::is_empty) {
                    cells.pop();
                }
                sheet.titles = cells;
                continue;
            }
            let width = sheet.titles.len();
            while cells.len() > width && cells.last().is_some_and(String::is_empty) {
                cells.pop();
            }
            if cells.len() == width {
                sheet.rows.push(Row { line, cells });
            } else {
                let message = format!(
                    "the row has {} cells where the header has {width}; put cells that hold the delimiter in quotes",
                    cells.len()
                );
                problems.push(RowProblem::line(line, message));
            }
        }
        if sheet.titles.is_empty() && problems.is_empty() {
            problems.push(RowProblem::line(1, "the file is empty; its first line must name the columns"));
        }
        (sheet, problems)
    }
}

/// Counts lines. The reader's own count lags behind after `\r\n` and empty lines.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which the record that the reader found at this byte begins.
    fn of(&mut self, byte: u64) -> u64 {
        let mut start = usize::try_from(byte).unwrap_or(usize::MAX).clamp(self.at, self.bytes.len());
        while matches!(self.bytes.get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        self.line += self.bytes[self.at..start].iter().filter(|b| **b == b'\n').count() as u64;
        self.at = start;
        self.line
    }
}

/// Comma, semicolon or tab: whichever the header line has most of outside quotes.
fn delimiter(bytes: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in bytes.iter().copied().take_while(|b| *b != b'\n') {
        if byte == b'"' {
            quoted = !quoted;
        } else if !quoted && let Some((_, count)) = counts.iter_mut().find(|(d, _)| *d == byte) {
            *count += 1;
        }
    }
    // The first of equals wins: the comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(d, _)| *d)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> (Sheet, Vec<String>) {
        let (sheet, problems) = Sheet::read(text);
        (sheet, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn reads_what_excel_saves() {
        let (sheet, problems) = read(
            "\u{feff}user name;first name;;\r\nanna@x.de; Änna ;\r\n;;\r\n\"b;c@x.de\";Bo\r\n".as_bytes(),
        );
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(sheet.titles, ["user name", "first name"]);
        let rows: Vec<_> = sheet.rows.iter().map(|r| (r.line, r.cells.join("|"))).collect();
        assert_eq!(rows, [(2, "anna@x.de|Änna".into()), (4, "b;c@x.de|Bo".into())]);
    }

    #[test]
    fn a_row_of_another_width_is_named_by_its_line() {
        let (sheet, problems) = read(b"a,b\n1,2\n\"x\ny\",2\n1,2,3\n1\n");
        assert_eq!(sheet.rows.len(), 2);
        assert_eq!(sheet.rows[1].line, 3);
        assert_eq!(problems.len(), 2);
        assert!(problems[0].starts_with("line 5: the row has 3 cells"), "{problems:?}");
    }

    #[test]
    fn other_encodings_are_refused_by_name() {
        assert!(read(b"\xff\xfeu\0").1[0].contains("UTF-16"));
        let (sheet, problems) = read(b"name\nM\xfcller\nok\n");
        assert_eq!((sheet.rows.len(), problems.len()), (1, 1));
        assert!(problems[0].starts_with("line 2: the row is not UTF-8"));
        assert!(read(b"").1[0].contains("empty"));
    }

    #[test]
    fn the_delimiter_is_the_one_in_the_header() {
        assert_eq!(delimiter(b"a\tb\tc"), b'\t');
        assert_eq!(delimiter(b"\"a;b;c\",d"), b',');
        assert_eq!(delimiter(b"alone\n;;;"), b',');
    }
}
