//! The description as a page for people: `docs/reference/api.md`.

use std::fmt::Write;

use serde_json::Value;

use super::openapi;

const HEAD: &str = "# REST API\n\nThis page is made from the API's description; `/api/openapi.json` is the same for programs. \
Every path below `/api/v1` needs an API key:\n\n```console\n$ provost serve --listen 127.0.0.1:8080\n\
$ KEY=$(provost api-key create --name app --scope read)\n\
$ curl -s -H \"Authorization: Bearer $KEY\" http://127.0.0.1:8080/api/v1/tenants\n```\n\n";

/// The page.
#[must_use]
pub fn reference() -> String {
    let document = openapi();
    let mut out = String::from(HEAD);
    put(&mut out, document["info"]["description"].as_str().unwrap_or_default());
    for tag in list(&document["tags"]) {
        let tag = tag["name"].as_str().unwrap_or_default();
        put(&mut out, &format!("## {tag}"));
        for (path, methods) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                if operation["tags"][0] == tag {
                    show(&mut out, path, method, operation);
                }
            }
        }
    }
    put(&mut out, "## Problems");
    put(&mut out, "A refusal is `application/problem+json` with `code`, `detail`, and often a `hint`:");
    for code in super::Code::ALL {
        let _ = writeln!(out, "- `{}` ({}): {}", code.as_str(), code.status(), code.title());
    }
    put(&mut out, "\n## Types");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        shape(&mut out, name, schema);
    }
    format!("{}\n", out.trim_end())
}

fn put(out: &mut String, paragraph: &str) {
    let _ = write!(out, "{paragraph}\n\n");
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn show(out: &mut String, path: &str, method: &str, operation: &Value) {
    put(out, &format!("### {}", operation["summary"].as_str().unwrap_or_default()));
    put(out, &format!("`{} {path}`", method.to_ascii_uppercase()));
    put(out, operation["description"].as_str().unwrap_or_default());
    let mut any = false;
    for parameter in list(&operation["parameters"]).filter(|p| p["in"] != "path") {
        any = true;
        let _ = writeln!(
            out,
            "- `{}` ({}): {}",
            parameter["name"].as_str().unwrap_or_default(),
            parameter["in"].as_str().unwrap_or_default(),
            parameter["description"].as_str().unwrap_or_default().replace('\n', " ")
        );
    }
    if any {
        out.push('\n');
    }
    if let Some((media, body)) = operation["requestBody"]["content"].as_object().and_then(|c| c.iter().next())
    {
        put(out, &format!("Body: {} (`{media}`).", type_name(&body["schema"])));
    }
    let mut answers: Vec<String> = Vec::new();
    for (status, answer) in
        operation["responses"].as_object().into_iter().flatten().filter(|(s, _)| *s != "default")
    {
        let mut text = format!("{status}: {}", answer["description"].as_str().unwrap_or_default());
        if let Some((_, content)) = answer["content"].as_object().and_then(|c| c.iter().next()) {
            let _ = write!(text, " ({})", type_name(&content["schema"]));
        }
        answers.push(text);
    }
    put(out, &format!("Answers {}.", answers.join("; ")));
}

fn shape(out: &mut String, name: &str, schema: &Value) {
    put(out, &format!("### {name}"));
    if let Some(text) = schema["description"].as_str() {
        put(out, &text.replace('\n', " "));
    }
    if schema["enum"].is_array() {
        let values: Vec<_> =
            list(&schema["enum"]).map(|v| format!("`{}`", v.as_str().unwrap_or_default())).collect();
        put(out, &format!("One of {}.", values.join(", ")));
        return;
    }
    for part in std::iter::once(schema).chain(list(&schema["allOf"])) {
        if part["$ref"].is_string() {
            let _ = writeln!(out, "- All of {}.", type_name(part));
        }
        for (member, property) in part["properties"].as_object().into_iter().flatten() {
            let what = property["description"].as_str().unwrap_or_default().replace('\n', " ");
            let _ = writeln!(out, "- `{member}` ({}): {what}", type_name(property));
        }
    }
    out.push('\n');
}

/// A schema's type in a word or two.
fn type_name(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return format!("[{name}](#{})", name.to_ascii_lowercase());
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(found) = list(&schema[choice]).find(|c| c["type"] != "null") {
            return type_name(found);
        }
    }
    let kind = match &schema["type"] {
        Value::String(one) => one.clone(),
        Value::Array(several) => {
            let names: Vec<_> = several.iter().filter_map(Value::as_str).collect();
            names.join(" or ")
        }
        _ => "any".to_owned(),
    };
    if kind == "array" { format!("list of {}", type_name(&schema["items"])) } else { kind }
}
