using DurableDrill.Adapters.Postgres;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Kafka;

/// <summary>
/// A topic's end offsets, or how far a consumer is behind them, summed over all partitions, new ones too.
/// <c>kafka: BOOTSTRAP</c>; <c>topic</c>; <c>group</c>: the reading is the group's lag; or <c>positions</c>: the reading is the lag behind the positions that
/// the sink keeps, a PostgreSQL address with <c>positions_query</c> (rows of partition and next offset) and the connection's options, each with
/// "positions_" before it; without either it is the sum of the end offsets. With <c>value</c> it is of the cluster (<see cref="ClusterProbe"/>). The connection's: <c>security</c>, <c>sasl</c>, <c>user</c>,
/// <c>password</c> (a reference), <c>ca</c>.
/// </summary>
internal sealed class KafkaProbe(TopicOffsets offsets, string topic, string? group, PostgresQuery? positions, Secrets secrets) : IProbe
{
    private readonly OwnThread thread = new();

    public static IProbe Of(SourceOptions options, ProbeHost host)
    {
        if (options.Optional("value") is not null)
        {
            return ClusterProbe.Of(options, host);
        }

        var topic = options.Required("topic", "the topic's name");
        var group = options.Optional("group");
        var positions = options.Inner("positions");
        if (group is not null && positions is not null)
        {
            options.Wrong("positions", "and \"group\" are given; one of them is where the processor resumes");
        }

        var connection = KafkaConnection.Of(options);
        return new KafkaProbe(
            new(connection, topic, group, host.Secrets.Resolve, host.Time),
            topic,
            group,
            positions is null ? null : new(PostgresConnection.Of(positions), positions.Required("query", "SQL for rows of partition and next offset"), host.Secrets, host.Time),
            host.Secrets);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            // Positions first: the other way round a busy consumer could be ahead of the end that was read before.
            if (positions is not null)
            {
                var next = await positions.PairsAsync(cancellation);
                return new(Lag(await thread.RunAsync(Ends), partition => next.GetValueOrDefault(partition, -1), "the offsets table"));
            }

            return await thread.RunAsync(Read);
        }
        catch (SecretException error)
        {
            throw new ProbeException(error.Message);
        }
        catch (ProbeException error)
        {
            throw new ProbeException(secrets.Redact(error.Message));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await thread.RunAsync(() =>
        {
            offsets.Dispose();
            return 0;
        });
        thread.Dispose();
        if (positions is not null)
        {
            await positions.DisposeAsync();
        }
    }

    private IReadOnlyDictionary<int, long> Ends()
    {
        offsets.Begin();
        return offsets.Ends();
    }

    private ProbeReading Read()
    {
        if (group is null)
        {
            return new(Ends().Values.Sum());
        }

        offsets.Begin();
        var committed = offsets.Committed();
        return new(Lag(offsets.Ends(), partition => committed.GetValueOrDefault(partition, -1), $"group {group}"));
    }

    private long Lag(IReadOnlyDictionary<int, long> ends, Func<int, long> position, string who)
    {
        var lag = 0L;
        foreach (var (partition, end) in ends)
        {
            var next = position(partition);
            // In a partition that never held anything nobody has a position, and nothing is left to read.
            if (next < 0 && end > 0)
            {
                throw new ProbeException($"{who} has no position in partition {partition} of {topic}, which ends at {end}");
            }

            if (next > end)
            {
                throw new ProbeException($"{who} stands at {next} in partition {partition} of {topic}, which ends at {end}: the topic was made anew or lost its end");
            }

            lag += end - Math.Max(next, 0);
        }

        return lag;
    }
}
