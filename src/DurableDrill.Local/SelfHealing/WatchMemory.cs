using System.Text.Json;
using DurableDrill.Adapters.Files;
using DurableDrill.Adapters.Processes;
using DurableDrill.Targets;

namespace DurableDrill.Local.SelfHealing;

/// <summary>The restarts of a target, <c>watch.json</c> in its folder: they count in the policy's window though the watch that made them is dead.</summary>
internal sealed class WatchMemory(RunFolder folder)
{
    private readonly string path = Path.Combine(folder.Path, "watch.json");

    /// <summary>By component; empty when there is no such file.</summary>
    /// <exception cref="TargetException">It cannot be read.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<DateTimeOffset>>> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, IReadOnlyList<DateTimeOffset>>>(await File.ReadAllTextAsync(path, cancellation), DrillJson.Options)!;
        }
        catch (FileNotFoundException)
        {
            return new Dictionary<string, IReadOnlyList<DateTimeOffset>>();
        }
        catch (JsonException error)
        {
            throw new TargetException($"{path} is no list of restarts: {error.Message} Remove it, and what was restarted before is forgotten.", error);
        }
    }

    /// <summary>Written before a restart is made.</summary>
    public Task WriteAsync(IReadOnlyDictionary<string, IReadOnlyList<DateTimeOffset>> restarts, CancellationToken cancellation) =>
        AtomicFile.WriteAsync(path, JsonSerializer.Serialize(restarts, DrillJson.Indented) + "\n", cancellation);
}
