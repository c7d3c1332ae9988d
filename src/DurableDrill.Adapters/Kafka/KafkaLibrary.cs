using Confluent.Kafka;

namespace DurableDrill.Adapters.Kafka;

/// <summary>The native library under every Kafka client of this program.</summary>
public static class KafkaLibrary
{
    /// <summary>Its version, "2.15.1".</summary>
    /// <exception cref="DllNotFoundException">There is none on this machine. The message says what is missing.</exception>
    public static string ReadVersion()
    {
        try
        {
            return Library.VersionString;
        }
        catch (Exception error) when (error is TypeInitializationException or InvalidOperationException or DllNotFoundException)
        {
            throw new DllNotFoundException($"librdkafka cannot be loaded: {error.GetBaseException().Message.TrimEnd('.')}", error);
        }
    }
}
