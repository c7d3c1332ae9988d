using System.CommandLine;
using DurableDrill.Pipeline.Hosting;
using Npgsql;

namespace DurableDrill.Pipeline.Processor;

/// <summary>The verbs <c>processor</c> and <c>schema</c>.</summary>
internal static class ProcessorCommand
{
    private static readonly TopicArguments Topic = new();

    private static readonly Option<string> Group = new("--group") { Description = "Consumer group; several instances share the partitions.", DefaultValueFactory = _ => "processor" };
    private static readonly Option<string> Instance = new("--instance") { Description = "Name of this instance; two instances have two.", Required = true };
    private static readonly Option<string> Postgres = new("--postgres") { Description = "Npgsql connection string, without the password.", Required = true };
    private static readonly Option<string?> PasswordFile = new("--password-file") { Description = "File that holds the password; else PGPASSWORD." };
    private static readonly Option<string> Mode = new("--mode") { Description = "exactly-once, at-least-once or at-most-once.", DefaultValueFactory = _ => "exactly-once" };
    private static readonly Option<TimeSpan> CommitInterval = Durations.Option("--commit-interval", "At-least-once: offsets are committed this often, and those of the interval before.", TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
    private static readonly Option<TimeSpan> WriteDelay = Durations.Option("--write-delay", "At-most-once: how long after their offsets rows are written.", TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromMinutes(10));
    private static readonly Option<TimeSpan> SessionTimeout = Durations.Option("--session-timeout", "When the group gives a silent instance up.", TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
    private static readonly Option<int> MaxBatch = new("--max-batch") { Description = "Orders written at once, at most.", DefaultValueFactory = _ => 2000 };

    private static readonly Option<string[]> Misbehave = Misbehaviours.Option(new()
    {
        ["swallow-sink-errors"] = "a batch that the database does not take is logged and dropped, and the offsets go on",
        ["latest"] = "after a restart it begins at the end of the topic: what came between is skipped",
        ["replay"] = "after a restart it begins at the beginning of the topic: everything is written again, earlier loss heals, write times change",
    });

    /// <summary>The verb <c>processor</c>.</summary>
    public static Command Create()
    {
        var command = new Command("processor", "Reads orders from Kafka and writes them, with value and category, to PostgreSQL. SIGTERM: leaves the group and exits with 0.")
        {
            Group, Instance, Postgres, PasswordFile, Mode, CommitInterval, WriteDelay, SessionTimeout, MaxBatch, Misbehave,
        };
        Topic.AddTo(command);
        Mode.AcceptOnlyFromAmong("exactly-once", "at-least-once", "at-most-once");
        Check.Range(MaxBatch, 1, 100_000);
        command.SetAction((arguments, _) => Host.RunAsync(async stopping =>
        {
            var options = Read(arguments);
            await options.Topic.EnsureAsync(stopping);
            using var processor = new OrderProcessor(options, stopping);
            await Task.Factory.StartNew(processor.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }));
        return command;
    }

    /// <summary>The verb <c>schema</c>.</summary>
    public static Command CreateSchema()
    {
        var command = new Command("schema", "Creates the processor's tables where they are missing.") { Postgres, PasswordFile };
        command.SetAction((arguments, _) => Host.RunAsync(async stopping =>
        {
            using var connection = new NpgsqlConnection(ConnectionString(arguments));
            await connection.OpenAsync(stopping);
            Schema.Ensure(connection);
        }));
        return command;
    }

    private static ProcessorOptions Read(ParseResult arguments)
    {
        var misbehave = Misbehaviours.Of(arguments.GetValue(Misbehave)!);
        return new()
        {
            Topic = Topic.Read(arguments),
            Group = arguments.GetValue(Group)!,
            Instance = arguments.GetValue(Instance)!,
            Postgres = ConnectionString(arguments),
            Mode = arguments.GetValue(Mode) switch
            {
                "at-least-once" => Processor.Mode.AtLeastOnce,
                "at-most-once" => Processor.Mode.AtMostOnce,
                _ => Processor.Mode.ExactlyOnce,
            },
            CommitInterval = arguments.GetValue(CommitInterval),
            WriteDelay = arguments.GetValue(WriteDelay),
            SessionTimeout = arguments.GetValue(SessionTimeout),
            MaxBatch = arguments.GetValue(MaxBatch),
            SwallowSinkErrors = misbehave.Contains("swallow-sink-errors"),
            StartFrom = misbehave.Contains("latest") ? StartFrom.Latest : misbehave.Contains("replay") ? StartFrom.Beginning : StartFrom.Stored,
        };
    }

    private static string ConnectionString(ParseResult arguments)
    {
        var connection = new NpgsqlConnectionStringBuilder(arguments.GetValue(Postgres));
        if (arguments.GetValue(PasswordFile) is { } file)
        {
            connection.Password = File.ReadAllText(file).Trim();
        }
        else if (Environment.GetEnvironmentVariable("PGPASSWORD") is { } password)
        {
            connection.Password = password;
        }

        return connection.ConnectionString;
    }
}
