using DurableDrill.Api;
using DurableDrill.Local.Hosting;

namespace DurableDrill.Local.Cli;

/// <summary>Finds the drill that a command is about.</summary>
internal static class DrillChoice
{
    /// <summary>The drill of this id; without one, the newest.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static async Task<DrillView> FindAsync(IDrillClient host, string? id, CancellationToken cancellation)
    {
        if (id is not null && await TryReadAsync(host, id, cancellation) is { } found)
        {
            return found;
        }

        var all = await host.ListAsync(cancellation);
        return (id is null ? all.FirstOrDefault() : null) ?? throw new CliException(id is null
            ? "no drill was run there yet"
            : $"there is no drill \"{id}\"; the newest are: {string.Join(", ", all.Take(5).Select(drill => drill.DrillId).DefaultIfEmpty("none"))}");
    }

    private static async Task<DrillView?> TryReadAsync(IDrillClient host, string id, CancellationToken cancellation)
    {
        try
        {
            return await host.LookAsync(id, cancellation);
        }
        catch (ArgumentException)
        {
            return null; // No drill can have this id.
        }
    }
}
