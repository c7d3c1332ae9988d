using Azure.ResourceManager.ContainerInstance;
using DurableDrill.Faults;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Azure;

/// <summary>What the platform would refuse, and what a person should know, before anything is injured: all of it at once.</summary>
internal sealed class GroupChecks(TargetDefinition definition, ContainerGroups groups)
{
    private static readonly string[] Actions =
    [
        "Microsoft.ContainerInstance/containerGroups/read",
        "Microsoft.ContainerInstance/containerGroups/stop/action",
        "Microsoft.ContainerInstance/containerGroups/start/action",
        "Microsoft.ContainerInstance/containerGroups/restart/action",
        "Microsoft.Resources/tags/write",
    ];

    private static readonly string[] Deciding =
        [CanonicalSignals.Produced, CanonicalSignals.Stored, CanonicalSignals.Backlog, CanonicalSignals.Latency, CanonicalSignals.Up];

    private readonly List<Finding> findings = [];

    public static string Unsupported(Fault fault) => $"{fault.Kind} cannot be done to container groups; allowed: stop, restart";

    public async Task<IReadOnlyList<Finding>> RunAsync(IReadOnlyList<Fault> faults, CancellationToken cancellation)
    {
        CheckLateSignals();
        foreach (var (fault, index) in faults.Select((fault, index) => (fault, index)).Where(each => each.fault is not (Stop or Restart)))
        {
            Add(Severity.Error, $"faults[{index}]", Unsupported(fault));
        }

        await NotingAsync("target", async () => findings.AddRange((await groups.MissingAsync(Actions, cancellation)).Select(action =>
            new Finding(Severity.Error, "target", $"the app's identity may not do {action}: assign it a role that allows this on the resource group"))));
        foreach (var group in definition.Components.GroupBy(component => GroupName.Of(component.Value).Group))
        {
            await NotingAsync($"components.{group.First().Key}", () => CheckGroupAsync(group.Key, [.. group], faults, cancellation));
        }

        return findings;
    }

    private void CheckLateSignals()
    {
        foreach (var (signal, source) in definition.Signals.Where(signal =>
            AzureProbes.Kinds.Contains(signal.Value.Kind) && Deciding.Contains(signal.Key.Split(':')[0])))
        {
            Add(Severity.Error, $"signals.{signal}", $"{source.Kind} is read minutes late, so it cannot be \"{signal}\", which decides instants; read it from the pipeline, or give the signal a name of your own");
        }
    }

    private async Task CheckGroupAsync(
        string group, IReadOnlyList<KeyValuePair<string, ComponentDefinition>> components, IReadOnlyList<Fault> faults, CancellationToken cancellation)
    {
        var path = $"components.{components[0].Key}.container";
        if (await groups.FindAsync(group, cancellation) is not { } data)
        {
            Add(Severity.Error, path, $"there is no container group {group} in {groups.IdOf(group).Parent}");
            return;
        }

        if (!definition.AllowUnlabelled && (!data.Tags.TryGetValue(ContainerGroupTarget.OptInTag, out var target) || target != definition.Target))
        {
            Add(Severity.Error, path, $"the container group {group} does not bear the tag {ContainerGroupTarget.OptInTag}={definition.Target}: nothing is a target unless it says so");
        }

        foreach (var (name, component) in components)
        {
            if (GroupName.Of(component).Container is { } container && data.Containers.All(each => each.Name != container))
            {
                Add(Severity.Error, $"components.{name}.container", $"the container group {group} has no container {container}; it has {string.Join(", ", data.Containers.Select(each => each.Name))}");
            }
        }

        if (faults.OfType<Stop>().Any(fault => components.Any(component => component.Key == fault.Component)))
        {
            WarnOfStop(path, group, data);
        }
    }

    private void WarnOfStop(string path, string group, ContainerGroupData data)
    {
        var lasting = data.Volumes.Where(volume => volume.AzureFile is not null).Select(volume => volume.Name).ToHashSet();
        var forgetful = data.Containers.Where(container => !container.VolumeMounts.Any(mount => lasting.Contains(mount.Name))).Select(container => container.Name).ToList();
        if (forgetful.Count > 0)
        {
            Add(Severity.Warning, path, $"stopping {group} is state loss: the platform discards what {string.Join(", ", forgetful)} wrote, for no share is mounted there");
        }

        if (data.Containers.Count > 1)
        {
            Add(Severity.Warning, path, $"stopping {group} stops all of its containers: {string.Join(", ", data.Containers.Select(container => container.Name))}");
        }

        Add(Severity.Warning, path, $"{group} may have another address after its start: what connects to it must find it by a name");
    }

    private async Task NotingAsync(string path, Func<Task> check)
    {
        try
        {
            await check();
        }
        catch (TargetException error)
        {
            Add(Severity.Error, path, error.Message);
        }
    }

    private void Add(Severity severity, string path, string message) => findings.Add(new(severity, path, message));
}
