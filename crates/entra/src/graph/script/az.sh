#!/usr/bin/env bash
# Sets up automatic provisioning from Microsoft Entra ID into the SCIM service below, through Microsoft Graph.
#
# Needs the Azure CLI (`az login`; the account must be at least Cloud Application Administrator) and jq.
# If Graph answers 403 to …/synchronization/…, sign in with an identity that has the permissions
# Application.ReadWrite.All, Synchronization.ReadWrite.All and AppRoleAssignment.ReadWrite.All.
# It can be run again: what it made before is found by its name and gone on with. Scope (assigned only) and notification
# settings are then as this script has them, whatever was set in the portal.
#
# The Secret Token is taken from the environment variable SCIM_TOKEN, or asked for.
# GRAPH_URL and GRAPH_TOKEN point it at another address of Graph, with a token of its own.
set -euo pipefail

tenant_url=%%TENANT_URL%%
app_name=%%NAME%%
provision_groups=%%GROUPS%%
assign_users=(%%USERS%%)
assign_groups=(%%GROUP_NAMES%%)
template=%%TEMPLATE%%
graph_url=${GRAPH_URL:-}
[ -n "$graph_url" ] || graph_url=%%GRAPH_URL%%
secret_token=${SCIM_TOKEN:-}
[ -n "$secret_token" ] || secret_token=%%SECRET%%

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

for program in az jq; do
  command -v "$program" >/dev/null || die "$program is not installed"
done
if [ -z "$secret_token" ]; then
  read -r -s -p "Secret Token for $tenant_url: " secret_token || true
  say ""
  [ -n "$secret_token" ] || die "no Secret Token"
fi

# Bodies go through files that only you can read: arguments can be seen by everybody on this machine.
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -n "${GRAPH_TOKEN:-}" ]; then
  graph_token=$GRAPH_TOKEN jq -n '{Authorization: ("Bearer " + env.graph_token), "Content-Type": "application/json"}' >"$work/headers.json"
fi

# graph METHOD PATH: the body, if there is one, comes from standard input.
graph() {
  local arguments=(rest --method "$1" --url "$graph_url$2" --output json)
  if [ -n "${GRAPH_TOKEN:-}" ]; then
    arguments+=(--skip-authorization-header --headers "@$work/headers.json")
  else
    arguments+=(--headers "Content-Type=application/json")
  fi
  if [ ! -t 0 ]; then
    cat >"$work/body.json"
    [ ! -s "$work/body.json" ] || arguments+=(--body "@$work/body.json")
  fi
  az "${arguments[@]}"
}

# An OData text, ready for a URL: quotes doubled, the rest percent-encoded.
odata() { jq -rn --arg text "$1" '$text | gsub("\u0027"; "\u0027\u0027") | @uri'; }
segment() { jq -rn --arg text "$1" '$text | @uri'; }

say "1. The application"
found=$(graph GET "/servicePrincipals?\$filter=displayName%20eq%20'$(odata "$app_name")'" </dev/null |
  jq -r --arg template "$template" '.value[] | select(.applicationTemplateId == $template) | .id')
case $(printf '%s' "$found" | grep -c . || true) in
  0)
    principal=$(jq -n --arg name "$app_name" '{displayName: $name}' |
      graph POST "/applicationTemplates/$template/instantiate" | jq -r .servicePrincipal.id)
    say "   made: $app_name"
    ;;
  1)
    principal=$found
    say "   there already: $app_name"
    ;;
  *) die "several applications are called $app_name: rename or delete all but one" ;;
esac
# A new application is not everywhere at once.
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12; do
  if graph GET "/servicePrincipals/$principal" </dev/null >"$work/principal.json" 2>"$work/error"; then break; fi
  [ "$attempt" -lt 12 ] || die "the application does not appear: $(cat "$work/error")"
  sleep 5
done
synchronization="/servicePrincipals/$principal/synchronization"

say "2. The provisioning job"
job=$(graph GET "$synchronization/jobs" </dev/null | jq -r 'first(.value[] | select(.templateId == "scim") | .id) // empty')
if [ -z "$job" ]; then
  job=$(jq -n '{templateId: "scim"}' | graph POST "$synchronization/jobs" | jq -r .id)
fi
say "   $job"

