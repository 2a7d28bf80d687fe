//! The form of a mail (RFC 5322): plain text, with headers that a mailbox tells repetitions and robots by.

use base::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use service::{MailAddress, Message};

/// The bytes of a message. Values go through the library's encoding, which leaves no line break in a header.
pub(super) fn message(from: &MailAddress, to: &MailAddress, message: &Message, at: Timestamp) -> Vec<u8> {
    let built = MessageBuilder::new()
        .from(("Provost", from.as_str()))
        .to(to.as_str())
        .subject(message.subject.as_deref().unwrap_or("[Provost]"))
        .date(Date::new(at.as_micros().div_euclid(1_000_000)))
        .message_id(MessageId::new(format!("{}@{}", message.id, from.domain())))
        // RFC 3834: no robot is to answer.
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .text_body(message.body.as_str());
    // Writing into memory does not fail.
    built.write_to_vec().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(subject: &str, body: &str) -> String {
        let mail = Message {
            id: "0197".into(),
            position: None,
            kind: "token.expiring".into(),
            subject: Some(subject.into()),
            body: body.into(),
        };
        let (from, to) = ("provost@example.org".parse().unwrap(), "ops@example.org".parse().unwrap());
        String::from_utf8(message(&from, &to, &mail, Timestamp::EPOCH)).unwrap()
    }

    #[test]
    fn a_mail_says_who_sent_it_when_and_that_no_person_did() {
        let text = made("[Provost] acme: x", "One line.\n");
        for header in [
            "From: \"Provost\" <provost@example.org>\r\n",
            "To: <ops@example.org>\r\n",
            "Subject: [Provost] acme: x\r\n",
            "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n",
            "Message-ID: <0197@example.org>\r\n",
            "Auto-Submitted: auto-generated\r\n",
        ] {
            assert!(text.contains(header), "{header:?} in {text}");
        }
        assert!(text.contains("Content-Type: text/plain"), "{text}");
        assert!(text.trim_end().ends_with("One line."), "{text}");
    }

    proptest! {
        #[test]
        fn no_subject_makes_a_header_or_ends_the_headers(subject in "(?s).{0,60}", body in "(?s).{0,200}") {
            let text = made(&subject, &body);
            let (head, _) = text.split_once("\r\n\r\n").unwrap();
            let known = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"];
            for line in head.split("\r\n") {
                let name = line.split(':').next().unwrap_or_default();
                prop_assert!(
                    line.starts_with([' ', '\t']) || known.contains(&name) || name.starts_with("Content-"),
                    "{line:?} of {head:?}"
                );
                prop_assert!(!line.contains(['\r', '\n']) && line.len() <= 998);
            }
        }
    }
}
