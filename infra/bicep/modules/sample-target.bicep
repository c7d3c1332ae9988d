// A pipeline to drill: Kafka, PostgreSQL, two processors and a generator, each a container group of its own that bears the opt-in tag. What must
// outlive a stop lies on shares. A started group may have another address, so the groups find each other by names, whose records each group
// writes itself when it starts: a revert is a start, and refreshes them. PostgreSQL refuses a data directory on an SMB share, the only kind that
// container groups mount, so it has none: stopping it is state loss, and preflight says so.
param location string
param tags object
param token string
param subnetId string
param networkId string
param workspaceId string
param pipelineImage string

@secure()
@description('Made anew by each deployment and known to nobody else; PostgreSQL is reachable from the subnet only.')
param databasePassword string = newGuid()

var zone = 'drill.internal'
var dnsContributor = 'b12aa53e-6015-4669-85d0-8515ebb3ae7f'
var kafka = 'kafka.${zone}:9092'
var database = 'Host=postgres.${zone};Username=drill;Database=orders'
// The password reaches the program as a file, as everywhere; it stands in no command line.
var processor = [
  '/bin/sh'
  '-c'
  'umask 077; printf %s "$PASSWORD" > /tmp/password; unset PASSWORD; exec /app/DurableDrill.Pipeline processor --bootstrap ${kafka} --topic orders --partitions 2 --replication 1 --min-insync 1 --group processor --instance "$INSTANCE" --mode exactly-once --postgres "${database}" --password-file /tmp/password'
]
var groups = [
  {
    name: 'kafka'
    image: 'apache/kafka:4.2.1'
    share: '/var/lib/kafka/data'
    command: []
    environment: [
      { name: 'KAFKA_NODE_ID', value: '1' }
      { name: 'KAFKA_PROCESS_ROLES', value: 'broker,controller' }
      { name: 'KAFKA_LISTENERS', value: 'PLAINTEXT://:9092,CONTROLLER://:9093' }
      { name: 'KAFKA_ADVERTISED_LISTENERS', value: 'PLAINTEXT://${kafka}' }
      { name: 'KAFKA_CONTROLLER_LISTENER_NAMES', value: 'CONTROLLER' }
      { name: 'KAFKA_CONTROLLER_QUORUM_VOTERS', value: '1@localhost:9093' }
      { name: 'KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR', value: '1' }
      { name: 'KAFKA_LOG_DIRS', value: '/var/lib/kafka/data/logs' }
    ]
  }
  {
    name: 'postgres'
    image: 'postgres:18'
    share: ''
    command: []
    environment: [
      { name: 'POSTGRES_USER', value: 'drill' }
      { name: 'POSTGRES_DB', value: 'orders' }
      { name: 'POSTGRES_PASSWORD', secureValue: databasePassword }
    ]
  }
  {
    name: 'processor-1'
    image: pipelineImage
    share: ''
    command: processor
    environment: [{ name: 'INSTANCE', value: 'processor-1' }, { name: 'PASSWORD', secureValue: databasePassword }]
  }
  {
    name: 'processor-2'
    image: pipelineImage
    share: ''
    command: processor
    environment: [{ name: 'INSTANCE', value: 'processor-2' }, { name: 'PASSWORD', secureValue: databasePassword }]
  }
  {
    name: 'generator'
    image: pipelineImage
    share: '/data'
    command: [
      '/app/DurableDrill.Pipeline', 'generator', '--bootstrap', kafka, '--topic', 'orders', '--partitions', '2', '--replication', '1', '--min-insync', '1'
      '--producer', 'p1', '--rate', '10', '--acks', 'all', '--ledger', '/data/ledger', '--http-port', '8080'
    ]
    environment: []
  }
]

// Shares of container groups are mounted with the account's key, the only way that the platform has; the key is read here and stands nowhere.
resource shares 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'dd${token}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    minimumTlsVersion: 'TLS1_2'
    networkAcls: { defaultAction: 'Deny', virtualNetworkRules: [{ id: subnetId }] }
  }
}

resource files 'Microsoft.Storage/storageAccounts/fileServices@2023-05-01' = {
  parent: shares
  name: 'default'
}

resource share 'Microsoft.Storage/storageAccounts/fileServices/shares@2023-05-01' = [
  for group in filter(groups, each => !empty(each.share)): {
    parent: files
    name: group.name
    properties: { shareQuota: 32 }
  }
]

resource dns 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: zone
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: 'target'
    location: 'global'
    properties: { virtualNetwork: { id: networkId }, registrationEnabled: false }
  }
}

// The identity of the small container beside each component that writes its record; it may write records of this zone and nothing else.
resource names 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-names-${token}'
  location: location
  tags: tags
}

resource write 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: dns
  name: guid(dns.id, names.id, dnsContributor)
  properties: {
    principalId: names.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dnsContributor)
  }
}

resource containers 'Microsoft.ContainerInstance/containerGroups@2023-05-01' = [
  for group in groups: {
    name: group.name
    location: location
    tags: union(tags, { 'durabledrill-target': 'orders-azure' })
    identity: { type: 'UserAssigned', userAssignedIdentities: { '${names.id}': {} } }
    properties: {
      osType: 'Linux'
      restartPolicy: 'Always'
      subnetIds: [{ id: subnetId }]
      ipAddress: { type: 'Private', ports: [{ protocol: 'TCP', port: group.name == 'postgres' ? 5432 : group.name == 'kafka' ? 9092 : 8080 }] }
      diagnostics: {
        logAnalytics: {
          workspaceId: reference(workspaceId, '2023-09-01').customerId
          workspaceKey: listKeys(workspaceId, '2023-09-01').primarySharedKey
        }
      }
      containers: [
        {
          name: group.name
          properties: {
            image: group.image
            command: group.command
            environmentVariables: group.environment
            ports: [{ protocol: 'TCP', port: group.name == 'postgres' ? 5432 : group.name == 'kafka' ? 9092 : 8080 }]
            resources: { requests: { cpu: 1, memoryInGB: 2 } }
            volumeMounts: empty(group.share) ? [] : [{ name: 'data', mountPath: group.share }]
          }
        }
        {
          name: 'name'
          properties: {
            image: 'mcr.microsoft.com/azure-cli:2.67.0'
            command: [
              '/bin/sh'
              '-c'
              'set -e; az login --identity --client-id ${names.properties.clientId} --output none; set -- $(hostname -i); az network private-dns record-set a delete -y -g ${resourceGroup().name} -z ${zone} -n ${group.name}; az network private-dns record-set a create -g ${resourceGroup().name} -z ${zone} -n ${group.name} --ttl 5 --output none; az network private-dns record-set a add-record -g ${resourceGroup().name} -z ${zone} -n ${group.name} -a $1 --output none; exec sleep infinity'
            ]
            resources: { requests: { cpu: 1, memoryInGB: 1 } }
          }
        }
      ]
      volumes: empty(group.share)
        ? []
        : [
            {
              name: 'data'
              azureFile: { shareName: group.name, storageAccountName: shares.name, storageAccountKey: shares.listKeys().keys[0].value }
            }
          ]
    }
    dependsOn: [share, write, dns::link]
  }
]
