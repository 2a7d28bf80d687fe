//! A learner's profile as events, lists and snapshots tell it.

use scim::Document;
use store::{Kind, ReadTx, ResourceId, StoreResult};

use super::Profile;
use crate::session::TenantView;

/// What the app gets to know, by the tenant's mapping, with the manager's address. `id` is `None` for a learner who is not
/// stored yet, and so in no group.
pub(crate) async fn tell(
    read: &mut dyn ReadTx,
    tenant: &TenantView,
    id: Option<ResourceId>,
    document: &Document,
) -> StoreResult<Profile> {
    tell_by(read, &tenant.profile, id, document).await
}

/// The same by a mapping that is perhaps not the tenant's.
pub(super) async fn tell_by(
    read: &mut dyn ReadTx,
    mapping: &super::Mapping,
    id: Option<ResourceId>,
    document: &Document,
) -> StoreResult<Profile> {
    let groups = match id {
        Some(id) if mapping.needs_groups() => read.groups_of(id, true).await?,
        _ => Vec::new(),
    };
    let mut profile = mapping.apply(document, &groups);
    if let Some(manager) = &mut profile.manager
        && let Ok(id) = manager.id.parse::<ResourceId>()
        && let Some(record) = read.record(Kind::USER, id).await?
        && let Ok(document) = Document::from_json(&record.body)
    {
        manager.email = mapping.apply(&document, &[]).email;
    }
    Ok(profile)
}
