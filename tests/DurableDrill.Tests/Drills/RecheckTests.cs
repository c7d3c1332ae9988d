using DurableDrill.Drills;
using DurableDrill.Integrity;
using DurableDrill.Reports;
using DurableDrill.Targets;
using DurableDrill.Tests.Api;
using DurableDrill.Tests.Integrity;

namespace DurableDrill.Tests.Drills;

public class RecheckTests
{
    private const int Lost = 200;

    [Fact]
    public async Task Run_OfMoreIntervalsThanTheReportShows_WritesAllThatHasHealed()
    {
        // No two of them are neighbours, and the last one is still missing.
        string[] ids = [.. Enumerable.Range(0, Lost).Select(at => $"p1-{2 * at:D6}")];
        var host = new FakeHost { Sink = ListSource.Sink([.. ids[..^1].Select(id => new IdRecord(id))]) };
        var report = host.Finish("worker-1") with
        {
            Integrity = new()
            {
                Status = IntegrityStatus.Failed,
                Reasons = ["200 lost"],
                NotObservable = [],
                Guarantee = Guarantee.AtLeastOnce,
                Expected = 1000,
                Classes = new Dictionary<IdClass, ClassIds> { [IdClass.Lost] = new(Lost, [.. ids.Select(id => new IdInterval(id, id, 1))]) },
                Losses = [],
            },
        };
        await host.Reports.WriteReportAsync(report, CancellationToken.None);

        var healed = (await new Recheck(host).RunAsync("worker-1", CancellationToken.None))!.Integrity!.Classes[IdClass.Healed];

        Assert.True(healed.Truncated);
        Assert.Equal(Lost - 1, healed.Count);
        Assert.Equal(ids[..^1], await host.Reports.ReadLinesAsync("worker-1", healed.File!, CancellationToken.None).ToListAsync());
    }
}
