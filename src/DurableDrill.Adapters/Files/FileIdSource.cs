using System.Runtime.CompilerServices;
using System.Text;
using DurableDrill.Adapters.Sources;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Files;

/// <summary>One id a line, in UTF-8, gzip too. A CR before the end of a line belongs to the end; empty lines are skipped; the last line needs no end.</summary>
internal sealed class FileIdSource(string path) : IIdSource
{
    private const int BatchSize = 4096;

    public static FileIdSource Of(SourceOptions options) => new(options.Address);

    public Task<IdSourceTraits> DescribeAsync(CancellationToken cancellation) => Task.FromResult(new IdSourceTraits { Name = $"file {path}" });

    public async IAsyncEnumerable<IReadOnlyList<IdRecord>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        using var lines = FileErrors.Told(path, () => TextLines.Open(path));
        while (FileErrors.Told(path, () => NextBatch(lines)) is { Count: > 0 } batch)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return batch;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static List<IdRecord> NextBatch(TextLines lines)
    {
        var batch = new List<IdRecord>(BatchSize);
        while (batch.Count < BatchSize && lines.TryNext(out var line))
        {
            line = line.EndsWith("\r"u8) ? line[..^1] : line;
            if (line.Length > 0)
            {
                batch.Add(new(Encoding.UTF8.GetString(line)));
            }
        }

        return batch;
    }
}

/// <summary>What a file system says, as a source of ids says it.</summary>
internal static class FileErrors
{
    /// <summary>Runs a piece of reading.</summary>
    /// <exception cref="IdSourceException">The file cannot be read; the message names it and the reason.</exception>
    public static T Told<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new IdSourceException($"{path} cannot be read: {error.Message}", error);
        }
    }
}
