using System.Globalization;
using System.Text;
using DurableDrill.Pipeline.Hosting;
using DurableDrill.Pipeline.Ledger;
using DurableDrill.Pipeline.Orders;

namespace DurableDrill.Pipeline.Generator;

/// <summary>
/// Makes orders at an even pace: (1) those that are due, (2) into the ledger, (3) to Kafka; what became of them is written as it is heard.
/// </summary>
internal sealed class OrderGenerator : IDisposable
{
    // Wake-ups are no closer than this; at high rates several orders are made at each.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(4);

    private readonly GeneratorOptions options;
    private readonly TimeProvider time;
    private readonly LedgerWriter? ledger;
    private readonly Outcomes outcomes;
    private readonly Pacer pacer;
    private readonly Shop shop;
    private readonly SemaphoreSlim turn = new(1);
    private long next;
    private bool paused;

    /// <summary>Opens the ledger and goes on with the sequence where it ends.</summary>
    public OrderGenerator(GeneratorOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        ledger = options.Ledger is null ? null : LedgerWriter.Open(options.Ledger, options.Producer, options.LedgerSync, time.GetUtcNow());
        outcomes = new(ledger);
        pacer = new(time);

        // Without a ledger nothing is remembered; the clock keeps a restarted producer from using an id again (up to 10,000/s).
        next = ledger is null ? time.GetUtcNow().ToUnixTimeMilliseconds() * 10 : Math.Max(1, ledger.Earlier.LastSequence + 1 - options.ReuseIds);
        shop = new(options.Producer, HashCode(options.Seed, ledger?.Earlier.Sessions ?? 0));
    }

    /// <summary>Makes orders until cancelled; then waits for outcomes and writes them.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var endpoint = Endpoint();
        await endpoint.StartAsync(options.HttpPort, cancellation);
        await options.Topic.EnsureAsync(cancellation);
        using var sender = new OrderSender(options, outcomes);
        using var flushed = new CancellationTokenSource();
        var writing = WriteOutcomesAsync(flushed.Token);
        Host.Log($"{options.Producer}: from {OrderId.Format(options.Producer, next)} on, {options.Rate}/s");
        try
        {
            await ProduceAsync(sender, cancellation);
        }
        finally
        {
            sender.Flush(options.FlushTimeout);
            await flushed.CancelAsync();
            await writing;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ledger?.Dispose();
        turn.Dispose();
    }

    private static int HashCode(int seed, int session) => unchecked((seed * 397) + session);

    private async Task ProduceAsync(OrderSender sender, CancellationToken cancellation)
    {
        pacer.Restart(options.Rate);
        while (true)
        {
            var wait = pacer.UntilNext();
            await Task.Delay(wait > Tick ? wait : Tick, time, cancellation);
            await turn.WaitAsync(cancellation);
            try
            {
                if (!paused)
                {
                    await MakeAsync(pacer.TakeDue(), sender, cancellation);
                }
            }
            finally
            {
                turn.Release();
            }
        }
    }

    private async Task MakeAsync(int count, OrderSender sender, CancellationToken cancellation)
    {
        if (count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        var orders = new Order[count];
        for (var i = 0; i < count; i++)
        {
            orders[i] = shop.Next(next++, now);
        }

        while (!outcomes.TryAttempt(orders, now))
        {
            await Task.Delay(250, cancellation);
        }

        foreach (var order in orders)
        {
            sender.Send(order);
        }
    }

    private async Task WriteOutcomesAsync(CancellationToken flushed)
    {
        for (var round = 0; !flushed.IsCancellationRequested; round++)
        {
            await Task.Delay(20, CancellationToken.None);
            outcomes.WritePending();
            if (round % 50 == 0)
            {
                ledger?.Flush();
            }
        }

        outcomes.WritePending();
    }

    private HttpEndpoint Endpoint() => new HttpEndpoint()
        .On("GET", "/status", _ => Task.FromResult(HttpAnswer.Json(Status())))
        .On("GET", "/metrics", _ => Task.FromResult(new HttpAnswer(200, "text/plain; version=0.0.4", Metrics())))
        .On("POST", "/pause", _ => SetPausedAsync(true))
        .On("POST", "/resume", _ => SetPausedAsync(false))
        .On("PUT", "/rate", SetRateAsync);

    private async Task<HttpAnswer> SetPausedAsync(bool wanted)
    {
        // Once the turn is ours, nothing is being attempted.
        await turn.WaitAsync();
        if (paused && !wanted)
        {
            pacer.Restart(pacer.Rate);
        }

        paused = wanted;
        turn.Release();
        return HttpAnswer.Json(Status());
    }

    private async Task<HttpAnswer> SetRateAsync(string body)
    {
        if (!double.TryParse(body, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) || rate is not (> 0 and <= 100_000))
        {
            return HttpAnswer.Problem(422, $"The body is '{body}'; orders per second are expected: more than 0, at most 100000.");
        }

        await turn.WaitAsync();
        pacer.Restart(rate);
        turn.Release();
        return HttpAnswer.Json(Status());
    }

    private GeneratorStatus Status()
    {
        var counts = outcomes.Count();
        if (options.ExpireSilently)
        {
            // What such a producer believes: whatever it has sent and is not waiting for has arrived.
            counts = counts with { Acknowledged = counts.Attempted - counts.Buffered, Failed = 0, Unknown = 0 };
        }

        return GeneratorStatus.Of(options.Producer, pacer.Rate, paused, next - 1, counts);
    }

    private string Metrics()
    {
        var text = new StringBuilder();
        var counts = Status();
        foreach (var (name, type, value) in new[]
        {
            ("attempted_total", "counter", counts.Attempted), ("acknowledged_total", "counter", counts.Acknowledged), ("failed_total", "counter", counts.Failed),
            ("unknown_total", "counter", counts.Unknown), ("dropped_total", "counter", counts.Dropped), ("buffered", "gauge", counts.Buffered), ("paused", "gauge", paused ? 1 : 0),
        })
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE orders_{name} {type}\norders_{name}{{producer=\"{options.Producer}\"}} {value}\n");
        }

        return text.ToString();
    }
}
