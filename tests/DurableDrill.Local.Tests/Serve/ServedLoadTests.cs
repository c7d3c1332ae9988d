using System.Text.Json;
using DurableDrill.Adapters.Processes;
using DurableDrill.Targets;

namespace DurableDrill.Local.Tests.Serve;

/// <summary>Two hundred drills at once, each on a target of its own: a process that sleeps and is frozen for a second.</summary>
[Trait("Category", "Long")]
public sealed class ServedLoadTests : IAsyncLifetime
{
    private const int Targets = 200;

    private readonly Served served = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await served.KillAsync();
        await ForEachAsync((_, pipeline) => pipeline.DownAsync(force: true, new Progress<string>(), CancellationToken.None));
        await served.DisposeAsync();
    }

    [Fact]
    public async Task TwoHundredStarts_OnTwoHundredTargets_AllRun()
    {
        await ForEachAsync((name, pipeline) => pipeline.UpAsync(RequestOf(name), new Progress<string>(), CancellationToken.None));
        await served.StartAsync();

        var answers = await Task.WhenAll(Names().Select(async name =>
        {
            using var response = await served.PostAsync("/api/drills", Served.Order(name, "busy"));
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }));

        Assert.All(answers, answer => Assert.Equal(202, answer.Item1));
        var drills = new List<JsonElement>();
        await Served.UntilAsync(
            async () =>
            {
                await Task.Delay(2000);
                drills = [.. (await served.GetAsync("/api/drills?limit=1000&state=ended")).GetProperty("drills").EnumerateArray()];
                return drills.Count == Targets;
            },
            TimeSpan.FromMinutes(5));
        var verdicts = drills.GroupBy(drill => drill.GetProperty("outcome").GetProperty("verdict").GetString()!).ToDictionary(group => group.Key, group => group.Count());
        Assert.True(
            verdicts.Keys.All(verdict => verdict is "passed" or "inconclusive"),
            string.Join('\n', drills.Select(drill => drill.GetProperty("outcome").GetRawText()).Where(outcome => !outcome.Contains("inconclusive", StringComparison.Ordinal)).Take(10)));
    }

    private static IEnumerable<string> Names() => Enumerable.Range(1, Targets).Select(number => $"shop-{number}");

    private Task ForEachAsync(Func<string, ProcessPipeline, Task> act) => Parallel.ForEachAsync(
        Names(),
        new ParallelOptions { MaxDegreeOfParallelism = 8 },
        async (name, _) => await act(name, new(new(Path.Combine(served.Program.Home, "targets", name)), TimeProvider.System)));

    private UpRequest RequestOf(string name)
    {
        var text = served.TargetText(name);
        return new() { Source = text, Ports = [], Expand = _ => TargetReader.Read(text, $"{name}.yaml").Value! };
    }
}
