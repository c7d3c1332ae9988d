using System.Diagnostics;
using System.Globalization;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>The sink is away before the drill begins.</summary>
[Trait("Category", "Integration")]
public sealed class NoDatabaseTests
{
    [Fact]
    public async Task Run_WithoutADatabase_SaysWhatItSaidAndInjuresNothing()
    {
        await using var drill = new Drill();
        await drill.UpAsync("orders-embedded");
        var postmaster = Path.Combine(drill.Home, "targets", "orders-embedded", "data", "postgres", "pgdata", "postmaster.pid");
        using (var process = Process.GetProcessById(int.Parse(File.ReadLines(postmaster).First(), CultureInfo.InvariantCulture)))
        {
            process.Kill();
        }

        var report = await drill.DrillAsync(2, "worker", "10", "--target", "orders-embedded");

        Assert.Equal("errored", report.GetProperty("verdict").GetString());
        Assert.Contains("signals.stored: postgres 127.0.0.1", Assert.Single(report.GetProperty("reasons").EnumerateArray()).GetString());
        Assert.False(Directory.Exists(Path.Combine(drill.Home, "tickets")) && Directory.GetFiles(Path.Combine(drill.Home, "tickets"), "*.json").Length > 0);
    }
}
