using Confluent.Kafka;

namespace DurableDrill.TestServers;

/// <summary>
/// librdkafka's built-in cluster, inside this process: the real protocol, in memory, up in milliseconds. Topics are created when they
/// are first asked for, with four partitions.
/// </summary>
public sealed class EmbeddedKafka : IDisposable
{
    private readonly IProducer<Null, Null> host;

    /// <summary>Starts a cluster.</summary>
    public EmbeddedKafka(int brokers = 1)
    {
        var configuration = new ProducerConfig { BootstrapServers = "none" };
        configuration.Set("test.mock.num.brokers", $"{brokers}");
        host = new ProducerBuilder<Null, Null>(configuration).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(host.Handle).Build();
        Bootstrap = string.Join(',', admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Select(broker => $"{broker.Host}:{broker.Port}"));
    }

    /// <summary>The addresses of all brokers.</summary>
    public string Bootstrap { get; }

    /// <inheritdoc/>
    public void Dispose() => host.Dispose();
}
