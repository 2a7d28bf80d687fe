#Requires -Version 7.0
# Sets up automatic provisioning from Microsoft Entra ID into the SCIM service below, through Microsoft Graph.
#
# Needs the module Microsoft.Graph.Authentication (Install-Module Microsoft.Graph.Authentication) and an account that is at
# least Cloud Application Administrator. It can be run again: what it made before is found by its name and gone on with. Scope
# (assigned only) and notification settings are then as this script has them, whatever was set in the portal.
#
# The Secret Token is taken from the environment variable SCIM_TOKEN, or asked for.
# GRAPH_URL and GRAPH_TOKEN point it at another address of Graph, with a token of its own.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$TenantUrl = %%TENANT_URL%%
$AppName = %%NAME%%
$ProvisionGroups = $%%GROUPS%%
$AssignUsers = @(%%USERS%%)
$AssignGroups = @(%%GROUP_NAMES%%)
$Template = %%TEMPLATE%%
$GraphUrl = if ($env:GRAPH_URL) { $env:GRAPH_URL } else { %%GRAPH_URL%% }
$SecretToken = if ($env:SCIM_TOKEN) { $env:SCIM_TOKEN } else { %%SECRET%% }

if (-not $SecretToken) {
    $Typed = Read-Host -Prompt "Secret Token for $TenantUrl" -AsSecureString
    $SecretToken = (New-Object System.Net.NetworkCredential('', $Typed)).Password
    if (-not $SecretToken) { throw 'no Secret Token' }
}

if (-not $env:GRAPH_TOKEN) {
    Connect-MgGraph -NoWelcome -Scopes @(
        'Application.ReadWrite.All', 'Synchronization.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All',
        'User.Read.All', 'Group.Read.All'
    )
}

function Invoke-Graph {
    param([string] $Method, [string] $Path, $Body)
    $Call = @{ Method = $Method; Uri = "$GraphUrl$Path" }
    if ($null -ne $Body) {
        $Call.Body = ConvertTo-Json -InputObject $Body -Depth 50 -Compress
        $Call.ContentType = 'application/json; charset=utf-8'
    }
    if ($env:GRAPH_TOKEN) {
        if ($Call.ContainsKey('Body')) { $Call.Body = [System.Text.Encoding]::UTF8.GetBytes($Call.Body) }
        Invoke-RestMethod @Call -Headers @{ Authorization = "Bearer $env:GRAPH_TOKEN" }
    }
    else {
        Invoke-MgGraphRequest @Call -OutputType PSObject
    }
}

# An OData text, ready for a URL: quotes doubled, the rest percent-encoded.
function ConvertTo-ODataText([string] $Text) { [System.Uri]::EscapeDataString($Text.Replace("'", "''")) }

Write-Host '1. The application'
$Found = @((Invoke-Graph GET "/servicePrincipals?`$filter=displayName%20eq%20'$(ConvertTo-ODataText $AppName)'").value |
    Where-Object { $_.applicationTemplateId -eq $Template })
if ($Found.Count -gt 1) { throw "several applications are called ${AppName}: rename or delete all but one" }
if ($Found.Count -eq 1) {
    $PrincipalId = $Found[0].id
    Write-Host "   there already: $AppName"
}
else {
    $PrincipalId = (Invoke-Graph POST "/applicationTemplates/$Template/instantiate" @{ displayName = $AppName }).servicePrincipal.id
    Write-Host "   made: $AppName"
}
# A new application is not everywhere at once.
$Principal = $null
for ($Attempt = 1; $null -eq $Principal; $Attempt++) {
    try { $Principal = Invoke-Graph GET "/servicePrincipals/$PrincipalId" }
    catch {
        if ($Attempt -ge 12) { throw }
        Start-Sleep -Seconds 5
    }
}
$Synchronization = "/servicePrincipals/$PrincipalId/synchronization"

Write-Host '2. The provisioning job'
$Jobs = @((Invoke-Graph GET "$Synchronization/jobs").value | Where-Object { $_.templateId -eq 'scim' })
$Job = if ($Jobs.Count -gt 0) { $Jobs[0].id } else { (Invoke-Graph POST "$Synchronization/jobs" @{ templateId = 'scim' }).id }
Write-Host "   $Job"

Write-Host '3. Test Connection'
$Credentials = @(
    @{ key = 'BaseAddress'; value = $TenantUrl }
    @{ key = 'SecretToken'; value = $SecretToken }
)
$null = Invoke-Graph POST "$Synchronization/jobs/$Job/validateCredentials" @{
    useSavedCredentials = $false
    templateId = 'scim'
    credentials = $Credentials
}
Write-Host '   the service answers, and takes the Secret Token'

