using System.Diagnostics;
using System.Text.Json;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>Drills on a compose project that knows nothing of drills, through a target file alone, as a user runs them.</summary>
[Trait("Category", "Docker")]
public sealed class ContainerTests
{
    /// <summary>What must be as it was: state, limits, networks and mounts, which the engine lists in any order.</summary>
    private const string Seen = "{{.Id}} {{.State.Status}} {{json .HostConfig}} {{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{$v.Aliases}} {{end}}"
        + "{{$id := .Id}}{{range .Mounts}}\n{{$id}} {{json .}}{{end}}";

    private static readonly string Target = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../Foreign/target.yaml"));

    [Fact]
    public async Task Run_OnSomebodyElsesContainers_InjuresMeasuresAndPutsRight()
    {
        await using var drill = new Drill();
        (await drill.RunAsync("up", Target)).Expect(0);
        try
        {
            // Whoever works from another home must not get these containers made anew under the drill.
            await using var other = new Drill();
            Assert.Contains("foreign_db_1", (await other.RunAsync("up", Target)).Expect(2).Error);

            var before = await SeenAsync();
            var killed = await drill.RunSettledAsync("kill", "--target", Target);

            // Its counts look healthy: the flow is as it was. Its ids are not.
            Assert.True("failed" == killed.GetProperty("verdict").GetString(), killed.GetProperty("reasons").ToString());
            Assert.Equal("recovered", killed.GetProperty("recovery").GetProperty("outcome").GetString());
            var lost = await LostAsync();
            Assert.NotEmpty(lost);
            Assert.Equal(lost, Truth.IdsOf(killed, drill, "lost").Order(StringComparer.Ordinal));
            Assert.Contains("loss before the topic", killed.GetRawText());
            Assert.All(killed.GetProperty("faults").EnumerateArray(), fault => Assert.Equal("closed", fault.GetProperty("state").GetString()));
            // Killed by hand, so that the policy does not act; the revert starts it.
            Assert.InRange(killed.GetProperty("downtime_duration_seconds").GetDouble(), 4, 60);
            Assert.Contains("allow_unlabelled", killed.GetRawText());
            var told = killed.GetProperty("baseline").GetProperty("signals").EnumerateArray().Where(signal => signal.GetProperty("kind").GetString() == "told");
            Assert.Equal(["disk", "restarts"], told.Select(signal => signal.GetProperty("signal").GetString()));

            Assert.Equal(before, await SeenAsync());
            Assert.Empty(await DockerCli.RunAsync("volume", "ls", "-q", "-f", "label=durabledrill.hold=foreign"));
            Assert.Empty(await DockerCli.RunAsync("ps", "-aq", "-f", "label=durabledrill.ticket"));
        }
        finally
        {
            (await drill.RunAsync("down", "foreign", "--force")).Expect(0);
        }

        Assert.Empty(await DockerCli.RunAsync("ps", "-aq", "-f", "label=com.docker.compose.project=foreign"));
    }

    private static async Task<IEnumerable<string>> SeenAsync() =>
        (await DockerCli.RunAsync("inspect", "foreign_db_1", "foreign_writer_1", "foreign_shop_1", "-f", Seen)).Split('\n').Order(StringComparer.Ordinal);

    /// <summary>What the topic has and the table has not, when nothing is under way any more: read by the servers' own clients.</summary>
    private static async Task<SortedSet<string>> LostAsync()
    {
        await DockerCli.RunAsync("pause", "foreign_shop_1");
        await Task.Delay(TimeSpan.FromSeconds(10));
        var orders = await DockerCli.RunAsync("exec", "foreign_broker_1", "sh", "-c",
            "/opt/kafka/bin/kafka-console-consumer.sh --bootstrap-server broker:9092 --topic orders --from-beginning --timeout-ms 8000 2> /dev/null");
        var rows = await DockerCli.RunAsync("exec", "foreign_db_1", "psql", "-U", "postgres", "app", "-Atc", "select id from results");
        await DockerCli.RunAsync("unpause", "foreign_shop_1");
        var ids = Lines(orders).Select(order => JsonDocument.Parse(order).RootElement.GetProperty("id").GetString()!);
        return new(ids.Except(Lines(rows)), StringComparer.Ordinal);

        static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public async Task Run_WithoutAnEngine_SaysWhichSocketIsDead()
    {
        await using var drill = new Drill();
        var plan = Path.Combine(drill.Home, "target.yaml");
        await File.WriteAllTextAsync(plan, "target: gone\ncarrier: docker\ncomponents: { a: { container: a } }\nsignals: { stored: { container: a } }\ndrills: { stop: { faults: [ { stop: a } ] } }\n");
        var start = new ProcessStartInfo("env", ["DOCKER_HOST=unix:///nowhere.sock", $"DRILL_HOME={drill.Home}", Drill.Program, "run", "stop", "--target", plan])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(2, process.ExitCode);
        var all = await said + errors;
        Assert.Contains("faults[0].component: docker at unix:///nowhere.sock", all);
        Assert.Contains("signals.stored: docker at unix:///nowhere.sock", all);
        // Nobody could take it, so nobody waits to let it go.
        Assert.DoesNotContain("may still be held", all);
    }
}
