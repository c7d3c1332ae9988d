using DurableDrill.Pipeline.Hosting;
using DurableDrill.Pipeline.Orders;

namespace DurableDrill.Pipeline.Generator;

/// <summary>How the generator works; the command line gives the defaults.</summary>
internal sealed record GeneratorOptions
{
    /// <summary>Where orders go.</summary>
    public required Topic Topic { get; init; }

    /// <summary>First part of every id (<see cref="OrderId"/>).</summary>
    public required string Producer { get; init; }

    /// <summary>Orders per second.</summary>
    public required double Rate { get; init; }

    /// <summary>The ledger; null: none is kept.</summary>
    public string? Ledger { get; init; }

    /// <summary>Flush the ledger to disk before every hand-over.</summary>
    public bool LedgerSync { get; init; }

    /// <summary>Messages are keyed by customer instead of by id.</summary>
    public bool KeyByCustomer { get; init; }

    /// <summary>acks=1 and no idempotence, instead of acks=all.</summary>
    public bool AcksOne { get; init; }

    /// <summary>How long a send is tried; zero: for ever.</summary>
    public TimeSpan MessageTimeout { get; init; }

    /// <summary>Orders that wait for the broker; more are dropped. 1 to 10,000,000.</summary>
    public int BufferCount { get; init; } = 100_000;

    /// <summary>KiB that wait for the broker; more are dropped.</summary>
    public int BufferKib { get; init; } = 65_536;

    /// <summary>Port of the control API on 127.0.0.1; 0: none.</summary>
    public int HttpPort { get; init; }

    /// <summary>Seed of the orders.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long a stop waits for outcomes.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gives sends up after <see cref="MessageTimeout"/> and counts them as sent.</summary>
    public bool ExpireSilently { get; init; }

    /// <summary>A restart goes on this many orders back; 0: it goes on where it was.</summary>
    public int ReuseIds { get; init; }
}
