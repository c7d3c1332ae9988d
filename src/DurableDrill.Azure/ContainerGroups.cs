using System.Net;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.ResourceManager;
using Azure.ResourceManager.ContainerInstance;
using Azure.ResourceManager.Resources;
using Azure.ResourceManager.Resources.Models;
using DurableDrill.Targets;

namespace DurableDrill.Azure;

/// <summary>
/// The container groups of one resource group, through Azure Resource Manager. Throttling and transient errors are retried by the SDK's pipeline, as
/// the service asks for; what remains is the service's own error, passed on.
/// </summary>
public sealed class ContainerGroups
{
    /// <summary>Names the setting that holds the resource group: <c>/subscriptions/…/resourceGroups/…</c>.</summary>
    public const string ScopeSetting = "DRILL_TARGET_SCOPE";

    private readonly ArmClient arm;
    private readonly ResourceIdentifier scope;

    /// <param name="arm">The client, with its credential.</param>
    /// <param name="scope">The resource group; faults go nowhere else.</param>
    public ContainerGroups(ArmClient arm, ResourceIdentifier scope)
    {
        this.arm = arm;
        this.scope = scope;
    }

    /// <summary>Opens a resource group.</summary>
    /// <exception cref="FormatException">It is no id of one.</exception>
    public static ContainerGroups Open(string scope, TokenCredential credential)
    {
        var options = new ArmClientOptions { Retry = { MaxRetries = 8, Mode = RetryMode.Exponential, Delay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(30) } };
        return ResourceIdentifier.TryParse(scope, out var id) && id is { ResourceGroupName: not null, Name: not null } && id.ResourceType == ResourceGroupResource.ResourceType
            ? new(new ArmClient(credential, id.SubscriptionId, options), id)
            : throw new FormatException($"{ScopeSetting} is \"{scope}\"; /subscriptions/ID/resourceGroups/NAME is expected");
    }

    /// <summary>The id of a group.</summary>
    public ResourceIdentifier IdOf(string group) => ContainerGroupResource.CreateResourceIdentifier(scope.SubscriptionId!, scope.ResourceGroupName!, group);

    /// <summary>A group as it is now; null when there is none of this name.</summary>
    /// <exception cref="TargetException">The service refused; its error is in the message.</exception>
    public Task<ContainerGroupData?> FindAsync(string group, CancellationToken cancellation) => TryAsync("read", group, async () =>
        (ContainerGroupData?)(await Resource(group).GetAsync(cancellation)).Value.Data);

    /// <summary>Stops every container of a group and gives its machine back; returns when the service has taken the order. False: the group is gone.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public Task<bool> StopAsync(string group, CancellationToken cancellation) => TryAsync("stop", group, async () =>
    {
        await Resource(group).StopAsync(cancellation);
        return true;
    });

    /// <summary>Starts a group, on another machine perhaps, and waits until that is done. False: the group is gone.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public Task<bool> StartAsync(string group, CancellationToken cancellation) => TryAsync("start", group, async () =>
    {
        await Resource(group).StartAsync(WaitUntil.Completed, cancellation);
        return true;
    });

    /// <summary>Restarts every container of a group in place and waits until that is done. False: the group is gone.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public Task<bool> RestartAsync(string group, CancellationToken cancellation) => TryAsync("restart", group, async () =>
    {
        await Resource(group).RestartAsync(WaitUntil.Completed, cancellation);
        return true;
    });

    /// <summary>Sets a tag of a group and leaves the others; null removes it.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public Task<bool> TagAsync(string group, string tag, string? value, CancellationToken cancellation) => TryAsync("tag", group, async () =>
    {
        var patch = new TagResourcePatch { PatchMode = value is null ? TagPatchMode.Delete : TagPatchMode.Merge };
        patch.TagValues.Add(tag, value ?? "");
        await Resource(group).GetTagResource().UpdateAsync(WaitUntil.Completed, patch, cancellation);
        return true;
    });

    /// <summary>Which of these actions the app's identity may not do to the resource group.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public async Task<IReadOnlyList<string>> MissingAsync(IReadOnlyList<string> actions, CancellationToken cancellation)
    {
        try
        {
            var allowed = await new PermissionsResource(arm, scope).ReadAsync(cancellation);
            return [.. actions.Where(action => !allowed.Any(each => each.Allows(action)))];
        }
        catch (RequestFailedException error)
        {
            throw Failed("read the permissions of", scope.ToString(), error);
        }
    }

    /// <summary>The service's own error, in one line: what was asked, the status, the code and what it said.</summary>
    internal static TargetException Failed(string verb, string what, RequestFailedException error) =>
        new($"cannot {verb} {what}: {error.Status} {error.ErrorCode}: {error.Message.Split('\n')[0].Trim()}", error);

    private ContainerGroupResource Resource(string group) => arm.GetContainerGroupResource(IdOf(group));

    private static async Task<T?> TryAsync<T>(string verb, string group, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RequestFailedException error) when (error.Status == (int)HttpStatusCode.NotFound)
        {
            return default;
        }
        catch (RequestFailedException error)
        {
            throw Failed(verb, $"the container group {group}", error);
        }
        catch (AggregateException error)
        {
            // What the SDK throws when every attempt failed before the service answered.
            throw new TargetException($"cannot {verb} the container group {group}: {error.InnerExceptions[^1].Message.Split('\n')[0].Trim()}", error);
        }
    }

    /// <summary>What the identity may do to a scope: <c>GET SCOPE/providers/Microsoft.Authorization/permissions</c>, through the pipeline of the client.</summary>
    private sealed class PermissionsResource(ArmClient arm, ResourceIdentifier scope) : ArmResource(arm, scope)
    {
        public async Task<IReadOnlyList<Permission>> ReadAsync(CancellationToken cancellation)
        {
            using var message = Pipeline.CreateMessage();
            message.Request.Method = RequestMethod.Get;
            message.Request.Uri.Reset(new Uri(Endpoint, $"{Id}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01"));
            await Pipeline.SendAsync(message, cancellation);
            if (message.Response.IsError)
            {
                throw new RequestFailedException(message.Response);
            }

            using var answer = JsonDocument.Parse(message.Response.Content);
            return [.. answer.RootElement.GetProperty("value").EnumerateArray().Select(each => new Permission(Texts(each, "actions"), Texts(each, "notActions")))];
        }

        private static string[] Texts(JsonElement permission, string name) => permission.TryGetProperty(name, out var texts)
            ? [.. texts.EnumerateArray().Select(text => text.GetString()!)]
            : [];
    }
}

/// <summary>One role's part of what an identity may do.</summary>
/// <param name="Actions">What is allowed; '*' stands for anything.</param>
/// <param name="NotActions">What is taken out of it again.</param>
internal sealed record Permission(IReadOnlyList<string> Actions, IReadOnlyList<string> NotActions)
{
    /// <summary>Whether it allows an action.</summary>
    public bool Allows(string action) => Actions.Any(each => Matches(each, action)) && !NotActions.Any(each => Matches(each, action));

    private static bool Matches(string pattern, string action) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, action);
}
