using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Azure.Storage.Blobs;
using DurableDrill.Adapters.Blobs;
using DurableDrill.Api;
using DurableDrill.Azure;
using DurableDrill.Campaigns;
using DurableDrill.Drills;
using DurableDrill.Faults;
using DurableDrill.Functions;
using DurableDrill.Workflows;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
var settings = builder.Configuration;
var services = builder.Services;

// One identity for everything: the app's own in Azure (AZURE_CLIENT_ID names it), the developer's on their machine.
TokenCredential credential = settings["AZURE_CLIENT_ID"] is { Length: > 0 } identity
    ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(identity))
    : new DefaultAzureCredential();
services.AddSingleton(TimeProvider.System);
services.AddSingleton(Storage(settings, credential));
services.AddSingleton(provider => new BlobStores(provider.GetRequiredService<BlobServiceClient>(), ""));
services.AddSingleton(provider => new HeldTargets(
    provider.GetRequiredService<BlobStores>().Targets,
    settings[ContainerGroups.ScopeSetting] is { Length: > 0 } scope ? ContainerGroups.Open(scope, credential) : null,
    settings["DRILL_HOME"],
    TimeProvider.System));
services.AddSingleton<Instances>();
services.AddSingleton<IDrillStates>(provider => provider.GetRequiredService<Instances>());
services.AddSingleton<FunctionsEnvironment>();
services.AddSingleton<FunctionsHost>();
services.AddSingleton<IDrillHost>(provider => provider.GetRequiredService<FunctionsHost>());
services.AddSingleton(provider => new WorkflowCatalog()
    .AddDrills(provider.GetRequiredService<FunctionsEnvironment>())
    .AddCampaigns(provider.GetRequiredService<IDrillHost>()));
services.AddSingleton<StepRunner>();
services.AddSingleton(provider => new DrillApi(
    provider.GetRequiredService<IDrillHost>(),
    line => provider.GetRequiredService<ILogger<DrillApi>>().LogError("{Line}", line)));
services.AddSingleton(provider =>
{
    var environment = provider.GetRequiredService<FunctionsEnvironment>();
    return new Janitor(environment.Faults, environment.Targets, environment.Tickets, environment.Drills, environment.Time);
});
AzureProbes.Register(credential);

var telemetry = services.AddOpenTelemetry()
    .WithTracing(tracing => tracing.AddSource(StepRunner.SourceName, "Microsoft.Azure.Functions.Worker"))
    .WithMetrics(metrics => metrics.AddMeter("System.Runtime"));
if (settings["APPLICATIONINSIGHTS_CONNECTION_STRING"] is { Length: > 0 } insights)
{
    telemetry
        .WithTracing(tracing => tracing.AddAzureMonitorTraceExporter(options => options.ConnectionString = insights, credential))
        .WithMetrics(metrics => metrics.AddAzureMonitorMetricExporter(options => options.ConnectionString = insights, credential));
}

await builder.Build().RunAsync();

// The app's own account: AzureWebJobsStorage is a connection string for Azurite, and an account's name in Azure, where there is no key.
static BlobServiceClient Storage(IConfiguration settings, TokenCredential credential) =>
    settings["AzureWebJobsStorage:blobServiceUri"] is { Length: > 0 } uri ? new(new Uri(uri), credential)
    : settings["AzureWebJobsStorage:accountName"] is { Length: > 0 } account ? new(new Uri($"https://{account}.blob.core.windows.net"), credential)
    : settings["AzureWebJobsStorage"] is { Length: > 0 } connection ? new(connection)
    : throw new InvalidOperationException("AzureWebJobsStorage is not set: see local.settings.example.json");
