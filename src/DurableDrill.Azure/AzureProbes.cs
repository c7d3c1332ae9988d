using Azure.Core;
using Azure.Monitor.Query;
using DurableDrill.Adapters.Sources;

namespace DurableDrill.Azure;

/// <summary>Registers the probes that read Azure Monitor.</summary>
public static class AzureProbes
{
    /// <summary>Their kinds. What they read arrives minutes late, with the time that it speaks of.</summary>
    public static IReadOnlyCollection<string> Kinds { get; } = [MetricProbe.Kind, LogProbe.Kind];

    /// <summary>Makes the kinds known to target files. Nothing is connected before the first reading.</summary>
    public static void Register(TokenCredential credential) => Register(new(() => new MetricsQueryClient(credential)), new(() => new LogsQueryClient(credential)));

    internal static void Register(Lazy<MetricsQueryClient> metrics, Lazy<LogsQueryClient> logs)
    {
        Probes.Add(MetricProbe.Kind, (options, host) => MetricProbe.Of(options, metrics, host.Time));
        Probes.Add(LogProbe.Kind, (options, host) => LogProbe.Of(options, logs));
    }
}
