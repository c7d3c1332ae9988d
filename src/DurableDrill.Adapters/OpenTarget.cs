using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Health;
using DurableDrill.Adapters.Sources;
using DurableDrill.Drills;
using DurableDrill.Integrity;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Adapters;

/// <summary>A target with its probes, kept open as long as the host runs.</summary>
public sealed class OpenTarget : IOpenTarget, IAsyncDisposable
{
    private readonly Secrets secrets = new();
    private readonly ProbeHost host;

    /// <exception cref="SourceSpecException">Every mistake in the sources of its signals.</exception>
    public OpenTarget(TargetDefinition definition, ITarget target, TimeProvider time)
    {
        Definition = definition;
        Target = target;
        host = new(secrets, time, new ComponentStates(target.InspectAsync, time), (target as DockerTarget)?.Components);
        var probes = definition.Signals.ToDictionary(signal => signal.Key, signal => Sources.Probes.Create(signal.Value, $"signals.{signal.Key}", host));
        foreach (var (name, component) in definition.Components)
        {
            probes.TryAdd($"{CanonicalSignals.Up}:{name}", Sources.Probes.CreateUp(name, component.Healthy, host));
        }

        Probes = probes;
        Sampler = new(Probes, time);
    }

    /// <inheritdoc/>
    public TargetDefinition Definition { get; }

    /// <inheritdoc/>
    public ITarget Target { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, IProbe> Probes { get; }

    /// <inheritdoc/>
    public Sampler Sampler { get; }

    /// <inheritdoc/>
    public IProbe OpenProbe(SourceSpec source, string path) => Sources.Probes.Create(source, path, host);

    /// <inheritdoc/>
    public IIdSource OpenIds(SourceSpec source, string path) => IdSources.Create(source, path, new(secrets.Resolve, ReadSignalAsync, host.Docker, secrets.Redact));

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, ClockOffset>> ReadClocksAsync(CancellationToken cancellation)
    {
        var clocks = new Dictionary<string, ClockOffset>();
        foreach (var (signal, probe) in Probes)
        {
            if (probe is IServerClock clock && await clock.ReadOffsetAsync(cancellation) is { } offset)
            {
                clocks[signal] = offset;
            }
        }

        return clocks;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ReadJournalAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        var told = new List<string>();
        foreach (var journal in Probes.Values.OfType<IServerJournal>())
        {
            told.AddRange(await journal.ReadSinceAsync(since, cancellation));
        }

        // Several probes may ask about one job.
        return [.. told.Distinct()];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Sampler.DisposeAsync();
        foreach (var probe in Probes.Values)
        {
            await probe.DisposeAsync();
        }

        await Target.DisposeAsync();
    }

    private async Task<double> ReadSignalAsync(string signal, CancellationToken cancellation) =>
        (await Probes[signal].ReadAsync(cancellation)).Value;
}
