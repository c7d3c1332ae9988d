using Confluent.Kafka;

namespace DurableDrill.Pipeline.Hosting;

/// <summary>Settings that all Kafka clients of the pipeline share.</summary>
internal static class Clients
{
    /// <summary>
    /// The address to connect to first. <c>@FILE</c> reads it from a file that the embedded broker has written.
    /// Reconnects are quick: how long the client sleeps after an outage would be measured as the pipeline's recovery.
    /// </summary>
    public static T Common<T>(string bootstrap)
        where T : ClientConfig, new() => new()
        {
            BootstrapServers = bootstrap.StartsWith('@') ? File.ReadAllText(bootstrap[1..]).Trim() : bootstrap,
            ReconnectBackoffMs = 100,
            ReconnectBackoffMaxMs = 1000,
            TopicMetadataRefreshIntervalMs = 10_000,
            TopicMetadataRefreshFastIntervalMs = 100,
            SocketNagleDisable = true,
            BrokerAddressFamily = BrokerAddressFamily.V4,
            AllowAutoCreateTopics = false,
        };
}
