using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.ResourceManager;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace DurableDrill.Azure.Tests;

/// <summary>
/// Speaks what the SDK's clients ask of Azure over HTTPS on a loopback port, as the REST API documents it: container groups with their long-running
/// operations, tags, permissions, metrics, log queries, errors and throttling.
/// </summary>
internal sealed class LoopbackAzure : IAsyncDisposable
{
    public const string Scope = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/drill-target";

    private readonly WebApplication app;
    private readonly X509Certificate2 certificate;
    private readonly ConcurrentDictionary<string, int> polls = new();

    private LoopbackAzure(X509Certificate2 certificate)
    {
        this.certificate = certificate;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary>The groups by name, as the service keeps them.</summary>
    public ConcurrentDictionary<string, JsonObject> Groups { get; } = new();

    /// <summary>Every request, "METHOD path", in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>How many of the next requests are throttled.</summary>
    public int Throttled { get; set; }

    /// <summary>What is answered to a method and the end of a path, instead of what would be.</summary>
    public Dictionary<(string Method, string End), (int Status, string Body)> Instead { get; } = [];

    /// <summary>What the caller's role allows.</summary>
    public string[] Actions { get; set; } = ["Microsoft.ContainerInstance/containerGroups/*", "Microsoft.Resources/tags/*"];

    /// <summary>The answer to a query of metrics or logs.</summary>
    public string Answer { get; set; } = "{}";

    public static TokenCredential Token { get; } = new OneToken();

    public Uri Address => new(app.Urls.Single());

    public static async Task<LoopbackAzure> StartAsync()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var azure = new LoopbackAzure(X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null));
        await azure.app.StartAsync();
        return azure;
    }

    /// <summary>The container groups, through the real client, whose certificate check knows this server.</summary>
    public ContainerGroups Open()
    {
        var options = Configure(new ArmClientOptions { Environment = new ArmEnvironment(Address, Address.ToString()) });
        return new(new ArmClient(Token, "00000000-0000-0000-0000-000000000001", options), new ResourceIdentifier(Scope));
    }

    public T Configure<T>(T options)
        where T : ClientOptions
    {
        options.Transport = new HttpClientTransport(new HttpClient(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == certificate.Thumbprint,
        }));
        options.Retry.Delay = TimeSpan.FromMilliseconds(10);
        options.Retry.MaxRetries = 4;
        return options;
    }

    public JsonObject AddGroup(string name, bool share = true, params string[] containers)
    {
        var group = new JsonObject
        {
            ["id"] = $"{Scope}/providers/Microsoft.ContainerInstance/containerGroups/{name}",
            ["name"] = name,
            ["type"] = "Microsoft.ContainerInstance/containerGroups",
            ["location"] = "westeurope",
            ["tags"] = new JsonObject { [ContainerGroupTarget.OptInTag] = "orders", ["other"] = "stays" },
            ["properties"] = new JsonObject
            {
                ["provisioningState"] = "Succeeded",
                ["osType"] = "Linux",
                ["containers"] = new JsonArray([.. containers.DefaultIfEmpty(name).Select(container => Container(container, share))]),
                ["volumes"] = share ? new JsonArray(new JsonObject { ["name"] = "data", ["azureFile"] = new JsonObject { ["shareName"] = name, ["storageAccountName"] = "a" } }) : new JsonArray(),
                ["instanceView"] = new JsonObject { ["state"] = "Running", ["events"] = new JsonArray() },
            },
        };
        return Groups[name] = group;
    }

    public string? TagOf(string group, string tag) => Groups[group]["tags"]![tag]?.GetValue<string>();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        certificate.Dispose();
    }

    private static JsonNode Container(string name, bool share) => new JsonObject
    {
        ["name"] = name,
        ["properties"] = new JsonObject
        {
            ["image"] = "image",
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = 1, ["memoryInGB"] = 1 } },
            ["volumeMounts"] = share ? new JsonArray(new JsonObject { ["name"] = "data", ["mountPath"] = "/data" }) : new JsonArray(),
            ["instanceView"] = new JsonObject
            {
                ["restartCount"] = 2,
                ["currentState"] = new JsonObject { ["state"] = "Running", ["startTime"] = "2026-01-01T00:00:00Z", ["detailStatus"] = "" },
            },
        },
    };

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Requests.Enqueue($"{context.Request.Method} {path}");
        context.Response.ContentType = "application/json";
        if (!context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal))
        {
            await WriteAsync(context, 401, Error("InvalidAuthenticationToken", "no token"));
        }
        else if (Throttled > 0)
        {
            Throttled--;
            context.Response.Headers.RetryAfter = "1";
            await WriteAsync(context, 429, Error("TooManyRequests", "The request was throttled."));
        }
        else if (Instead.FirstOrDefault(each => each.Key.Method == context.Request.Method && path.EndsWith(each.Key.End, StringComparison.Ordinal)) is { Value.Status: > 0 } instead)
        {
            await WriteAsync(context, instead.Value.Status, instead.Value.Body);
        }
        else
        {
            await RouteAsync(context, path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    private Task RouteAsync(HttpContext context, string[] path) => (context.Request.Method, path) switch
    {
        ("GET", [.., "permissions"]) => WriteAsync(context, 200, JsonSerializer.Serialize(new { value = new[] { new { actions = Actions, notActions = Array.Empty<string>() } } })),
        ("GET", [.., "microsoft.insights", "metrics"]) or ("GET", [.., "Microsoft.Insights", "metrics"]) or ("POST", [.., "query"]) => WriteAsync(context, 200, Answer),
        ("GET", [.., "operations", var operation]) => OperationAsync(context, operation),
        _ when GroupIn(path) is { } group && !Groups.ContainsKey(group) =>
            WriteAsync(context, 404, Error("ResourceNotFound", $"The Resource 'Microsoft.ContainerInstance/containerGroups/{group}' under resource group 'drill-target' was not found.")),
        ("GET", [.., "containerGroups", var name]) => WriteAsync(context, 200, Groups[name].ToJsonString()),
        ("POST", [.., "containerGroups", var name, "stop"]) => StopAsync(context, name),
        ("POST", [.., "containerGroups", var name, "start"]) => BeginAsync(context, $"{name}.start"),
        ("POST", [.., "containerGroups", var name, "restart"]) => BeginAsync(context, $"{name}.restart"),
        ("PATCH", [.., "containerGroups", var name, "providers", _, "tags", _]) => TagAsync(context, name),
        ("GET", [.., "containerGroups", var name, "providers", _, "tags", _]) => WriteAsync(context, 200, TagsOf(name)),
        _ => WriteAsync(context, 404, Error("NotFound", string.Join('/', path))),
    };

    private static string? GroupIn(string[] path) => Array.IndexOf(path, "containerGroups") is var at and >= 0 && at + 1 < path.Length ? path[at + 1] : null;

    private Task StopAsync(HttpContext context, string name)
    {
        SetState(name, "Stopped", "Terminated");
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    /// <summary>202 with the place to ask; the second answer there is the last.</summary>
    private Task BeginAsync(HttpContext context, string operation)
    {
        context.Response.Headers.Location = new Uri(Address, $"{Scope}/providers/Microsoft.ContainerInstance/locations/westeurope/operations/{operation}?api-version=2023-05-01").ToString();
        context.Response.Headers.RetryAfter = "0";
        return WriteAsync(context, 202, "");
    }

    private Task OperationAsync(HttpContext context, string operation)
    {
        if (polls.AddOrUpdate(operation, 1, (_, count) => count + 1) % 2 == 1)
        {
            return BeginAsync(context, operation);
        }

        SetState(operation.Split('.')[0], "Running", "Running");
        return WriteAsync(context, 200, "");
    }

    private async Task TagAsync(HttpContext context, string name)
    {
        var patch = (await JsonSerializer.DeserializeAsync<JsonObject>(context.Request.Body))!;
        foreach (var (tag, value) in patch["properties"]!["tags"]!.AsObject())
        {
            var tags = Groups[name]["tags"]!.AsObject();
            tags.Remove(tag);
            if (patch["operation"]!.GetValue<string>() == "Merge")
            {
                tags[tag] = value!.GetValue<string>();
            }
        }

        await WriteAsync(context, 200, TagsOf(name));
    }

    private string TagsOf(string name) => new JsonObject
    {
        ["id"] = $"{Groups[name]["id"]}/providers/Microsoft.Resources/tags/default",
        ["name"] = "default",
        ["type"] = "Microsoft.Resources/tags",
        ["properties"] = new JsonObject { ["tags"] = Groups[name]["tags"]!.DeepClone() },
    }.ToJsonString();

    private void SetState(string name, string group, string container)
    {
        Groups[name]["properties"]!["instanceView"]!["state"] = group;
        foreach (var each in Groups[name]["properties"]!["containers"]!.AsArray())
        {
            each!["properties"]!["instanceView"]!["currentState"]!["state"] = container;
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    }

    public static string Error(string code, string message) => JsonSerializer.Serialize(new { error = new { code, message } });

    private sealed class OneToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
