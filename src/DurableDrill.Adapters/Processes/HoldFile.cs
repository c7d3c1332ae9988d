using System.Text.Json;
using DurableDrill.Adapters.Files;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes;

/// <summary>The hold of a run, <c>hold.json</c> in its folder, where every host that may injure it looks.</summary>
internal sealed class HoldFile(RunFolder folder, TimeProvider time)
{
    private readonly string path = folder.In("hold.json");

    /// <summary>Who holds the run now; null: nobody, or one whose time is up.</summary>
    public async Task<Hold?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var hold = JsonSerializer.Deserialize<Hold>(await File.ReadAllTextAsync(path, cancellation), DrillJson.Options);
            return hold?.Until > time.GetUtcNow() ? hold : null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException error)
        {
            throw new TargetException($"{path} is no hold: {error.Message} Remove it when no drill runs on this target.", error);
        }
    }

    /// <summary>Takes the run, or extends (never shortens) the caller's own hold; returns who holds it then.</summary>
    public async Task<Hold> TakeAsync(Hold wanted, CancellationToken cancellation)
    {
        if (await ReadAsync(cancellation) is { } other && other.Owner != wanted.Owner)
        {
            return other;
        }

        using var _ = await folder.LockAsync("hold", cancellation);
        if (await ReadAsync(cancellation) is { } holder && (holder.Owner != wanted.Owner || holder.Until >= wanted.Until))
        {
            return holder;
        }

        await AtomicFile.WriteAsync(path, JsonSerializer.Serialize(wanted, DrillJson.Indented) + "\n", cancellation);
        return wanted;
    }

    /// <summary>Lets the run go, if this owner has it.</summary>
    public async Task ReleaseAsync(string owner, CancellationToken cancellation)
    {
        using var _ = await folder.LockAsync("hold", cancellation);
        if (await ReadAsync(cancellation) is { } holder && holder.Owner == owner)
        {
            AtomicFile.Delete(path);
        }
    }

    /// <summary>Lets the run go, whoever has it.</summary>
    public void Clear() => AtomicFile.Delete(path);
}
