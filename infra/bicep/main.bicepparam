using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'drill')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param pipelineImage = readEnvironmentVariable('DRILL_PIPELINE_IMAGE', '')
