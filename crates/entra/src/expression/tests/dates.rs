//! Dates: the tables of Microsoft's reference, and .NET's format strings.

use super::{fails, gives, gives_null};

#[test]
fn dates_are_read_from_many_forms_and_given_in_utc() {
    for (text, wanted) in [
        ("2020-03-16-07:00", "3/16/2020 7:00:00 AM"),
        ("2021-06-30+08:00", "6/29/2021 4:00:00 PM"),
        ("2009-06-15T01:45:30-07:00", "6/15/2009 8:45:30 AM"),
        ("2021-08-24", "8/24/2021 12:00:00 AM"),
        ("2020-12-31 23:59:59-08:00", "1/1/2021 7:59:59 AM"),
        ("2020-12-31T12:00:00.1234567Z", "12/31/2020 12:00:00 PM"),
        ("8/25/2021 5:41:18 PM", "8/25/2021 5:41:18 PM"),
        ("08/25/2021 12:01 am", "8/25/2021 12:01:00 AM"),
        ("2021/8/5", "8/5/2021 12:00:00 AM"),
        ("Mon, 15 Jun 2009 20:45:30 GMT", "6/15/2009 8:45:30 PM"),
    ] {
        gives("CDate([d])", &[("d", text)], wanted);
    }
    for wrong in [
        "",
        "soon",
        "2021-13-01",
        "2021-02-30",
        "25/8/2021",
        "8/25/2021 13:00 PM",
        "2021-01-01 x",
        "8-25-2021",
    ] {
        assert!(fails("CDate([d])", &[("d", wrong)]).contains("no date"), "{wrong}");
    }
    gives_null("CDate([none])", &[]);
    gives("Now()", &[], "7/2/2021 3:33:38 PM");
}

