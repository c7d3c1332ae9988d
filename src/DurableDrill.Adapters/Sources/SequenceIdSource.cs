using System.Globalization;
using System.Runtime.CompilerServices;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Sources;

/// <summary>Ids that follow from a count: a prefix with all numbers from one to another, or to what a counter says when they are read.</summary>
internal sealed class SequenceIdSource(string prefix, long from, int digits, Func<CancellationToken, Task<long>> readLast, string name) : IIdSource
{
    private const int BatchSize = 4096;

    public static SequenceIdSource Of(SourceOptions options, IdSourceHost host)
    {
        var from = options.Number("from", 0, long.MaxValue) ?? 1;
        var to = options.Number("to", 0, long.MaxValue - 1);
        var digits = (int)(options.Number("digits", 0, 18) ?? 0);
        var signal = options.Optional("signal");
        if ((to is null) == (signal is null))
        {
            options.Wrong("to", "is one of two: either \"to\", the last number, or \"signal\", the counter that says it");
        }
        else if (signal is not null && host.ReadSignal is null)
        {
            options.Wrong("signal", "cannot be read here; give \"to\"");
        }

        return new(options.Address, from, digits, ReadLastAsync, $"sequence {options.Address}{from}.. ({signal ?? "fixed"})");

        async Task<long> ReadLastAsync(CancellationToken cancellation) =>
            to ?? from - 1 + (long)await host.ReadSignal!(signal!, cancellation);
    }

    public Task<IdSourceTraits> DescribeAsync(CancellationToken cancellation) => Task.FromResult(new IdSourceTraits { Name = name });

    public async IAsyncEnumerable<IReadOnlyList<IdRecord>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        long last;
        try
        {
            last = await readLast(cancellation);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new IdSourceException($"{name}: the counter cannot be read: {error.Message}", error);
        }

        var batch = new List<IdRecord>(BatchSize);
        for (var number = from; number <= last; number++)
        {
            batch.Add(new(prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0')));
            if (batch.Count == BatchSize)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return batch;
                batch.Clear();
            }
        }

        yield return batch;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
