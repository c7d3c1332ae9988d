using System.Net;
using System.Net.Sockets;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>More random ids than one validation may hold: they are compared in shares, and the report says what one comparison would have said.</summary>
[Trait("Category", "Integration")]
[Trait("Category", "Long")]
public sealed class SharesTests
{
    private const int Ids = 4_000_000;
    private const int LostEvery = 100_000;

    [Fact]
    public async Task Run_WithMillionsOfRandomIds_FindsExactlyTheLostOnesInShares()
    {
        await using var drill = new Drill();
        var lost = new SortedSet<string>(StringComparer.Ordinal);
        var (expected, actual) = (Path.Combine(drill.Home, "expected.txt"), Path.Combine(drill.Home, "actual.txt"));
        await using (var sent = File.CreateText(expected))
        await using (var stored = File.CreateText(actual))
        {
            for (var at = 0; at < Ids; at++)
            {
                var id = $"{Guid.NewGuid()}";
                sent.Write($"{id}\n");
                if (at % LostEvery == 7)
                {
                    lost.Add(id);
                }
                else
                {
                    stored.Write($"{id}\n");
                }
            }
        }

        var (pauses, paused) = (Pauses(out var port), Path.Combine(drill.Home, "paused"));
        using var _ = pauses;
        var asked = AnswerAsync(pauses, paused);

        // The copy goes on where it ended; what it never had is the difference.
        var missing = new FileInfo(expected).Length - new FileInfo(actual).Length;
        var target = Path.Combine(drill.Home, "bulk.yaml");
        await File.WriteAllTextAsync(target, $$"""
            target: bulk
            carrier: processes
            components:
              producer:
                role: producer
                run: [sh, -c, "while sleep 0.05; do [ -e {{paused}} ] || for one in 1 2 3 4 5; do cat /proc/sys/kernel/random/uuid; done >> {{expected}}; done"]
                pause: { http: "POST http://127.0.0.1:{{port}}/pause" }
                resume: { http: "POST http://127.0.0.1:{{port}}/resume" }
              copier:
                role: processor
                run: [sh, -c, "exec tail -c +$(( $(stat -c %s {{actual}}) + {{missing}} + 1 )) -f {{expected}} >> {{actual}}"]
            signals:
              produced: { file: "{{expected}}", value: lines }
              stored: { file: "{{actual}}", value: lines }
            integrity:
              guarantee: at-least-once
              expected: { file: "{{expected}}" }
              actual: { file: "{{actual}}" }
              quiesce: producer
            drills:
              copier: { faults: [ { kill: copier, for: 10s } ], quiet_timeout: 10m }
            """);
        (await drill.RunAsync("up", target)).Expect(0);

        var report = await drill.DrillAsync(1, "copier", "--target", "bulk");
        (await drill.RunAsync("down", "bulk")).Expect(0);
        pauses.Stop();
        await asked;

        Assert.Equal("failed", report.GetProperty("verdict").GetString());
        Assert.Equal("recovered", report.GetProperty("recovery").GetProperty("outcome").GetString());
        var integrity = report.GetProperty("integrity").GetProperty("classes");
        Assert.Equal(lost.Count, integrity.GetProperty("lost").GetProperty("count").GetInt64());
        Assert.Equal(lost, integrity.GetProperty("lost").GetProperty("intervals").EnumerateArray().Select(interval => interval.GetProperty("first").GetString()!));
        Assert.True(integrity.GetProperty("delivered").GetProperty("count").GetInt64() >= Ids - lost.Count);
        Assert.Contains(Directory.GetDirectories(Path.Combine(drill.Home, "drills"), "shares", SearchOption.AllDirectories), shares => Directory.GetDirectories(shares).Length == 15);
    }

    private static HttpListener Pauses(out int port)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
        listener.Start();
        return listener;
    }

    /// <summary>The producer looks for the file before it writes.</summary>
    private static async Task AnswerAsync(HttpListener listener, string paused)
    {
        try
        {
            while (true)
            {
                var request = await listener.GetContextAsync();
                if (request.Request.Url!.AbsolutePath == "/pause")
                {
                    await File.WriteAllTextAsync(paused, "");
                }
                else
                {
                    File.Delete(paused);
                }

                request.Response.Close();
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
