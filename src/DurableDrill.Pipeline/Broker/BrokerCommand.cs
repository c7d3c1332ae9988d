using System.CommandLine;
using DurableDrill.Pipeline.Hosting;
using DurableDrill.Pipeline.Link;

namespace DurableDrill.Pipeline.Broker;

/// <summary>The verb <c>broker</c>.</summary>
internal static class BrokerCommand
{
    private static readonly Option<int> Brokers = new("--brokers") { Description = "How many.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Port = new("--port") { Description = "Port on 127.0.0.1 to connect to first; 0: none." };
    private static readonly Option<string?> AddressFile = new("--address-file") { Description = "File for the brokers' own addresses; other components take it as --bootstrap @FILE." };
    private static readonly Option<string> TopicName = new("--topic") { Description = "Topic to create.", DefaultValueFactory = _ => "orders" };
    private static readonly Option<int> Partitions = new("--partitions") { Description = "Its partitions.", DefaultValueFactory = _ => 6 };

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        var command = new Command("broker", "The embedded Kafka: the real protocol, in memory. A partition keeps its last 5 MiB or 100,000 messages, whichever is less; a restart begins with nothing.")
        {
            Brokers, Port, AddressFile, TopicName, Partitions,
        };
        Check.Range(Brokers, 1, 9);
        Check.Range(Port, 0, 65_535);
        Check.Range(Partitions, 1, 1000);
        command.SetAction((arguments, _) => Host.RunAsync(stopping => RunAsync(arguments, stopping)));
        return command;
    }

    private static async Task RunAsync(ParseResult arguments, CancellationToken stopping)
    {
        var brokers = arguments.GetValue(Brokers);
        using var cluster = new MockCluster(brokers);
        cluster.CreateTopic(arguments.GetValue(TopicName)!, arguments.GetValue(Partitions), Math.Min(brokers, 3));
        var first = cluster.Bootstrap.Split(',')[0].Split(':');

        // The brokers choose their ports, and clients learn them from whichever broker they ask first: so a door at a known port is enough.
        using var door = arguments.GetValue(Port) is > 0 and var port ? new TcpLink(port, "127.0.0.1", int.Parse(first[1]), new(), TimeProvider.System) : null;
        if (arguments.GetValue(AddressFile) is { } file)
        {
            await File.WriteAllTextAsync($"{file}.part", cluster.Bootstrap, stopping);
            File.Move($"{file}.part", file, overwrite: true);
        }

        Host.Log($"{brokers} brokers at {cluster.Bootstrap}; each partition keeps its last 5 MiB or 100,000 messages");
        await (door?.RunAsync(stopping) ?? Task.Delay(Timeout.Infinite, stopping));
    }
}
