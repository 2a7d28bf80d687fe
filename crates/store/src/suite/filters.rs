//! Filters and sort: storage says what the evaluator says (S-FILTER-17, S-FILTER-21, S-SORT-02 to -06).

use std::sync::Arc;

use scim::dialect::Dialect;
use scim::filter::{Checked, Expr, Filter, Limits, eval, parse};
use scim::schema::{Registry, ResourceType};
use serde_json::{Map, Value, json};

use super::sample::{self, Dice, Known};
use super::world::{Harness, World, add_member, after, before, index, key, user_name};
use crate::{
    Change, GroupRef, Key, KeyName, Kind, Paging, Query, ReadTx, Record, ResourceId, Sort, State, Total,
    TypedFilter, key_text,
};

/// A directory of generated resources, and each as the evaluator sees it.
struct Sample {
    registry: Registry,
    known: Known,
    users: Vec<(ResourceId, Map<String, Value>)>,
    groups: Vec<(ResourceId, Map<String, Value>)>,
}

impl Sample {
    fn of(&self, kind: Kind) -> &[(ResourceId, Map<String, Value>)] {
        if kind == Kind::USER { &self.users } else { &self.groups }
    }

    fn resource_type(&self, kind: Kind) -> Arc<ResourceType> {
        let name = if kind == Kind::USER { "User" } else { "Group" };
        self.registry.resource_type(name).unwrap().clone()
    }

    fn typed(&self, kind: Kind, filter: Option<Filter<Checked>>) -> TypedFilter {
        TypedFilter { kind, resource_type: self.resource_type(kind), filter }
    }
}

fn folded(name: KeyName, value: &str) -> Key {
    key(name, &key_text(&scim::text::fold(value)))
}