#[test]
fn dates_move_by_units() {
    let hired = &[("StatusHireDate", "2012-03-16-07:00")];
    for (unit, count, wanted) in [
        ("d", "7", "3/23/2012 7:00:00 AM"),
        ("d", "-10", "3/6/2012 7:00:00 AM"),
        ("ww", "2", "3/30/2012 7:00:00 AM"),
        ("m", "10", "1/16/2013 7:00:00 AM"),
        ("yyyy", "2", "3/16/2014 7:00:00 AM"),
        ("h", "-8", "3/15/2012 11:00:00 PM"),
        ("n", "90", "3/16/2012 8:30:00 AM"),
        ("s", "\"5\"", "3/16/2012 7:00:05 AM"),
    ] {
        gives(&format!(r#"DateAdd("{unit}", {count}, CDate([StatusHireDate]))"#), hired, wanted);
    }
    gives(r#"DateAdd("m", 1, CDate("2023-01-31"))"#, &[], "2/28/2023 12:00:00 AM");
    assert!(fails(r#"DateAdd("yyyy", 9000, Now())"#, &[]).contains("outside"));
    assert!(fails(r#"DateAdd("s", 999999999999999999, Now())"#, &[]).contains("outside"));
    assert!(fails("DateAdd([u], 1, Now())", &[("u", "fortnight")]).contains("`interval`"));
}

#[test]
fn differences_count_as_visual_basic_does() {
    for (unit, from, to, wanted) in [
        ("d", "2021-08-18+08:00", "2021-08-31+08:00", "13"),
        ("d", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", "-3449"),
        ("ww", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", "-493"),
        ("m", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", "-113"),
        ("yyyy", "8/25/2021 5:41:18 PM", "2012-03-16-07:00", "-9"),
        ("d", "2021-08-31+08:00", "2021-08-31+08:00", "0"),
        ("h", "2021-08-24", "2021-08-25", "24"),
        ("n", "2021-08-24", "2021-08-25", "1440"),
        ("s", "2021-08-24", "2021-08-25", "86400"),
    ] {
        gives(&format!(r#"DateDiff("{unit}", CDate([a]), CDate([b]))"#), &[("a", from), ("b", to)], wanted);
    }
    let soon = r#"Switch([Active], , "1", IIF(DateDiff("d", Now(), CDate([Hired])) > 5, "False", "True"), "0", "False")"#;
    gives(soon, &[("Active", "1"), ("Hired", "2021-07-06")], "True");
    gives(soon, &[("Active", "1"), ("Hired", "2021-07-16")], "False");
    gives(soon, &[("Active", "0"), ("Hired", "2021-07-06")], "False");
    gives_null(soon, &[("Active", "2"), ("Hired", "never")]);
}

#[test]
fn active_directory_numbers() {
    gives("DateFromNum(129699324000000000)", &[], "1/1/2012 11:00:00 PM");
    gives("NumFromDate(CDate([d]))", &[("d", "1/1/2012 11:00:00 PM")], "129699324000000000");
    gives(
        r#"NumFromDate(Join("", FormatDateTime([end], ,"yyyy-MM-ddzzz", "yyyy-MM-dd"), " 23:59:59-08:00"))"#,
        &[("end", "2020-12-31-08:00")],
        "132539615990000000",
    );
    assert!(fails("DateFromNum([never])", &[("never", "9223372036854775807")]).contains("outside"));
    assert!(fails(r#"NumFromDate("1600-12-31")"#, &[]).contains("1601"));
}

#[test]
fn dates_go_from_one_format_to_another() {
    let f = |text: &str, input: &str, output: &str, wanted: &str| {
        let expression = format!(r#"FormatDateTime([d], , "{input}", "{output}")"#);
        gives(&expression, &[("d", text)], wanted);
    };
    f("20150123105347.1Z", "yyyyMMddHHmmss.fZ", "yyyy-MM-dd", "2015-01-23");
    f("1/5/2021 09:07:03 PM", "M/d/yyyy hh:mm:ss tt", "yyyy-MM-ddTHH:mm:ssZ", "2021-01-05T21:07:03Z");
    f("2021-01-05", "yyyy-MM-dd", "dddd, d MMMM yy", "Tuesday, 5 January 21");
    f("Tue 5 Jan 49", "ddd d MMM yy", "d.M.yyyy", "5.1.2049");
    f(" 2021-01-05 ", "yyyy-MM-dd", "s", "2021-01-05T00:00:00");
    f(
        "2021-01-05T23:30:00+05:30",
        "yyyy-MM-ddTHH:mm:ssK",
        "yyyy-MM-dd HH:mm:ss K zzz",
        "2021-01-05 18:00:00 Z +00:00",
    );
    f("2021-01-05T23:30:00", "yyyy-MM-ddTHH:mm:ssK", "HH'h'mm\\\\mK", "23h30m");
    f("10:05", "HH:mm", "d", "07/02/2021");
    f("2021-01-05T01:02:03.1200000Z", "o", "h:m:s.FFF t", "1:2:3.12 A");
    f("2021-01-05T01:02:03Z", "yyyy-MM-ddTHH:mm:ss.FFFK", "h:m:s.FFF %d", "1:2:3 5");
    // Three arguments, as the function was first written.
    gives(r#"FormatDateTime([d], "dd.MM.yyyy", "yyyy-MM-dd")"#, &[("d", "24.12.2021")], "2021-12-24");
    gives_null(r#"FormatDateTime([d], , "yyyy", "yyyy")"#, &[("d", "")]);
    gives_null(r#"FormatDateTime([none], , "yyyy", "yyyy")"#, &[]);
    let wrong = r#"FormatDateTime([d], , "yyyy-MM-dd", "yyyy")"#;
    for text in ["2021-1-5", "2021-02-30", "21-01-05", "2021-01-05 "] {
        let strict = wrong.replace(", ,", ", \"None\",");
        assert!(fails(&strict, &[("d", text)]).contains("is not written as"), "{text}");
    }
    // 5 January 2021 was a Tuesday.
    assert!(
        fails(r#"FormatDateTime("Mon 5 1 2021", , "ddd d M yyyy", "d")"#, &[]).contains("is not written as")
    );
}
