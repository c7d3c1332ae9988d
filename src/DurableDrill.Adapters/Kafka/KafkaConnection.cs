using Confluent.Kafka;
using DurableDrill.Adapters.Sources;

namespace DurableDrill.Adapters.Kafka;

/// <summary>How to reach a Kafka cluster. The options of a source that are the connection's: security, sasl, user, password, ca.</summary>
/// <param name="Bootstrap">The brokers' addresses, with commas.</param>
internal sealed record KafkaConnection(string Bootstrap)
{
    /// <summary>How long a probe's reading asks: shorter than the sampler's timeout, so that it fails in Kafka's words and not in the sampler's.</summary>
    public static readonly TimeSpan ProbePatience = TimeSpan.FromMilliseconds(900);

    private SecurityProtocol Security { get; init; }

    private SaslMechanism? Sasl { get; init; }

    private string? User { get; init; }

    private string? PasswordReference { get; init; }

    private string? CaFile { get; init; }

    /// <summary>Reads the connection's options.</summary>
    public static KafkaConnection Of(SourceOptions options)
    {
        var mechanism = options.OneOf("sasl", "none", "none", "plain", "scram-sha-256", "scram-sha-512");
        return new(options.Address)
        {
            Security = options.OneOf("security", "plaintext", "plaintext", "ssl", "sasl_plaintext", "sasl_ssl") switch
            {
                "ssl" => SecurityProtocol.Ssl,
                "sasl_plaintext" => SecurityProtocol.SaslPlaintext,
                "sasl_ssl" => SecurityProtocol.SaslSsl,
                _ => SecurityProtocol.Plaintext,
            },
            Sasl = mechanism switch
            {
                "plain" => SaslMechanism.Plain,
                "scram-sha-256" => SaslMechanism.ScramSha256,
                "scram-sha-512" => SaslMechanism.ScramSha512,
                _ => null,
            },
            User = options.Optional("user"),
            PasswordReference = options.Reference("password"),
            CaFile = options.Optional("ca"),
        };
    }

    /// <summary>The same for a client; resolves the password.</summary>
    public T Fill<T>(T configuration, Func<string, string> secret)
        where T : ClientConfig
    {
        configuration.BootstrapServers = Bootstrap;
        configuration.SecurityProtocol = Security;
        configuration.SaslMechanism = Sasl;
        configuration.SaslUsername = User;
        configuration.SaslPassword = PasswordReference is null ? null : secret(PasswordReference);
        configuration.SslCaLocation = CaFile;
        // Reading ids must neither create a topic nor hide that it is missing.
        configuration.AllowAutoCreateTopics = false;
        return configuration;
    }

    /// <summary>The same for a client of a probe: a broker that is back is to be seen within one reading, where the default waits up to 10 s.</summary>
    public T FillProbe<T>(T configuration, Func<string, string> secret)
        where T : ClientConfig
    {
        configuration.ClientId = "durabledrill-probe";
        configuration.ReconnectBackoffMs = 50;
        configuration.ReconnectBackoffMaxMs = 200;
        configuration.SocketConnectionSetupTimeoutMs = 1000;
        configuration.SocketTimeoutMs = 2000;
        // Metadata is asked for by each reading.
        configuration.TopicMetadataRefreshIntervalMs = -1;
        configuration.LogConnectionClose = false;
        return Fill(configuration, secret);
    }

    /// <summary>What a client's log last said of an error: "127.0.0.1:9092/1: Connect to ... failed: Connection refused". Errors themselves come only to one that consumes.</summary>
    public static string? LastHeard(LogMessage log, string? before) =>
        log.Level <= SyslogLevel.Error ? log.Message[(log.Message.IndexOf("]: ", StringComparison.Ordinal) + 3)..] : before;
}
