// The app joins the network of its targets, so that its probes reach brokers and databases that have no public address.
param name string
param location string
param tags object

resource network 'Microsoft.Network/virtualNetworks@2024-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.20.0.0/16'] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.20.1.0/24'
          // What Flex Consumption asks for.
          delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'target'
        properties: {
          addressPrefix: '10.20.2.0/24'
          delegations: [{ name: 'target', properties: { serviceName: 'Microsoft.ContainerInstance/containerGroups' } }]
          serviceEndpoints: [{ service: 'Microsoft.Storage' }]
        }
      }
    ]
  }
}

output id string = network.id
output appSubnetId string = '${network.id}/subnets/app'
output targetSubnetId string = '${network.id}/subnets/target'
