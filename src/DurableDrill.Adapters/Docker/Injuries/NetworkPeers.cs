using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker.Injuries;

/// <summary>The other side of a fault of the network.</summary>
internal static class NetworkPeers
{
    /// <summary>The peer's addresses, with blanks; empty: everybody.</summary>
    /// <exception cref="TargetException">The peer has none that the component could reach.</exception>
    public static async Task<string> AddressesAsync(ContainerScene scene, string? peer, CancellationToken cancellation)
    {
        if (peer is null)
        {
            return "";
        }

        var other = await scene.Components.RequireAsync(peer, cancellation);
        var own = scene.Container.NetworkSettings.Networks?.Keys ?? [];
        string[] addresses = [.. (other.NetworkSettings.Networks ?? new Dictionary<string, NetworkEndpoint>())
            .Where(network => own.Contains(network.Key))
            .SelectMany(network => new[] { network.Value.IpAddress, network.Value.GlobalIpv6Address })
            .OfType<string>().Where(address => address.Length > 0)];
        return addresses.Length > 0
            ? string.Join(' ', addresses)
            : throw new TargetException($"{scene.Component}: {peer} has no address in a network that both share (it is {other.State.Status})");
    }

    /// <summary>Tries in the helper's own, empty network whether the kernel can do it.</summary>
    public static async Task<IReadOnlyList<Finding>> TryAsync(ContainerScene scene, string script, string what, string? peer, CancellationToken cancellation)
    {
        if (await scene.Helper.MissingAsync(cancellation) is { } missing)
        {
            return [new(Severity.Error, "component", missing)];
        }

        var findings = new List<Finding>();
        if (scene.Container.HostConfig.NetworkMode is "host" or "none")
        {
            findings.Add(new(Severity.Error, "component", $"{scene.Component} has no network of its own (it is '{scene.Container.HostConfig.NetworkMode}')"));
        }

        try
        {
            await AddressesAsync(scene, peer, cancellation);
        }
        catch (TargetException error)
        {
            findings.Add(new(Severity.Error, "component", error.Message));
        }

        var tried = await scene.Helper.TryAsync(scene.Ticket.Id, script, [], [], cancellation);
        if (tried.ExitCode != 0)
        {
            findings.Add(new(Severity.Error, "component", $"the kernel under {scene.Engine.Host} cannot do it: {what}: {tried.Words}"));
        }

        if (peer is null)
        {
            findings.Add(new(Severity.Warning, "component", $"it hits all that passes to and from {scene.Component}, also what reads its signals through a published port: gaps, not outages"));
        }

        return findings;
    }
}
