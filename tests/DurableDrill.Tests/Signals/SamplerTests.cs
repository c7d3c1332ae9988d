using DurableDrill.Signals;

namespace DurableDrill.Tests.Signals;

public sealed class SamplerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ManualTime time = new();

    // Without xunit's context every continuation runs inside Advance: no test waits for another thread.
    public SamplerTests() => SynchronizationContext.SetSynchronizationContext(null);

    [Fact]
    public async Task Observe_OneSecond_ReadsOnTheGrid()
    {
        var start = time.GetUtcNow();
        var sampler = Sampler(("a", new Probe(() => 1)), ("b", new Probe(() => 2)));
        var samples = await Burst(sampler, Second);
        foreach (var signal in new[] { "a", "b" })
        {
            Assert.Equal([0, 250, 500, 750], samples.Where(sample => sample.Signal == signal).Select(sample => (sample.TakenAt - start).TotalMilliseconds));
        }
    }

    [Fact]
    public async Task Observe_BurstsWithPauseBetween_JoinWithoutHoleOrDouble()
    {
        var sampler = Sampler(("a", new Probe(() => 1)));
        var all = new List<Sample>(await Burst(sampler, Second));
        for (var burst = 0; burst < 5; burst++)
        {
            time.Advance(TimeSpan.FromMilliseconds(737));
            all.AddRange(await Burst(sampler, Second));
        }

        Assert.All(all.Zip(all.Skip(1)), pair => Assert.Equal(TimeSpan.FromMilliseconds(250), pair.Second.TakenAt - pair.First.TakenAt));
    }

    [Fact]
    public async Task Observe_NobodyForLongerThanLinger_StopsReadingAndKeepsNothing()
    {
        var probe = new Probe(() => 1);
        var sampler = Sampler(("a", probe));
        await Burst(sampler, Second);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.InRange(probe.Reads, 4, 26);

        // A delay that is cancelled goes on in another thread: the loop that has stopped is waited for, then everything is in this one again.
        await sampler.DisposeAsync();
        Assert.Equal(4, (await Burst(sampler, Second)).Count);
    }

    [Fact]
    public async Task Observe_TwoBurstsAtOnce_EachSeesEverySample()
    {
        var sampler = Sampler(("a", new Probe(() => 1)));
        var first = sampler.ObserveAsync(Second, default);
        time.Advance(Second / 2);
        var second = sampler.ObserveAsync(Second, default);
        time.Advance(Second);
        Assert.Equal(4, (await first).Count);
        Assert.Equal(3, (await second).Count);
    }

    [Fact]
    public async Task Observe_ProbeThatFails_GivesGapsWithItsReason()
    {
        var sampler = Sampler(("a", new Probe(double () => throw new ProbeException("127.0.0.1:5432: refused"))), ("b", new Probe(() => double.NaN)));
        var samples = await Burst(sampler, Second);
        Assert.All(samples, sample => Assert.Null(sample.Value));
        Assert.Equal(["127.0.0.1:5432: refused", "the value is NaN"], samples.Select(sample => sample.Gap!).Distinct());
    }

    [Fact]
    public async Task Observe_ProbeWithABug_TellsItsTypeAndNotItsMessage()
    {
        var sampler = Sampler(("a", new Probe(double () => throw new InvalidOperationException("hunter2"))));
        Assert.Equal("the probe failed with System.InvalidOperationException", (await Burst(sampler, Second))[0].Gap);
    }

    [Fact]
    public async Task Observe_SlowProbe_SkipsGridPointsAndHoldsUpNoOther()
    {
        var slow = new Probe(async () =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(600), time);
            return 1;
        });
        var sampler = Sampler(("slow", slow), ("quick", new Probe(() => 1)));
        var start = time.GetUtcNow();
        var samples = await Burst(sampler, 3 * Second);
        Assert.Equal([0, 750, 1500, 2250], samples.Where(sample => sample.Signal == "slow").Select(sample => (sample.TakenAt - start).TotalMilliseconds));
        Assert.All(samples.Where(sample => sample.Signal == "slow"), sample => Assert.Equal(600, sample.Took.TotalMilliseconds));
        Assert.Equal(12, samples.Count(sample => sample.Signal == "quick"));
    }

    [Fact]
    public async Task Observe_ProbeThatHangs_IsAGapPerTimeoutAndNeverReadTwiceAtOnce()
    {
        var answers = new List<TaskCompletionSource<double>>();
        var probe = new Probe(() =>
        {
            answers.Add(new());
            return answers[^1].Task;
        });
        var sampler = Sampler(("a", probe));
        var hung = await Burst(sampler, TimeSpan.FromSeconds(3.5));
        Assert.Equal(["no answer within 1 s"], hung.Select(sample => sample.Gap).Distinct());
        Assert.Equal(3, hung.Count);
        Assert.Equal(1, probe.Reads);

        answers[0].SetResult(41); // of an unknown moment: no sample
        var observing = sampler.ObserveAsync(Second, default);
        time.Advance(Second / 2);
        answers[1].SetResult(42);
        time.Advance(Second / 2);
        Assert.Equal(42, (await observing).Single(sample => sample.Value is not null).Value);
    }

    [Fact]
    public async Task Observe_SourceThatTellsItsOwnTime_GivesEachOfItsInstantsOnce()
    {
        var scraped = new DateTimeOffset(2025, 12, 31, 23, 59, 50, TimeSpan.Zero);
        var reads = 0;
        var probe = new Probe(() => 7, () => scraped.AddSeconds(15 * (reads++ / 8)));
        var sampler = Sampler(("a", probe));
        var samples = await Burst(sampler, 3 * Second);
        Assert.Equal([scraped, scraped.AddSeconds(15)], samples.Select(sample => sample.TakenAt));
    }

    [Fact]
    public async Task Observe_Cancelled_Throws()
    {
        var sampler = Sampler(("a", new Probe(() => 1)));
        using var cancel = new CancellationTokenSource();
        var observing = sampler.ObserveAsync(Second, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => observing);
    }

    private Sampler Sampler(params (string Signal, IProbe Probe)[] probes) =>
        new(probes.ToDictionary(probe => probe.Signal, probe => probe.Probe), time);

    private async Task<IReadOnlyList<Sample>> Burst(Sampler sampler, TimeSpan length)
    {
        var observing = sampler.ObserveAsync(length, default);
        time.Advance(length);
        return await observing;
    }

    private sealed class Probe(Func<Task<double>> read, Func<DateTimeOffset?>? of = null) : IProbe
    {
        private int reading;

        public Probe(Func<double> read, Func<DateTimeOffset?>? of = null)
            : this(() => Task.FromResult(read()), of)
        {
        }

        public int Reads { get; private set; }

        public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
        {
            Assert.Equal(1, Interlocked.Increment(ref reading));
            Reads++;
            try
            {
                return new(await read(), of?.Invoke());
            }
            finally
            {
                Interlocked.Decrement(ref reading);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
