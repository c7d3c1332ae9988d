using System.Diagnostics;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>Drills on a compose project that knows nothing of drills, through a target file alone, as a user runs them.</summary>
[Trait("Category", "Docker")]
public sealed class ContainerTests
{
    /// <summary>What must be as it was: state, limits, networks and mounts.</summary>
    private const string Seen = "{{.Id}} {{.State.Status}} {{json .HostConfig}} {{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{$v.Aliases}} {{end}}{{json .Mounts}}";

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

            var before = await DockerCli.RunAsync("inspect", "foreign_db_1", "foreign_writer_1", "-f", Seen);
            var killed = await drill.DrillAsync(4, "kill", "--target", Target);
            Assert.Equal("recovered", killed.GetProperty("recovery").GetProperty("outcome").GetString());
            Assert.All(killed.GetProperty("faults").EnumerateArray(), fault => Assert.Equal("closed", fault.GetProperty("state").GetString()));
            // Killed by hand, so that the policy does not act; the revert starts it.
            Assert.InRange(killed.GetProperty("downtime_duration_seconds").GetDouble(), 4, 60);
            Assert.Contains("allow_unlabelled", killed.GetRawText());

            Assert.Equal(before, await DockerCli.RunAsync("inspect", "foreign_db_1", "foreign_writer_1", "-f", Seen));
            Assert.Empty(await DockerCli.RunAsync("volume", "ls", "-q", "-f", "label=durabledrill.hold=foreign"));
            Assert.Empty(await DockerCli.RunAsync("ps", "-aq", "-f", "label=durabledrill.ticket"));
        }
        finally
        {
            (await drill.RunAsync("down", "foreign", "--force")).Expect(0);
        }

        Assert.Empty(await DockerCli.RunAsync("ps", "-aq", "-f", "label=com.docker.compose.project=foreign"));
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
        Assert.Contains("/nowhere.sock", await said + errors);
    }
}