Write-Host '4. Credentials and settings'
# Without SyncAll and SyncNotificationSettings the whole list is dropped, without an error.
$null = Invoke-Graph PUT "$Synchronization/secrets" @{
    value = $Credentials + @(
        @{ key = 'SyncAll'; value = 'false' }
        @{ key = 'SyncNotificationSettings'; value = '{"Enabled":false,"DeleteThresholdEnabled":false}' }
    )
}
Write-Host '   saved; only who is assigned is provisioned'

Write-Host '5. The mapping'
$Schema = Invoke-Graph GET "$Synchronization/jobs/$Job/schema"
$Before = ConvertTo-Json -InputObject $Schema -Depth 50 -Compress
foreach ($Rule in $Schema.synchronizationRules) {
    foreach ($Mapping in $Rule.objectMappings) {
        if ($Mapping.sourceObjectName -eq 'User') {
            # externalId from the object id, which never changes and is never given to somebody else.
            foreach ($Attribute in @($Mapping.attributeMappings | Where-Object { $_.targetAttributeName -eq 'externalId' })) {
                $Attribute.source.expression = '[objectId]'
                $Attribute.source.name = 'objectId'
                $Attribute.source.type = 'Attribute'
                $Attribute.source.parameters = @()
            }
        }
        elseif ($Mapping.sourceObjectName -eq 'Group') {
            $Mapping.enabled = $ProvisionGroups
        }
    }
}
if ((ConvertTo-Json -InputObject $Schema -Depth 50 -Compress) -eq $Before) {
    Write-Host '   is as it should be'
}
else {
    $Wanted = $Schema | Select-Object -Property * -ExcludeProperty '@odata.context'
    $null = Invoke-Graph PUT "$Synchronization/jobs/$Job/schema" $Wanted
    Write-Host "   externalId comes from objectId; groups are provisioned: $ProvisionGroups"
}

Write-Host '6. Assignments'
$Roles = @($Principal.appRoles | Where-Object { $_.isEnabled -and $_.allowedMemberTypes -contains 'User' })
$UserRoles = @($Roles | Where-Object { $_.displayName -eq 'User' })
$Role = if ($UserRoles.Count -gt 0) { $UserRoles[0].id }
elseif ($Roles.Count -gt 0) { $Roles[0].id }
else { '00000000-0000-0000-0000-000000000000' }
$Assigned = @((Invoke-Graph GET "/servicePrincipals/$PrincipalId/appRoleAssignedTo?`$top=999").value | ForEach-Object { $_.principalId })
function Add-Assignment([string] $Id, [string] $Who) {
    if ($Assigned -contains $Id) {
        Write-Host "   assigned already: $Who"
        return
    }
    try {
        $null = Invoke-Graph POST "/servicePrincipals/$PrincipalId/appRoleAssignedTo" @{
            principalId = $Id
            resourceId = $PrincipalId
            appRoleId = $Role
        }
    }
    catch {
        # The list above has the first of many assignments only.
        if ("$($_.ErrorDetails)$_" -notmatch 'already exists') { throw }
        Write-Host "   assigned already: $Who"
        return
    }
    Write-Host "   assigned: $Who"
}
foreach ($User in $AssignUsers) {
    Add-Assignment (Invoke-Graph GET "/users/$([System.Uri]::EscapeDataString($User))?`$select=id").id $User
}
foreach ($Group in $AssignGroups) {
    $Groups = @((Invoke-Graph GET "/groups?`$filter=displayName%20eq%20'$(ConvertTo-ODataText $Group)'&`$select=id").value)
    if ($Groups.Count -ne 1) { throw "not exactly one group is called $Group" }
    Add-Assignment $Groups[0].id $Group
}
if ($AssignUsers.Count + $AssignGroups.Count -eq 0) {
    Write-Host "   nobody: assign people and groups to $AppName in the Entra admin center"
}

Write-Host '7. Start'
# A job that runs must not be started again.
if ((Invoke-Graph GET "$Synchronization/jobs/$Job").status.code -eq 'Active') {
    Write-Host '   runs already'
}
else {
    $null = Invoke-Graph POST "$Synchronization/jobs/$Job/start"
    Write-Host '   started; a cycle begins every 40 minutes'
}

Write-Host ''
Write-Host "How it stands:  Invoke-MgGraphRequest GET `"$GraphUrl$Synchronization/jobs/$Job`""
Write-Host "What was done:  Invoke-MgGraphRequest GET `"$GraphUrl/auditLogs/provisioning?```$filter=jobId%20eq%20'$Job'`""
Write-Output $Job