say "3. Test Connection"
export secret_token
credentials() {
  jq -n --arg url "$tenant_url" '[{key: "BaseAddress", value: $url}, {key: "SecretToken", value: env.secret_token}]'
}
credentials | jq '{useSavedCredentials: false, templateId: "scim", credentials: .}' |
  graph POST "$synchronization/jobs/$job/validateCredentials" >/dev/null
say "   the service answers, and takes the Secret Token"

say "4. Credentials and settings"
# Without SyncAll and SyncNotificationSettings the whole list is dropped, without an error.
credentials | jq '{value: (. + [{key: "SyncAll", value: "false"},
    {key: "SyncNotificationSettings", value: "{\"Enabled\":false,\"DeleteThresholdEnabled\":false}"}])}' |
  graph PUT "$synchronization/secrets" >/dev/null
say "   saved; only who is assigned is provisioned"

say "5. The mapping"
graph GET "$synchronization/jobs/$job/schema" </dev/null >"$work/schema.json"
# externalId from the object id, which never changes and is never given to somebody else.
jq --argjson groups "$provision_groups" 'del(."@odata.context")
  | .synchronizationRules[].objectMappings[] |= (
      if .sourceObjectName == "User" then
        (.attributeMappings[] | select(.targetAttributeName == "externalId") | .source)
          |= (. + {expression: "[objectId]", name: "objectId", type: "Attribute", parameters: []})
      elif .sourceObjectName == "Group" then .enabled = $groups
      else . end)' "$work/schema.json" >"$work/wanted.json"
if jq -e --slurpfile wanted "$work/wanted.json" 'del(."@odata.context") == $wanted[0]' "$work/schema.json" >/dev/null; then
  say "   is as it should be"
else
  graph PUT "$synchronization/jobs/$job/schema" <"$work/wanted.json" >/dev/null
  say "   externalId comes from objectId; groups are provisioned: $provision_groups"
fi

say "6. Assignments"
role=$(jq -r '[.appRoles[]? | select(.isEnabled and (.allowedMemberTypes | index("User")))]
  | (map(select(.displayName == "User"))[0] // .[0]).id // "00000000-0000-0000-0000-000000000000"' "$work/principal.json")
graph GET "/servicePrincipals/$principal/appRoleAssignedTo?\$top=999" </dev/null | jq -r '.value[].principalId' >"$work/assigned"
assign() {
  if grep -qxF "$1" "$work/assigned"; then
    say "   assigned already: $2"
    return
  fi
  # The list above has the first of many assignments only.
  if jq -n --arg who "$1" --arg app "$principal" --arg role "$role" '{principalId: $who, resourceId: $app, appRoleId: $role}' |
    graph POST "/servicePrincipals/$principal/appRoleAssignedTo" >/dev/null 2>"$work/error"; then
    say "   assigned: $2"
  elif grep -q "already exists" "$work/error"; then
    say "   assigned already: $2"
  else
    die "$2 cannot be assigned: $(cat "$work/error")"
  fi
}
for user in ${assign_users[@]+"${assign_users[@]}"}; do
  assign "$(graph GET "/users/$(segment "$user")?\$select=id" </dev/null | jq -r .id)" "$user"
done
for group in ${assign_groups[@]+"${assign_groups[@]}"}; do
  ids=$(graph GET "/groups?\$filter=displayName%20eq%20'$(odata "$group")'&\$select=id" </dev/null | jq -r '.value[].id')
  [ "$(printf '%s' "$ids" | grep -c . || true)" = 1 ] || die "not exactly one group is called $group"
  assign "$ids" "$group"
done
[ -n "${assign_users[*]-}${assign_groups[*]-}" ] || say "   nobody: assign people and groups to $app_name in the Entra admin center"

say "7. Start"
# A job that runs must not be started again.
if [ "$(graph GET "$synchronization/jobs/$job" </dev/null | jq -r .status.code)" = Active ]; then
  say "   runs already"
else
  graph POST "$synchronization/jobs/$job/start" </dev/null >/dev/null
  say "   started; a cycle begins every 40 minutes"
fi

say ""
say "How it stands:  az rest --url \"$graph_url$synchronization/jobs/$job\""
say "What was done:  az rest --url \"$graph_url/auditLogs/provisioning?\\\$filter=jobId%20eq%20'$job'\""
printf '%s\n' "$job"