async fn fill<H: Harness>(w: &World<H>, dice: &mut Dice, learners: usize) -> Sample {
    let mut known = Known::default();
    let mut people: Vec<Record> = Vec::new();
    for number in 0..learners {
        let name = sample::user_name(dice, number);
        let manager = match dice.below(4) {
            0 | 1 if number > 0 => Some(people[dice.below(number)].id.to_string()),
            2 => Some("not-an-id".to_owned()),
            _ => None,
        };
        let active = dice.below(4) > 0;
        let body = sample::document(dice, &name, manager, active);
        let mut record = w.user(&name);
        if !active {
            record.state = State::Inactive;
        }
        let mut keys = vec![user_name(&key_text(&scim::text::fold(&name)))];
        if let Some(name) = body.get("displayName") {
            keys.push(folded(KeyName::DisplayName, name.as_str().unwrap()));
        }
        for email in body.get("emails").and_then(Value::as_array).into_iter().flatten() {
            let key = folded(KeyName::Email, email["value"].as_str().unwrap());
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if dice.below(2) == 0 {
            let id = ["E1", "e1", "ada", "é"][dice.below(4)].to_owned();
            keys.push(key(KeyName::ExternalId(w.a.connection), &id));
            record.external_ids =
                vec![(crate::ConnectionId(9_999), "other's".to_owned()), (w.a.connection, id)];
        }
        record.body = Value::Object(body).to_string();
        w.change(vec![Change::Insert { record: Box::new(record.clone()), keys }]).await;
        known.ids.push(record.id.to_string());
        known.names.push(name);
        people.push(record);
    }
    let mut teams = Vec::new();
    for number in 0..8 {
        let name = format!("{}{}", ["ada", "Straße", "team"][number % 3], number / 2);
        let mut group = w.group(&name);
        group.body = json!({"schemas": [scim::schema::GROUP], "displayName": name}).to_string();
        let keys = vec![folded(KeyName::DisplayName, &name)];
        w.change(vec![Change::Insert { record: Box::new(group.clone()), keys }]).await;
        known.ids.push(group.id.to_string());
        teams.push(group);
    }
    // Groups in groups, also round in a circle; the last is empty.
    let mut changes: Vec<_> =
        [(0, 1), (1, 2), (2, 0), (3, 0)].map(|(a, b)| add_member(&teams[a], &teams[b])).into();
    for team in &teams[..7] {
        let mut members: Vec<usize> = (0..dice.below(6)).map(|_| dice.below(learners)).collect();
        members.sort_unstable();
        members.dedup();
        changes.extend(members.into_iter().map(|n| add_member(team, &people[n])));
    }
    w.change(changes).await;
    let mut sample = Sample { registry: sample::registry(), known, users: Vec::new(), groups: Vec::new() };
    let mut read = w.read().await;
    for person in &people {
        sample.users.push((person.id, shown(w, &mut *read, person).await));
    }
    for team in &teams {
        sample.groups.push((team.id, shown(w, &mut *read, team).await));
    }
    sample
}

/// The resource as a client would see it, as far as filters may ask.
async fn shown<H: Harness>(w: &World<H>, read: &mut dyn ReadTx, record: &Record) -> Map<String, Value> {
    let mut root: Map<String, Value> = serde_json::from_str(&record.body).unwrap();
    root.insert("id".into(), json!(record.id.to_string()));
    if let Some(id) = record.external_id(w.a.connection) {
        root.insert("externalId".into(), json!(id));
    }
    let endpoint = if record.kind == Kind::USER { "Users" } else { "Groups" };
    let meta = json!({"resourceType": "", "created": record.created.to_string(),
        "lastModified": record.modified.to_string(), "version": format!("W/\"{}\"", record.version),
        "location": format!("https://learn.example/scim_v2/{endpoint}/{}", record.id)});
    root.insert("meta".into(), meta);
    let groups: Vec<_> = read.groups_of(record.id, true).await.unwrap().iter().map(group).collect();
    if record.kind == Kind::USER && !groups.is_empty() {
        root.insert("groups".into(), json!(groups));
    }
    let members = read.members(record.id, None, 1_000).await.unwrap();
    if !members.is_empty() {
        let members: Vec<_> = members
            .iter()
            .map(|m| {
                let ty = if m.kind == Kind::USER { "User" } else { "Group" };
                let link = format!("{ty}s/{}", m.id);
                let mut member = json!({"value": m.id.to_string(), "type": ty, "$ref": link});
                if !m.display.is_empty() {
                    member["display"] = json!(m.display);
                }
                member
            })
            .collect();
        root.insert("members".into(), json!(members));
    }
    if let Some(manager) = root.get_mut(scim::schema::ENTERPRISE_USER).and_then(|e| e.get_mut("manager"))
        && let Ok(id) = manager["value"].as_str().unwrap().parse::<ResourceId>()
    {
        manager["$ref"] = json!(format!("Users/{id}"));
        let (_, display) = read.describe(&[id]).await.unwrap().remove(0).unwrap();
        if !display.is_empty() {
            manager["displayName"] = json!(display);
        }
    }
    root
}

fn group(group: &GroupRef) -> Value {
    let ty = if group.direct { "direct" } else { "indirect" };
    json!({"value": group.id.to_string(), "display": group.display, "type": ty, "$ref": format!("Groups/{}", group.id)})
}

async fn found<H: Harness>(
    w: &World<H>,
    sample: &Sample,
    kind: Kind,
    filter: &Filter<Checked>,
) -> Vec<ResourceId> {
    let query =
        Query { types: vec![sample.typed(kind, Some(filter.clone()))], ..w.query(kind, index(0, 1_000)) };
    let page = w.run(&query).await;
    assert_eq!(page.total, Some(page.records.len() as u64), "{filter:?}");
    let counted = Query { paging: index(0, 0), ..query };
    assert_eq!(w.run(&counted).await.total, page.total, "counting alone: {filter:?}");
    page.records.iter().map(|record| record.id).collect()
}

/// Both opinions differ on some part of the filter: says on which, smallest first.
async fn explain<H: Harness>(
    w: &World<H>,
    sample: &Sample,
    kind: Kind,
    expr: &Expr<Checked>,
) -> Option<String> {
    let terms = match expr {
        Expr::And(terms) | Expr::Or(terms) => terms.as_slice(),
        Expr::Not(inner) => std::slice::from_ref(&**inner),
        _ => &[],
    };
    for term in terms {
        if let Some(told) = Box::pin(explain(w, sample, kind, term)).await {
            return Some(told);
        }
    }
    let filter = Filter { expr: expr.clone() };
    let stored = found(w, sample, kind, &filter).await;
    let differing =
        sample.of(kind).iter().find(|(id, shown)| eval::matches(&filter, shown) != stored.contains(id));
    differing.map(|(id, shown)| {
        format!(
            "{expr:?}\nstorage finds it: {}\n{}",
            stored.contains(id),
            serde_json::to_string_pretty(shown).unwrap()
        )
    })
}

/// S-FILTER-17, S-FILTER-21: a thousand filters over generated resources.
pub async fn storage_and_evaluator_agree<H: Harness>(w: World<H>) {
    let mut dice = Dice::new(7);
    let sample = fill(&w, &mut dice, 90).await;
    let dialect = Dialect::entra();
    let mut matched = 0;
    for round in 0..1_000 {
        let kind = if round % 5 == 0 { Kind::GROUP } else { Kind::USER };
        let text = sample::filter(&mut dice, &sample.known, kind == Kind::GROUP, 3);
        let parsed = parse(&text, &dialect, &Limits::default()).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        let checked =
            parsed.check(&sample.resource_type(kind), &dialect).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        let stored = found(&w, &sample, kind, &checked).await;
        let expected: Vec<_> = sample
            .of(kind)
            .iter()
            .filter(|(_, shown)| eval::matches(&checked, shown))
            .map(|(id, _)| *id)
            .collect();
        if stored != expected {
            let told = explain(&w, &sample, kind, &checked.expr).await;
            panic!("filter {text}\n{}", told.unwrap_or_else(|| format!("{checked:?}")));
        }
        matched += usize::from(!expected.is_empty() && expected.len() < sample.of(kind).len());
    }
    assert!(matched > 300, "only {matched} filters tell resources apart");
}

/// S-SORT-02 to -06: every order, walked in both directions by pages, and by offset.
pub async fn orders_agree_with_the_sort_keys<H: Harness>(w: World<H>) {
    let mut dice = Dice::new(11);
    let sample = fill(&w, &mut dice, 60).await;
    let dialect = Dialect::entra();
    let rt = sample.resource_type(Kind::USER);
    let paths = [
        "userName",
        "displayName",
        "nickName",
        "active",
        "name.familyName",
        "emails",
        "emails.type",
        "emails.primary",
        "level",
        "rate",
        "since",
        "remote",
        "key",
        "words",
        "days",
        "courses.due",
        "courses.score",
        "courses.tags",
        "badge.numbers",
        "manager.displayName",
        "manager",
        "meta.created",
        "meta.version",
        "meta.location",
        "externalId",
        "id",
        "groups.display",
        "department",
    ];
    for path in paths {
        let by = scim::sort::check(path, &[&*rt], &dialect).unwrap_or_else(|e| panic!("{path}: {e:?}"));
        for descending in [false, true] {
            let mut expected: Vec<_> =
                sample.users.iter().map(|(id, shown)| (scim::sort::key(&by, shown), *id)).collect();
            expected.sort_by(|a, b| {
                scim::sort::compare(a.0.as_ref(), b.0.as_ref(), descending).then(a.1.cmp(&b.1))
            });
            let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();
            let sort = Some(Sort { by: by.clone(), descending });
            let query = |paging: Paging| Query {
                types: vec![sample.typed(Kind::USER, None)],
                sort: sort.clone(),
                total: Total::IfCheap,
                ..w.query(Kind::USER, paging)
            };
            let page = w.run(&query(index(5, 20))).await;
            let ids: Vec<_> = page.records.iter().map(|r| r.id).collect();
            assert_eq!(ids, expected[5..25], "{path} by offset, descending: {descending}");
            let (mut forth, mut at) = (Vec::new(), None);
            loop {
                let page = w.run(&query(after(at, 7))).await;
                forth.extend(page.records.iter().map(|r| r.id));
                match page.next {
                    Some(next) => at = Some(next),
                    None => break,
                }
            }
            assert_eq!(forth, expected, "{path} forwards, descending: {descending}");
            let (mut back, mut at) = (Vec::new(), None);
            loop {
                let page = w.run(&query(before(at, 7))).await;
                back.splice(0..0, page.records.iter().map(|r| r.id));
                match page.previous {
                    Some(previous) => at = Some(previous),
                    None => break,
                }
            }
            assert_eq!(back, expected, "{path} backwards, descending: {descending}");
        }
    }
}

/// S-FILTER-16, -21 in the open: signs that SQL would read, and what has no value.
pub async fn literals_and_missing_values_mean_what_they_say<H: Harness>(w: World<H>) {
    let mut dice = Dice::new(3);
    let sample = fill(&w, &mut dice, 40).await;
    let dialect = Dialect::entra();
    let rt = sample.resource_type(Kind::USER);
    let count = async |text: &str| {
        let checked = parse(text, &dialect, &Limits::default()).unwrap().check(&rt, &dialect).unwrap();
        found(&w, &sample, Kind::USER, &checked).await.len()
    };
    let with =
        |test: fn(Option<&Value>) -> bool| sample.users.iter().filter(|(_, u)| test(u.get("title"))).count();
    assert_eq!(count("title co \"%\"").await, with(|t| t.is_some_and(|t| t.as_str().unwrap().contains('%'))));
    assert_eq!(count("title sw \"' OR 1=1 --\"").await, 0);
    assert_eq!(count("title eq null").await, with(|t| t.is_none()));
    assert_eq!(count("not (title pr)").await, with(|t| t.is_none()));
    let other = with(|t| t.is_none_or(|t| t != "null"));
    assert_eq!(count("title ne \"null\"").await, other);
    assert_eq!(count("not (title eq \"null\")").await, other);
    assert!(with(|t| t.is_none()) > 5);
    // S-TYPE-04: an address means the resource, however it is written.
    let id = sample.users[0].0;
    for address in
        ["https://learn.example/scim_v2/Users/", "http://10.0.0.1/scim/v2/Users/", "/Users/", "Users/"]
    {
        assert_eq!(count(&format!("meta.location eq \"{address}{id}\"")).await, 1, "{address}");
    }
    assert_eq!(count(&format!("meta.location eq \"/Groups/{id}\"")).await, 0);
}
