using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace DurableDrill.Pipeline.Hosting;

/// <summary>The topic that generator and processors share; whoever comes first creates it.</summary>
/// <param name="Bootstrap">HOST:PORT, several with a comma.</param>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">1 or more.</param>
/// <param name="Replication">1 or more, at most the number of brokers.</param>
/// <param name="MinInsync">min.insync.replicas.</param>
internal sealed record Topic(string Bootstrap, string Name, int Partitions, short Replication, int MinInsync)
{
    /// <summary>Creates the topic if it is not there; tries again for as long as the brokers are away.</summary>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        using var admin = new AdminClientBuilder(Clients.Common<AdminClientConfig>(Bootstrap)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        for (var attempt = 0; ; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                if (Exists(admin))
                {
                    return;
                }

                await admin.CreateTopicsAsync([new() { Name = Name, NumPartitions = Partitions, ReplicationFactor = Replication, Configs = new() { ["min.insync.replicas"] = $"{MinInsync}" } }]);
                Host.Log($"created topic {Name} with {Partitions} partitions");
            }
            catch (CreateTopicsException error) when (error.Results.All(r => r.Error.Code is ErrorCode.TopicAlreadyExists))
            {
                return;
            }
            catch (KafkaException error)
            {
                if (attempt % 20 == 0)
                {
                    Host.Log($"waiting for Kafka at {Bootstrap}: {error.Error.Reason}");
                }

                await Task.Delay(500, cancellation);
            }
        }
    }

    private bool Exists(IAdminClient admin) =>
        admin.GetMetadata(Name, TimeSpan.FromSeconds(3)).Topics.Any(t => t.Topic == Name && !t.Error.IsError && t.Partitions.Count > 0);
}
