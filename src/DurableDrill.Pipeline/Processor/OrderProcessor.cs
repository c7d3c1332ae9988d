using System.Globalization;
using Confluent.Kafka;
using DurableDrill.Pipeline.Hosting;
using Npgsql;

namespace DurableDrill.Pipeline.Processor;

/// <summary>Reads orders and writes them, with the guarantee of its mode. Brokers and database may go away; it tries again and skips nothing.</summary>
internal sealed class OrderProcessor : IDisposable
{
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(1);

    private readonly ProcessorOptions options;
    private readonly CancellationToken cancellation;
    private readonly IGuarantee guarantee;
    private bool started;

    /// <summary>Joins the group.</summary>
    public OrderProcessor(ProcessorOptions options, CancellationToken cancellation)
    {
        this.options = options;
        this.cancellation = cancellation;
        Store = new(options);
        guarantee = options.Mode switch
        {
            Mode.ExactlyOnce => new ExactlyOnce(this, options),
            Mode.AtLeastOnce => new AtLeastOnce(this, options, TimeProvider.System),
            _ => new AtMostOnce(this, options, TimeProvider.System),
        };
        Source = new(options, guarantee.CommitsInBackground, guarantee.Start, guarantee.HandOver, cancellation);
    }

    /// <summary>Where orders go.</summary>
    public OrderStore Store { get; }

    /// <summary>Where orders come from.</summary>
    public OrderSource Source { get; }

    /// <summary>Processes orders until cancelled.</summary>
    public void Run()
    {
        Host.Log(string.Create(CultureInfo.InvariantCulture, $"{options.Instance}: {options.Mode}, group {options.Group}, topic {options.Topic.Name}"));
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                var batch = Source.Next(TimeSpan.FromMilliseconds(50));
                if (batch.Count > 0)
                {
                    guarantee.Process(batch);
                }

                guarantee.Turn();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped while it waited for the database: what was read and not written is read again.
        }

        guarantee.Stop();
        Source.Close();
    }

    /// <summary>
    /// Calls the database until it answers. Between two attempts the consumer rests, so that the instance stays in its group.
    /// </summary>
    /// <param name="call">Idempotent, or checks whether an earlier attempt was carried out.</param>
    /// <param name="resting">Waits; false: what the call is for has been taken from us.</param>
    /// <returns>False: given up, because of <paramref name="resting"/>, or because this instance swallows errors.</returns>
    public bool Insist(Action call, Func<TimeSpan, bool> resting)
    {
        var backoff = TimeSpan.FromMilliseconds(100);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                call();
                if (attempt > 0)
                {
                    Host.Log("the database answers again");
                }

                return true;
            }
            catch (Exception error) when (error is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                if (attempt == 0)
                {
                    Host.Log($"database: {error.Message}");
                }

                if (options.SwallowSinkErrors)
                {
                    return false;
                }
            }

            if (!resting(backoff))
            {
                return false;
            }

            backoff = backoff * 2 < MaxBackoff ? backoff * 2 : MaxBackoff;
        }
    }

    /// <summary>Waits where the consumer may not be touched; true.</summary>
    public bool Sleep(TimeSpan wait)
    {
        cancellation.WaitHandle.WaitOne(wait);
        cancellation.ThrowIfCancellationRequested();
        return true;
    }

    /// <summary>Where partitions start: as stored, but for the first time after the start as the options say.</summary>
    /// <param name="stored">Partition, and the stored offset; <see cref="Offset.Unset"/>: what the group has committed.</param>
    public IReadOnlyList<TopicPartitionOffset> StartOf(IEnumerable<TopicPartitionOffset> stored)
    {
        var from = started ? StartFrom.Stored : options.StartFrom;
        started = true;
        return [.. stored.Select(p => from switch
        {
            // "latest" is what a restarted job does; one that has never run begins at the beginning.
            StartFrom.Latest when p.Offset.Value != 0 => new(p.TopicPartition, Offset.End),
            StartFrom.Beginning => new(p.TopicPartition, Offset.Beginning),
            _ => p,
        })];
    }

    /// <inheritdoc/>
    public void Dispose() => Store.Dispose();
}
