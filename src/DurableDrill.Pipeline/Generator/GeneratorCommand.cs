using System.CommandLine;
using DurableDrill.Pipeline.Hosting;
using DurableDrill.Pipeline.Orders;

namespace DurableDrill.Pipeline.Generator;

/// <summary>The verb <c>generator</c>.</summary>
internal static class GeneratorCommand
{
    private static readonly TopicArguments Topic = new();

    private static readonly Option<string> Producer = new("--producer") { Description = "Name of this producer, first part of every id: p1-000000000042.", DefaultValueFactory = _ => "p1" };
    private static readonly Option<double> Rate = new("--rate") { Description = "Orders per second, evenly paced.", DefaultValueFactory = _ => 10 };
    private static readonly Option<string> Ledger = new("--ledger") { Description = "File that says what became of every order (docs/ledger-format.md); none: keep no ledger.", Required = true };
    private static readonly Option<bool> LedgerSync = new("--ledger-sync") { Description = "Flush the ledger to disk before every hand-over, so that it survives the machine, not only the process." };
    private static readonly Option<string> Key = new("--key") { Description = "Key of the messages: id or customer.", DefaultValueFactory = _ => "id" };
    private static readonly Option<string> Acks = new("--acks") { Description = "all (idempotent), or 1: an acknowledged order dies with the partition's leader.", DefaultValueFactory = _ => "all" };
    private static readonly Option<TimeSpan> MessageTimeout = Durations.Option("--message-timeout", "How long a send is tried; 0s: for ever.", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromDays(1));
    private static readonly Option<int> BufferCount = new("--buffer-count") { Description = "Orders that wait while the broker is away, at most; further ones are dropped (failed in the ledger).", DefaultValueFactory = _ => 100_000 };
    private static readonly Option<int> BufferKib = new("--buffer-kib") { Description = "KiB that wait while the broker is away, at most.", DefaultValueFactory = _ => 65_536 };
    private static readonly Option<int> HttpPort = new("--http-port") { Description = "Port on 127.0.0.1 for GET /status, GET /metrics, POST /pause, POST /resume, PUT /rate; 0: none." };
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of the orders.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Reuse = new("--reuse") { Description = "With --misbehave reuse-ids: how many ids.", DefaultValueFactory = _ => 100 };
    private static readonly Option<TimeSpan> FlushTimeout = Durations.Option("--flush-timeout", "How long a graceful stop waits for the broker.", TimeSpan.FromSeconds(5), TimeSpan.Zero, TimeSpan.FromMinutes(10));

    private static readonly Option<string[]> Misbehave = Misbehaviours.Option(new()
    {
        ["expire-silently"] = "sends are given up after --message-timeout (5s unless given) and counted as acknowledged all the same",
        ["reuse-ids"] = "a restart goes on from a stale counter: ids are used again, with other content",
    });

    /// <summary>The verb with its options.</summary>
    public static Command Create()
    {
        var command = new Command("generator", "Makes orders and sends them to Kafka. SIGTERM: waits for outcomes, writes them and exits with 0.")
        {
            Producer, Rate, Ledger, LedgerSync, Key, Acks, MessageTimeout, BufferCount, BufferKib, HttpPort, Seed, FlushTimeout, Misbehave, Reuse,
        };
        Topic.AddTo(command);
        Check.Range(Rate, 0.001, 100_000);
        Check.Range(BufferCount, 1, 10_000_000);
        Check.Range(BufferKib, 1, 2_097_151);
        Check.Range(HttpPort, 0, 65_535);
        Check.Range(Reuse, 1, int.MaxValue);
        Check.Holds(Producer, OrderId.IsProducerName, "1 to 64 of A-Z a-z 0-9 . _ - are expected");
        Key.AcceptOnlyFromAmong("id", "customer");
        Acks.AcceptOnlyFromAmong("all", "1");
        command.SetAction((arguments, _) => Host.RunAsync(async stopping =>
        {
            using var generator = new OrderGenerator(Read(arguments), TimeProvider.System);
            await generator.RunAsync(stopping);
        }));
        return command;
    }

    private static GeneratorOptions Read(ParseResult arguments)
    {
        var misbehave = Misbehaviours.Of(arguments.GetValue(Misbehave)!);
        var silently = misbehave.Contains("expire-silently");
        var timeout = arguments.GetValue(MessageTimeout);
        var ledger = arguments.GetValue(Ledger)!;
        return new()
        {
            Topic = Topic.Read(arguments),
            Producer = arguments.GetValue(Producer)!,
            Rate = arguments.GetValue(Rate),
            Ledger = ledger == "none" ? null : ledger,
            LedgerSync = arguments.GetValue(LedgerSync),
            KeyByCustomer = arguments.GetValue(Key) == "customer",
            AcksOne = arguments.GetValue(Acks) == "1",
            MessageTimeout = silently && timeout == TimeSpan.Zero ? TimeSpan.FromSeconds(5) : timeout,
            BufferCount = arguments.GetValue(BufferCount),
            BufferKib = arguments.GetValue(BufferKib),
            HttpPort = arguments.GetValue(HttpPort),
            Seed = arguments.GetValue(Seed),
            FlushTimeout = arguments.GetValue(FlushTimeout),
            ExpireSilently = silently,
            ReuseIds = misbehave.Contains("reuse-ids") ? arguments.GetValue(Reuse) : 0,
        };
    }
}
