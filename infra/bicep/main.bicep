// The Functions app with what it needs, and, if wanted, a sample pipeline of container groups to drill.
targetScope = 'subscription'

@minLength(1)
@maxLength(20)
@description('Name of the environment; resources are named after it.')
param environmentName string

@description('Region of everything.')
param location string

@description('The resource group whose container groups may be drilled. The app has a role there and nowhere else.')
param targetResourceGroupName string = 'rg-${environmentName}-target'

@description('Whether the sample pipeline is deployed into that resource group.')
param deploySampleTarget bool = true

@description('Image of the sample pipeline: this repository\'s DurableDrill.Pipeline.')
param pipelineImage string = ''

var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))

resource appGroup 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

resource targetGroup 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: targetResourceGroupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: appGroup
  params: { name: 'id-${token}', location: location, tags: tags }
}

module network 'modules/network.bicep' = {
  scope: appGroup
  params: { name: 'vnet-${token}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: appGroup
  params: { token: token, location: location, tags: tags, principalId: identity.outputs.principalId }
}

module storage 'modules/storage.bicep' = {
  scope: appGroup
  params: { name: 'st${token}', location: location, tags: tags, principalId: identity.outputs.principalId }
}

module app 'modules/app.bicep' = {
  scope: appGroup
  params: {
    name: 'func-${token}'
    location: location
    tags: union(tags, { 'azd-service-name': 'drill' })
    storageName: storage.outputs.name
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    insightsConnectionString: monitoring.outputs.connectionString
    subnetId: network.outputs.appSubnetId
    targetScope: targetGroup.id
  }
}

module roles 'modules/target-roles.bicep' = {
  scope: targetGroup
  params: { principalId: identity.outputs.principalId }
}

module target 'modules/sample-target.bicep' = if (deploySampleTarget && !empty(pipelineImage)) {
  scope: targetGroup
  params: {
    location: location
    tags: tags
    token: token
    subnetId: network.outputs.targetSubnetId
    networkId: network.outputs.id
    workspaceId: monitoring.outputs.workspaceId
    pipelineImage: pipelineImage
  }
}

output AZURE_FUNCTION_NAME string = app.outputs.name
output DRILL_URL string = app.outputs.url
output DRILL_STORAGE_ACCOUNT string = storage.outputs.name
output DRILL_TARGET_SCOPE string = targetGroup.id
