using System.CommandLine;

namespace DurableDrill.Pipeline.Hosting;

/// <summary>The options that say which topic.</summary>
internal sealed class TopicArguments
{
    private readonly Option<string> bootstrap = new("--bootstrap") { Description = "HOST:PORT of Kafka, several with a comma; @FILE: a file that holds it.", Required = true };
    private readonly Option<string> topic = new("--topic") { Description = "The topic; created where it is missing.", DefaultValueFactory = _ => "orders" };
    private readonly Option<int> partitions = new("--partitions") { Description = "Its partitions.", DefaultValueFactory = _ => 6 };
    private readonly Option<int> replication = new("--replication") { Description = "Its replicas.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> minInsync = new("--min-insync") { Description = "Its min.insync.replicas.", DefaultValueFactory = _ => 1 };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command)
    {
        Check.Range(partitions, 1, 10_000);
        Check.Range(replication, 1, 100);
        Check.Range(minInsync, 1, 100);
        foreach (var option in new Option[] { bootstrap, topic, partitions, replication, minInsync })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads them.</summary>
    public Topic Read(ParseResult arguments) => new(
        arguments.GetValue(bootstrap)!,
        arguments.GetValue(topic)!,
        arguments.GetValue(partitions),
        (short)arguments.GetValue(replication),
        arguments.GetValue(minInsync));
}
