//! The directory that the figures are measured on: made once through the front door, kept for further runs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::load::{self, Socket};
use crate::people;
use crate::server::Server;

/// A prepared directory.
pub struct Prepared {
    /// The server's data directory.
    pub data: PathBuf,
    /// A token of the default connection.
    pub token: String,
    /// Ids by person number.
    pub ids: Arc<Vec<String>>,
    /// Id of the group of 100,000 (or as many as there are people).
    pub large_group: String,
    /// Id of the group of ten.
    pub small_group: String,
    /// How many members the large group has.
    pub large: u64,
}

/// Uses what an earlier run left in `folder`, or makes it.
pub async fn prepare(binary: &Path, folder: &Path, learners: u64) -> std::io::Result<Prepared> {
    prepare_on(binary, folder, learners, None).await
}

/// The same in the database at an address, whose notes go with it.
pub async fn prepare_on(
    binary: &Path,
    folder: &Path,
    learners: u64,
    url: Option<&str>,
) -> std::io::Result<Prepared> {
    let data = folder.join(format!("data-{learners}"));
    let notes = folder.join(format!("notes-{learners}.json"));
    if let Ok(text) = std::fs::read_to_string(&notes) {
        let value: serde_json::Value = serde_json::from_str(&text).map_err(std::io::Error::other)?;
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let ids = value["ids"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect();
        crate::note(&format!("using the directory of {learners} learners from an earlier run"));
        return Ok(Prepared {
            data,
            token: text("token"),
            ids: Arc::new(ids),
            large_group: text("large_group"),
            small_group: text("small_group"),
            large: value["large"].as_u64().unwrap_or_default(),
        });
    }
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    let output = Command::new(binary)
        .args(["token", "create", "--tenant", "default", "--data-dir"])
        .arg(&data)
        .envs(url.map(|url| ("PROVOST_DATABASE_URL", url)))
        .output()?;
    let token = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !output.status.success() || token.is_empty() {
        return Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let (server, _) = Server::on(binary, &data, url).await?;
    crate::note(&format!("creating {learners} learners through the front door"));
    let ids = create_all(&server, &token, learners).await?;
    let large = learners.min(100_000);
    let large_group = create_group(&server, &token, "Everyone", &ids[..large as usize]).await?;
    let small_group = create_group(&server, &token, "Ten", &ids[..10.min(ids.len())]).await?;
    server.terminate()?;
    let value = serde_json::json!({"token": token, "ids": ids, "large_group": large_group, "small_group": small_group, "large": large});
    std::fs::write(&notes, value.to_string())?;
    Ok(Prepared { data, token, ids: Arc::new(ids), large_group, small_group, large })
}

async fn create_all(server: &Server, token: &str, learners: u64) -> std::io::Result<Vec<String>> {
    let next = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    for _ in 0..64 {
        let (next, token, address) = (Arc::clone(&next), token.to_owned(), server.address);
        tasks.push(tokio::spawn(async move {
            let mut socket = Socket::open(address).await?;
            let mut mine = Vec::new();
            let mut out = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= learners {
                    return std::io::Result::Ok(mine);
                }
                if n > 0 && n.is_multiple_of(100_000) {
                    crate::note(&format!("{n} learners"));
                }
                out.clear();
                load::send(&mut out, "POST", "/scim_v2/Users", &token, &people::create_body(n));
                mine.push((n, created_id(&mut socket, &out).await?));
            }
        }));
    }
    let mut ids = vec![String::new(); learners as usize];
    for task in tasks {
        for (n, id) in task.await.map_err(std::io::Error::other)?? {
            ids[n as usize] = id;
        }
    }
    Ok(ids)
}

async fn created_id(socket: &mut Socket, request: &[u8]) -> std::io::Result<String> {
    let answer = socket.exchange(request).await?;
    let value: serde_json::Value = serde_json::from_slice(answer.body).map_err(std::io::Error::other)?;
    match value["id"].as_str() {
        Some(id) if answer.status == 201 => Ok(id.to_owned()),
        _ => Err(std::io::Error::other(format!("create answered {}: {value}", answer.status))),
    }
}

async fn create_group(
    server: &Server,
    token: &str,
    name: &str,
    members: &[String],
) -> std::io::Result<String> {
    let mut socket = Socket::open(server.address).await?;
    let mut out = Vec::new();
    let body =
        format!(r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{name}"}}"#);
    load::send(&mut out, "POST", "/scim_v2/Groups", token, &body);
    let id = created_id(&mut socket, &out).await?;
    for chunk in members.chunks(1000) {
        let values: Vec<String> = chunk.iter().map(|id| format!(r#"{{"value":"{id}"}}"#)).collect();
        let body = format!(
            r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{"op":"add","path":"members","value":[{}]}}]}}"#,
            values.join(",")
        );
        out.clear();
        load::send(&mut out, "PATCH", &format!("/scim_v2/Groups/{id}"), token, &body);
        let answer = socket.exchange(&out).await?;
        if answer.status != 204 && answer.status != 200 {
            let text = String::from_utf8_lossy(answer.body).into_owned();
            return Err(std::io::Error::other(format!("adding members answered {}: {text}", answer.status)));
        }
    }
    Ok(id)
}
