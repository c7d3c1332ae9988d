using DurableDrill.Adapters.Cassandra;
using DurableDrill.Adapters.Commands;
using DurableDrill.Adapters.Docker;
using DurableDrill.Adapters.Files;
using DurableDrill.Adapters.Flink;
using DurableDrill.Adapters.Health;
using DurableDrill.Adapters.Http;
using DurableDrill.Adapters.Kafka;
using DurableDrill.Adapters.Postgres;
using DurableDrill.Adapters.Prometheus;
using DurableDrill.Adapters.Spark;
using DurableDrill.Signals;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Sources;

/// <summary>What probes need of their host.</summary>
/// <param name="Secrets">Resolves references when a probe connects, never before.</param>
/// <param name="Time">This machine's clock.</param>
/// <param name="Components">The states of the target's components; null: there is no target, so no <c>up</c> probes.</param>
/// <param name="Docker">The target's containers; null: its components are none.</param>
public sealed record ProbeHost(Secrets Secrets, TimeProvider Time, ComponentStates? Components = null, DockerComponents? Docker = null);

/// <summary>
/// Probes as target files name them, one line each. Nothing is connected, and no secret resolved, before the first reading. Every kind also takes
/// <c>unknown</c>: values that mean "unknown", with commas (<c>-1</c>), which are gaps; <c>max_age</c>: a value that has not moved for so long
/// (a file: that has not been written for so long) is a gap; <c>scale</c>: what every value is multiplied by, default 1;
/// <c>decides</c>: <see cref="SignalNames.Decides"/>.
/// </summary>
public static class Probes
{
    private static readonly Dictionary<string, Func<SourceOptions, ProbeHost, IProbe>> Kinds = new()
    {
        ["kafka"] = KafkaProbe.Of,
        ["postgres"] = PostgresProbe.Of,
        ["cassandra"] = CassandraProbe.Of,
        ["http"] = HttpProbe.Of,
        ["prometheus"] = PrometheusProbe.Of,
        ["flink"] = FlinkProbe.Of,
        ["spark"] = SparkProbe.Of,
        ["command"] = CommandProbe.Of,
        ["file"] = FileProbe.Of,
        ["tcp"] = TcpHealth.Of,
        ["up"] = ComponentProbe.Of,
        ["container"] = ContainerProbe.Of,
        ["disk"] = DiskProbe.Of,
    };

    /// <summary>The kinds of probes.</summary>
    public static IReadOnlyCollection<string> Names => Kinds.Keys;

    /// <summary>Adds a kind that an assembly beside this one brings. A host calls it once, before it reads any target file.</summary>
    public static void Add(string kind, Func<SourceOptions, ProbeHost, IProbe> open) => Kinds[kind] = open;

    /// <summary>Opens the probe of a signal.</summary>
    /// <param name="spec">The source.</param>
    /// <param name="path">Where it stands in the target file, for errors: <c>signals.stored</c>.</param>
    /// <param name="host">Secrets and clock.</param>
    /// <exception cref="SourceSpecException">Every mistake in its kind and options.</exception>
    public static IProbe Create(SourceSpec spec, string path, ProbeHost host) => Create(spec, path, host, out _);

    /// <summary>The probe of the signal <c>up:COMPONENT</c>: 1 when its carrier says that it runs and its health check, where it has one, agrees; else 0.</summary>
    /// <param name="component">The component's name.</param>
    /// <param name="healthy">Its health check; null: running is enough.</param>
    /// <param name="host">Must have components.</param>
    /// <exception cref="SourceSpecException">Every mistake in the health check.</exception>
    public static IProbe CreateUp(string component, SourceSpec? healthy, ProbeHost host) => new ComponentProbe(
        component,
        host.Components ?? throw new ArgumentException("There is no target whose components can be inspected.", nameof(host)),
        healthy is null ? null : CreateHealth(healthy, $"components.{component}.healthy", host));

    /// <summary>
    /// How a component is seen to be healthy: <c>tcp: HOST:PORT</c> accepts a connection, <c>http: URL</c> answers with a status from 200 to 299.
    /// Reads 1 or 0, and is a gap where it cannot tell.
    /// </summary>
    /// <param name="spec">The source.</param>
    /// <param name="path">Where it stands in the target file, for errors: <c>components.kafka.healthy</c>.</param>
    /// <param name="host">Secrets and clock.</param>
    /// <exception cref="SourceSpecException">Every mistake in its kind and options.</exception>
    public static IProbe CreateHealth(SourceSpec spec, string path, ProbeHost host)
    {
        var options = new SourceOptions(spec, path);
        var probe = spec.Kind switch
        {
            "tcp" => TcpHealth.Of(options, host),
            "http" => HttpHealth.Of(options, host),
            _ => throw Unknown(spec, path, "tells nothing of health", ["tcp", "http"]),
        };
        options.Close();
        return probe;
    }

    /// <summary>Mistakes and warnings of a signal's source. Connects to nothing and resolves no secret.</summary>
    public static IReadOnlyList<Finding> Validate(SourceSpec spec, string path)
    {
        try
        {
            _ = Create(spec, path, new(new(), TimeProvider.System, ComponentStates.None), out var warnings);
            return warnings;
        }
        catch (SourceSpecException error)
        {
            return error.Findings;
        }
    }

    private static IProbe Create(SourceSpec spec, string path, ProbeHost host, out IReadOnlyList<Finding> warnings)
    {
        if (!Kinds.TryGetValue(spec.Kind, out var of))
        {
            throw Unknown(spec, path, "cannot be read as a signal", Kinds.Keys);
        }

        var options = new SourceOptions(spec, path);
        var probe = KnownValues.Of(options, of(options, host), host.Time);
        warnings = options.Close();
        return probe;
    }

    private static SourceSpecException Unknown(SourceSpec spec, string path, string problem, IEnumerable<string> allowed) =>
        new([new(Severity.Error, path, $"is of the kind \"{spec.Kind}\", which {problem}; allowed: {string.Join(", ", allowed)}")]);
}
