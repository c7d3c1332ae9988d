using System.Runtime.CompilerServices;
using DurableDrill.Adapters.Sources;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Files;

/// <summary>A producer's ledger, or several by a pattern in the file's name (docs/ledger-format.md).</summary>
internal sealed class LedgerIdSource(string path) : IIdSource
{
    private const int BatchSize = 4096;

    /// <summary>Stands for "this producer keeps no ledger".</summary>
    public const string None = "none";

    public static LedgerIdSource Of(SourceOptions options) => new(options.Address);

    public Task<IdSourceTraits> DescribeAsync(CancellationToken cancellation) => Task.FromResult(path == None
        ? new IdSourceTraits { Name = "no ledger", IsAbsent = true }
        : new IdSourceTraits { Name = $"ledger {path}", KnowsAttempts = true });

    public async IAsyncEnumerable<IReadOnlyList<IdRecord>> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        foreach (var file in path == None ? [] : FileErrors.Told(path, Files))
        {
            using var lines = FileErrors.Told(file, () => TextLines.Open(file));
            var ledger = new LedgerReader(lines);
            while (FileErrors.Told(file, () => ledger.NextBatch(BatchSize)) is { Count: > 0 } batch)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return batch;
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IReadOnlyList<string> Files()
    {
        var name = Path.GetFileName(path);
        if (!name.Contains('*') && !name.Contains('?'))
        {
            return [path];
        }

        var folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        var files = Directory.GetFiles(folder, name).Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? files : throw new FileNotFoundException($"no file in {folder} is called {name}");
    }
}
